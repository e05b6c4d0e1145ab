/** A small soak of the protected client; `npm run soak` runs the large one. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const execute = promisify(execFile)
const soak = fileURLToPath(new URL("../bench/soak.ts", import.meta.url))

describe("a protected client in front of a service of which a third goes wrong", () => {
  it.for(["1", "2"])("answers every caller, keeps nothing, and does no write twice (seed %s)", async (seed) => {
    const { stdout } = await execute("node", [soak, "2000", seed])
    expect(stdout).toContain("kept   every caller got an answer or a typed error: 2000 of 2000")
    expect(stdout).toContain("kept   no POST was carried out twice: 0 of")
    expect(stdout).toContain("kept   nothing stays acquired: 0 permits")
    expect(stdout.match(/^kept /gm)?.length).toBe(5)
    expect(stdout).not.toContain("BROKEN")
    // Faults of every kind were met, or the promises would say nothing.
    expect(Number(/(\d+) attempts reached/.exec(stdout)?.[1])).toBeGreaterThan(2000)
    for (const kind of ["HttpError, transient", "HttpError, throttled", "AttemptTimeoutError"]) {
      expect(stdout).toContain(kind)
    }
  })
})

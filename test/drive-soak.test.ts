/** A small soak of Drive with a process that is killed; `npm run soak:drive` runs the large one. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const execute = promisify(execFile)
const soak = fileURLToPath(new URL("../bench/driveSoak.ts", import.meta.url))

describe("operations on a Drive of which a third goes wrong, by a process that is killed twice", () => {
  it("are done once, pass no quota, and leave nothing behind", async () => {
    const { stdout } = await execute("node", [soak, "200", "1", "2"]).catch(
      // What it printed says which promise broke.
      (failed: { readonly stdout: string }) => failed
    )
    expect(stdout).not.toContain("BROKEN")
    expect(stdout.match(/^kept /gm)?.length).toBe(13)
    expect(stdout).toContain("200 operations, seed 1, 2 kills, 4 starts")
    expect(stdout).toContain("kept   every operation was done in the end, and reported once: 200 of 200")
    // Faults of every kind were met, or the promises would say nothing.
    const kinds = ["reset", "lost answer", "truncated", "hang", "cut in the request", "502 in HTML", "401 authError"]
    for (const kind of kinds) expect(stdout).toMatch(new RegExp(`^ +\\d+ +${kind}$`, "m"))
  })
})

/** The main job of `npm start`: a bad day, real HTTP calls, a timeline. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const execute = promisify(execFile)

describe("npm start", () => {
  it("shows the circuit opening, refusals, stale answers, probes and the recovery, and ends well", async () => {
    const main = fileURLToPath(new URL("../examples/outage/main.ts", import.meta.url))
    const { stdout } = await execute("node", [main])
    for (const line of [
      /circuit OPENS \(consecutiveFailures\) for 0\.8 s/,
      /refused at once by the open circuit/,
      /answered from the cache although the service failed/,
      /circuit HALF-OPEN: one probe goes through/,
      /limiter goes quiet, as Retry-After asks/,
      /circuit CLOSES \(probesSucceeded\): recovered/,
      /\d+ calls in .* answered/,
      /\d+ requests reached the service/,
      /the circuit is Closed at the end of the day/
    ]) {
      expect(stdout).toMatch(line)
    }
  })
})

/** The main job of `npm start`: a bad day, real HTTP calls, a timeline. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, describe, expect, it } from "vitest"

const execute = promisify(execFile)
const home = mkdtempSync(join(tmpdir(), "skippy-main-job-"))

afterAll(() => rmSync(home, { recursive: true }))

describe("npm start", () => {
  it("shows the circuit opening, refusals, stale answers, probes and the recovery, and ends well", async () => {
    const main = fileURLToPath(new URL("../examples/outage/main.ts", import.meta.url))
    const { stdout } = await execute("node", [main], { env: { ...process.env, SKIPPY_PATH: home } })
    for (const line of [
      /circuit OPENS \(consecutiveFailures\) for 0\.8 s/,
      /refused at once by the open circuit/,
      /answered from the cache although the service failed/,
      /circuit HALF-OPEN: one probe goes through/,
      /limiter goes quiet, as Retry-After asks/,
      /circuit CLOSES \(probesSucceeded\): recovered/,
      /\d+ calls in .* answered/,
      /\d+ requests reached the service/,
      /the circuit is Closed at the end of the day/,
      /the journal in .* tells \d+ calls and \d+ events of this day/
    ]) {
      expect(stdout).toMatch(line)
    }
    const journal = readFileSync(join(home, "metrics", "resilience.jsonl"), "utf8")
    for (const told of [
      `"to":"Open"`,
      `"CircuitRejected"`,
      `"staleIfError"`,
      `"LimiterPenalized"`,
      `"probesSucceeded"`
    ]) {
      expect(journal).toContain(told)
    }
  })
})

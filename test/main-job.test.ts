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
      /GitHub {3}issue #1: the answer was lost, the issue was found by its marker; 1 POST, 1 issue/,
      /GitHub {3}pull request #2: asked for twice, made once/,
      /GitHub {3}the list is asked for again and has not changed/,
      /GitHub {3}down: 1 pull request from the list of \d+ s ago/,
      /Pexels {3}Photo by .* on Pexels: \d+ bytes, after the connection was cut once/,
      /HTTP {5}1000000 bytes in 3 pieces \(all of it, bytes=500000-, bytes=750000-\), the file is whole/,
      /HTTP {5}a redirect is refused: url: 169\.254\.169\.254/,
      /Drive {4}folder "Skippy docs": the answer was lost, and asked for again by its id; 1 folder/,
      /Drive {4}\d+ files of docs\/ while \d+ of \d+ requests met a fault: \d+ there, each once, each with the right md5/,
      /Drive {4}12 MB in 3 requests: cut off after 5 MB and again after 3 MB, and gone on with where it broke off/,
      /Drive {4}down: \d+ files from the search of before, a change fails \(\w+\), the circuit is Open/,
      /Drive {4}back: a plan for \d+ files, \d+ moved, \d+ moved back/,
      /Drive {4}\d+ files downloaded over broken connections: \d+ as they were/,
      /what the files in .* tell of this day/,
      /ERROR {4}The circuit of weather is open: Calls are refused or answered from the cache/,
      /over {5}The circuit of weather is open, after \d/,
      /WARNING {2}Callers of weather get old answers/,
      /\d+ calls: .*\d+ live/,
      /the slowest, req_\d{8}_\d{6}_[0-9a-z]{6}, took \d+ ms/,
      /\d+ events: .*CircuitTransition.*; 0 broken lines/
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
    const fileOf = (...path: ReadonlyArray<string>) => readFileSync(join(home, ...path), "utf8")
    expect(fileOf("metrics", "performance.jsonl")).toContain(`"attempt":2`)
    expect(fileOf("metrics", "statistics.jsonl")).toContain(`"ServiceSampled"`)
    expect(fileOf("metrics", "alerts.jsonl")).toContain(`"status":"firing"`)
    expect(fileOf("logs", "alerts.jsonl")).toContain(`"status":"resolved"`)
  })
})

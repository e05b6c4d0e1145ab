/** The story of a call, as the journal has it. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, it } from "vitest"
import { bundled, decoded, folder, run } from "./support.ts"

const requestId = "req_20261116_143025_abc123"

const call = { requestId, service: "github", operation: "listPullRequests" }
const attempt = { attempt: 1, waitMs: 0, durationMs: 900, outcome: "success" }
const trace = {
  ...call,
  startedAt: 1000,
  endedAt: 2000,
  durationMs: 1000,
  success: true,
  outcome: "success",
  attempts: 1,
  provenance: "live",
  lines: [attempt]
}
/** While it waited for its turn, the store went away: that belongs to this call, and is before its end. */
const away = { _tag: "StoreAway", at: 1500, policy: "sqlite", store: "sqlite", error: "SQLITE_BUSY", ...call }
const later = { ...away, at: 2500 }

it("shows a call before what happened while it ran, however early that was", async () => {
  const path = folder()
  const metrics = join(path, "state", "metrics")
  await mkdir(metrics, { recursive: true })
  const lines = (...records: ReadonlyArray<unknown>) => records.map((one) => `${JSON.stringify(one)}\n`).join("")
  await writeFile(join(metrics, "performance.jsonl"), lines({ _tag: "Trace", at: 2000, trace }))
  await writeFile(
    join(metrics, "resilience.jsonl"),
    lines({ _tag: "Event", at: 1500, event: away }, { _tag: "Event", at: 2500, event: later })
  )
  const options = { path, program: bundled() }
  const records = await decoded(["journal", "show", requestId], options)
  expect(records.map(({ _tag, at }) => [_tag, at])).toEqual([
    ["Trace", 2000],
    ["Event", 1500],
    ["Event", 2500]
  ])
  const { out } = await run(["journal", "show", requestId], options)
  expect(out.split("\n").slice(0, 3)).toEqual([
    expect.stringContaining("listPullRequests  ok after 1000 ms, 1 attempt"),
    expect.stringContaining("attempt 1: success"),
    expect.stringContaining("StoreAway")
  ])
  // The last ones are told in the order of time.
  const tail = await decoded(["journal", "tail"], options)
  expect(tail.map(({ at }) => at)).toEqual([1500, 2000, 2500])
})

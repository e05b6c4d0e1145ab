/**
 * After sharing something in a shared drive its permissions are listed, page by page. The list as a whole went through the
 * policies once more than its pages: it took a second place of the bulkhead and of the quota, and waited for itself.
 */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { inMemory, within } from "../drive/support.ts"

it.effect("a file of a shared drive is shared with one request at a time, and its audience is told", () =>
  Effect.gen(function* () {
    const shared = yield* within(
      "3 minutes",
      Drive.use((drive) => drive.shareFile({ fileId: "plan" }))
    )
    expect(shared.audience).toBe("link")
  }).pipe(
    Effect.provide(
      inMemory({
        drives: [{ id: "team", name: "Team" }],
        files: [{ id: "plan", name: "plan.txt", content: "x", parents: ["team"] }],
        policies: { rateLimit: false, bulkhead: { concurrency: 1 } }
      })
    )
  )
)

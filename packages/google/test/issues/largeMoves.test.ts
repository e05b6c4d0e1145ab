/** A batch of more files than the policies let through in a minute waits for its turn: nothing of it fails for that. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { inMemory, within } from "../drive/support.ts"
import { folder } from "../drive/changes/support.ts"

const ids = Array.from({ length: 150 }, (_, n) => `file-${n}`)
const files = [folder("inbox"), folder("archive"), ...ids.map((id) => ({ id, name: id, parents: ["inbox"] }))]

describe("a batch of 150 files", () => {
  for (const concurrency of [4, 32]) {
    it.effect(`is moved as fast as the quota allows, ${concurrency} at the same time`, () =>
      Effect.gen(function* () {
        const batch = yield* within(
          "20 minutes",
          Drive.use((drive) => drive.batchMove({ fileIds: ids, destinationId: "archive", concurrency }))
        )
        expect(batch.items.find(({ problem }) => problem !== undefined)).toBe(undefined)
        expect(batch.counts).toMatchObject({ moved: 150, failed: 0 })
        expect((yield* DriveTest).usage().calls).toBeLessThanOrEqual(60)
      }).pipe(Effect.provide(inMemory({ files })))
    )
  }
})

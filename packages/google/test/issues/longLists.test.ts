/** Streams of more pages than the policies let through in a minute wait for their turn, also beside others that do. */
import { expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { inMemory, within } from "../drive/support.ts"

const files = Array.from({ length: 100 }, (_, n) => ({ id: `file-${n}`, name: `file ${n}` }))

it.effect("four streams of a hundred pages each come to their end", () =>
  Effect.gen(function* () {
    const drive = yield* Drive
    const count = Effect.map(Stream.runCollect(drive.files({ pageSize: 1 })), (pages) => pages.length)
    const counts = yield* within("20 minutes", Effect.all([count, count, count, count], { concurrency: 4 }))
    expect(counts).toEqual([100, 100, 100, 100])
  }).pipe(Effect.provide(inMemory({ files })))
)

/** What a search has told of a file need not be asked again: `organize` took twice the quota. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { folder } from "../drive/changes/support.ts"
import { log } from "../drive/support.ts"

const ids = ["a", "b", "c"]
const files = [folder("inbox"), folder("archive"), ...ids.map((id) => ({ id, name: `bill ${id}`, parents: ["inbox"] }))]

it.effect("organizing asks for the destination, the list and each move, and no more", () =>
  Effect.gen(function* () {
    const input = { query: "name contains 'bill'", destinationId: "archive" }
    yield* Drive.use((drive) => drive.organize({ ...input, dryRun: true }))
    const done = yield* Drive.use((drive) => drive.organize(input))
    expect(done.items.map(({ from, status }) => [from, status])).toEqual(ids.map(() => [["inbox"], "moved"]))
    expect((yield* log).map((line) => line.replace(/files\/[abc] /, "files/x "))).toEqual([
      "GET /drive/v3/files/archive 200",
      "GET /drive/v3/files 200",
      "GET /drive/v3/files/archive 200",
      "GET /drive/v3/files 200",
      "PATCH /drive/v3/files/x 200",
      "PATCH /drive/v3/files/x 200",
      "PATCH /drive/v3/files/x 200"
    ])
  }).pipe(Effect.provide(Drive.layerTest({ files })))
)

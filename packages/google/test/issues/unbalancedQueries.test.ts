/**
 * What is wrong with a query that was given as a text is told before anything is sent. Within `Query.raw`, and joined to
 * others, it was not: `name = 'a') or (name = 'b'` became a query with another meaning, whose files `organize` moved.
 */
import { describe, expect, it } from "@effect/vitest"
import { InvalidInputError } from "@skippy/http"
import { Effect, Stream } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import * as Query from "../../src/drive/Query.ts"
import { folder } from "../drive/changes/support.ts"
import { flip } from "../drive/support.ts"

const wrong = ["name = 'a') or (name = 'b'", "name = 'a", "(name = 'a'", "'", "", "  "]
const forms: ReadonlyArray<readonly [string, (text: string) => Query.QueryInput]> = [
  ["a text", (text) => text],
  ["raw", Query.raw],
  ["raw within and", (text) => Query.and(Query.raw(text), Query.starred())],
  ["raw within or within not", (text) => Query.not(Query.or(Query.starred(), Query.raw(text)))]
]

describe("a query that surely is none", () => {
  for (const [form, make] of forms) {
    it.effect(`is refused before anything is sent, given as ${form}`, () =>
      Effect.gen(function* () {
        for (const text of wrong) {
          const query = make(text)
          for (const error of [
            yield* flip((drive) => drive.organize({ query, destinationId: "archive" })),
            yield* flip((drive) => drive.searchFiles({ query })),
            yield* flip((drive) => Stream.runDrain(drive.files({ query })))
          ]) {
            expect(error).toBeInstanceOf(InvalidInputError)
            expect(error).toMatchObject({ field: "query" })
          }
        }
        expect((yield* DriveTest).requests()).toEqual([])
      }).pipe(Effect.provide(Drive.layerTest({ files: [folder("archive")] })))
    )
  }
})

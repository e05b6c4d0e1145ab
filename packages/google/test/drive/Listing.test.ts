import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { Drive } from "../../src/drive/Drive.ts"
import * as Documents from "../../src/drive/Documents.ts"
import * as Listing from "../../src/drive/Listing.ts"
import { inMemory, refusal } from "./support.ts"

const policies = { rateLimit: false, retry: { maxAttempts: 1 } } as const

/** A Drive that answers these pages, whatever is asked. */
const pages = (...answers: ReadonlyArray<object>) => {
  let asked = 0
  return inMemory({ policies }, () =>
    HttpClient.make((request) =>
      Effect.sync(() => HttpClientResponse.fromWeb(request, Response.json(answers[asked++] ?? answers.at(-1))))
    )
  )
}

describe("a list of files", () => {
  it.each([
    [undefined, false, "trashed = false"],
    [undefined, true, undefined],
    ["name = 'x' or starred = true", false, "(name = 'x' or starred = true) and trashed = false"],
    ["trashed = true", false, "trashed = true"],
    ["name = 'trashed'", false, "(name = 'trashed') and trashed = false"],
    ["name = 'x'", true, "name = 'x'"]
  ])("of %j, with the trash: %s, asks for %j", (query, includeTrashed, asked) => {
    expect(Listing.queryOf({ query, includeTrashed })).toBe(asked)
  })

  it.effect("tells a file once, though it moves on to the next page", () =>
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles())
      expect(found.files.map(({ fileId }) => fileId)).toEqual(["a", "b", "c"])
      expect(found.hasMore).toBe(false)
    }).pipe(
      Effect.provide(
        pages({ files: [{ id: "a" }, { id: "b" }], nextPageToken: "2" }, { files: [{ id: "b" }, { id: "c" }] })
      )
    )
  )

  it.effect("is incomplete when one of its pages is", () =>
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles())
      expect(found).toMatchObject({ incompleteSearch: true, files: [{ fileId: "a" }, { fileId: "b" }] })
    }).pipe(
      Effect.provide(
        pages(
          { files: [{ id: "a" }], incompleteSearch: true, nextPageToken: "2" },
          { files: [{ id: "b" }], incompleteSearch: false }
        )
      )
    )
  )

  it.effect("takes an empty token for none", () =>
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles())
      expect(found.hasMore).toBe(false)
    }).pipe(Effect.provide(pages({ files: [{ id: "a" }], nextPageToken: "" })))
  )

  it.effect("ends when its pages go round in a circle", () =>
    Effect.gen(function* () {
      for (const list of [refusal((drive) => drive.searchFiles()), refusal((drive) => Stream.runDrain(drive.files()))])
        expect(yield* list).toMatchObject({ reason: "unexpectedAnswer" })
    }).pipe(Effect.provide(pages({ files: [], nextPageToken: "2" })))
  )
})

describe("the text of bytes", () => {
  const utf8 = new TextEncoder().encode("äö")
  it.each([
    [utf8, undefined, true, "äö"],
    [utf8.subarray(0, 3), undefined, false, "ä"],
    [utf8.subarray(0, 3), undefined, true, "ä\uFFFD"],
    [new Uint8Array([0xe4]), "text/plain; charset=ISO-8859-1", true, "ä"],
    [utf8, 'text/plain; charset="nobody-knows-it"', true, "äö"],
    [new Uint8Array([0xef, 0xbb, 0xbf, 0x61]), undefined, true, "a"]
  ])("%o (%s, whole: %s) is %j", (bytes, contentType, isWhole, text) => {
    expect(Documents.textOf(bytes, contentType, isWhole)).toBe(text)
  })
})

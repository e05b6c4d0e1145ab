/** Behind a `baseUrl` with a query or a fragment the form that is wanted went astray: a small picture was taken for the original. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"

describe("the address of bytes", () => {
  it.effect.each(["?x", "#x", "=w10", "?x=1"])("is refused with %s behind it, before anything is sent", (end) =>
    Effect.gen(function* () {
      const photos = yield* Photos
      const { requests } = yield* PhotosTest
      const baseUrl = `https://lh3.googleusercontent.com/ppa/1${end}`
      const error = yield* Effect.flip(photos.downloadMedia({ baseUrl, path: "never.jpg" }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "baseUrl" })
      expect(requests()).toEqual([])
    }).pipe(Effect.provide(Photos.layerTest()))
  )
})

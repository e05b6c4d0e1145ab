/** Google says of a deleted session "an empty response" and "an empty JSON object"; the first failed, though it was deleted. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"

describe("deleting a picking session", () => {
  it.effect("is done whatever the body of the answer", () =>
    Effect.gen(function* () {
      const photos = yield* Photos
      const { faults } = yield* PhotosTest
      for (const body of ["", "{}", "deleted"]) {
        faults.set(Fault.once(Fault.status(200, { body })))
        expect(yield* photos.deleteSession({ sessionId: "session" })).toEqual({ sessionId: "session" })
      }
      faults.set(Fault.once(Fault.status(204, { body: "" })))
      expect(yield* photos.deleteSession({ sessionId: "session" })).toEqual({ sessionId: "session" })
    }).pipe(Effect.provide(Photos.layerTest()))
  )
})

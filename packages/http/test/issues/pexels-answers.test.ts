/** What nothing depends on may look as it likes. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Pexels } from "../../src/pexels/Pexels.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as PexelsEmulator from "../../src/testing/PexelsEmulator.ts"
import { inMemory } from "../pexels/support.ts"

const [photo] = PexelsEmulator.make({ topics: { ocean: 1 } }).photos()
const page = { page: 1, per_page: 15, photos: [photo] }

const curated = (json: unknown) =>
  Effect.provide(
    Pexels.use((pexels) => pexels.curated()),
    inMemory({ faults: Fault.always(Fault.status(200, { body: JSON.stringify(json) })) })
  )

describe("an answer of Pexels", () => {
  it.effect("may name the photographer by a text, as the types of its own library do", () =>
    Effect.gen(function* () {
      // https://github.com/pexels/pexels-javascript/blob/main/src/types.ts
      const found = yield* curated({ ...page, photos: [{ ...photo, photographer_id: "680589" }] })
      expect(found.photos.map(({ photographerId }) => photographerId)).toEqual([680_589])
      const other = yield* curated({ ...page, photos: [{ ...photo, photographer_id: "ada" }] })
      expect("photographerId" in other.photos[0]!).toBe(false)
    })
  )

  it.effect("has a page after it when it says so, by an address or a number, and none when it says nothing", () =>
    Effect.gen(function* () {
      const hasMore = (next_page: unknown) => Effect.map(curated({ ...page, next_page }), (found) => found.hasMore)
      expect(yield* hasMore("https://api.pexels.com/v1/curated/?page=2")).toBe(true)
      expect(yield* hasMore(2)).toBe(true)
      for (const none of [null, "", undefined]) expect(yield* hasMore(none)).toBe(false)
    })
  )
})

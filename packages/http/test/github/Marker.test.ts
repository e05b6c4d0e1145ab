import { describe, expect, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import * as fc from "fast-check"
import * as Marker from "../../src/github/Marker.ts"

describe("the marker of an issue", () => {
  it.effect("is another one each time, and comes from Random", () =>
    Effect.gen(function* () {
      const twice = Effect.all([Marker.random, Marker.random])
      const [a, b] = yield* twice.pipe(Random.withSeed("seed"))
      expect(a).not.toBe(b)
      expect(yield* twice.pipe(Random.withSeed("seed"))).toEqual([a, b])
      expect(a).toMatch(/^<!-- skippy:retry-[\da-f]{24} -->$/)
    })
  )

  it("is found in the body it was put into, and in no quotation", () => {
    const marker = Marker.ofKey("order 42")
    for (const body of [undefined, "", "text", "a\r\nb", "```\ncode\n```"]) {
      expect(Marker.isMarked(Marker.mark(body, marker), marker)).toBe(true)
      expect(Marker.isMarked(`${Marker.mark(body, marker).replaceAll("\n", "\r\n")}\r\nadded`, marker)).toBe(true)
    }
    for (const body of [null, "", `> ${marker}`, `see ${marker}`, Marker.ofKey("order 4")]) {
      expect(Marker.isMarked(body, marker)).toBe(false)
    }
  })

  it("is one comment whatever the key, and different for different keys", () => {
    const key = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(key, key, (one, other) => {
        const marker = Marker.ofKey(one)
        expect(marker).toMatch(/^<!-- skippy:key-[^<>\s]+ -->$/)
        expect(marker === Marker.ofKey(other)).toBe(one === other)
      })
    )
  })
})

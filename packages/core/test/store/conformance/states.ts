/** What a store of states does, wherever it is. */
import { describe, expect } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { StateStore } from "../../../src/store/StateStore.ts"
import { forAll, pass, type Subject, tests } from "./Subject.ts"

type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "get" | "remove"; readonly key: string }
  | { readonly _tag: "set"; readonly key: string; readonly text: string; readonly ttl: number | undefined }
  | { readonly _tag: "keys"; readonly prefix: string }

const keys = ["", "a", "a/b", "a/b*", "a%", "A_", "é", "\u{1F600}", "{a}"]
const key = fc.constantFrom(...keys)

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(1, 10, 999, 1000) }),
    weight: 2
  },
  { arbitrary: fc.record({ _tag: fc.constant("get" as const), key }), weight: 4 },
  { arbitrary: fc.record({ _tag: fc.constant("remove" as const), key }), weight: 1 },
  {
    arbitrary: fc.record({
      _tag: fc.constant("set" as const),
      key,
      text: fc.string({ unit: "grapheme" }),
      ttl: fc.constantFrom(undefined, 10, 1000)
    }),
    weight: 4
  },
  {
    arbitrary: fc.record({ _tag: fc.constant("keys" as const), prefix: fc.constantFrom("", "a", "a/", "a%", "x") }),
    weight: 1
  }
)

let names = 0

const likeModel = (script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const store = yield* StateStore
    const room = `room-${++names}/`
    const kept = new Map<string, { readonly text: string; readonly until: number }>()
    for (const one of script) {
      const now = yield* Clock.currentTimeMillis
      for (const [key, { until }] of kept) if (until <= now) kept.delete(key)
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "get":
          expect(yield* store.get(room + one.key)).toBe(kept.get(one.key)?.text)
          break
        case "set":
          yield* store.set(room + one.key, one.text, { ttl: one.ttl })
          kept.set(one.key, { text: one.text, until: now + (one.ttl ?? Infinity) })
          break
        case "remove":
          yield* store.remove(room + one.key)
          kept.delete(one.key)
          break
        case "keys":
          expect(yield* store.keys(room + one.prefix)).toEqual(
            [...kept.keys()]
              .filter((key) => key.startsWith(one.prefix))
              .map((key) => room + key)
              .toSorted()
          )
      }
    }
  })

/** Runs the suite of states. */
export const statesConformance = (subject: Subject): void => {
  const test = tests(subject)

  describe(`states on ${subject.name}`, () => {
    test(
      "are there, gone and listed like entries of a map",
      () =>
        forAll(subject, fc.array(stepArbitrary, { minLength: subject.steps, maxLength: subject.steps }), (script) =>
          likeModel(script)
        ),
      120_000
    )

    test("are replaced as a whole, and the time they have begins anew", () =>
      Effect.gen(function* () {
        const store = yield* StateStore
        yield* store.set("a", "one", { ttl: "1 minute" })
        yield* pass(subject, "59 seconds")
        yield* store.set("a", "two", { ttl: "1 minute" })
        yield* pass(subject, "59 seconds")
        expect(yield* store.get("a")).toBe("two")
        yield* pass(subject, "1 second")
        expect(yield* store.get("a")).toBeUndefined()
        expect(yield* store.keys("")).toEqual([])
      }))

    test("may be large", () =>
      Effect.gen(function* () {
        const store = yield* StateStore
        const large = "0123456789".repeat(100_000)
        yield* store.set("large", large)
        expect(yield* store.get("large")).toBe(large)
      }))

    if (!subject.isShared) return

    test("of one process are there for the other", ({ there }) =>
      Effect.gen(function* () {
        const store = yield* StateStore
        const other = yield* there(StateStore)
        yield* store.set("uploads/a", "half")
        expect([yield* other.get("uploads/a"), yield* other.keys("uploads/")]).toEqual(["half", ["uploads/a"]])
        yield* other.remove("uploads/a")
        expect(yield* store.get("uploads/a")).toBeUndefined()
      }))
  })
}

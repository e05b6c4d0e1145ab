import { NodeFileSystem } from "@effect/platform-node"
import { Context, Effect, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { StateStore, type States } from "../../src/store/StateStore.ts"

const key = fc.constantFrom("", "a", "a/b", "a/b/c", "b", "ä/😀")

type Step =
  | { readonly kind: "set"; readonly key: string; readonly text: string; readonly seconds: number | undefined }
  | { readonly kind: "get" | "remove" | "keys"; readonly key: string }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "reopen" }

const seconds = fc.constantFrom(0, 1, 5, 10)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      key,
      text: fc.string({ unit: "binary" }),
      seconds: fc.option(seconds, { nil: undefined })
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "remove" as const, "keys" as const), key })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds }) },
  { weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) }
)

/** A map, and when what is in it is over. */
class Model {
  private readonly kept = new Map<string, { readonly text: string; readonly until: number }>()
  now = 0

  set(key: string, text: string, seconds: number | undefined): void {
    this.kept.set(key, { text, until: seconds === undefined ? Number.POSITIVE_INFINITY : this.now + seconds })
  }

  get(key: string): string | undefined {
    const found = this.kept.get(key)
    return found !== undefined && found.until > this.now ? found.text : undefined
  }

  remove(key: string): void {
    this.kept.delete(key)
  }

  keys(prefix: string): ReadonlyArray<string> {
    return [...this.kept.keys()].filter((key) => key.startsWith(prefix) && this.get(key) !== undefined).toSorted()
  }
}

/** Does the steps in a store and in the model. Every answer has to be the same. */
const follow = <E, R>(steps: ReadonlyArray<Step>, open: Effect.Effect<States, E, R>, reopens: boolean) =>
  Effect.gen(function* () {
    const model = new Model()
    let store = yield* open
    for (const one of steps) {
      switch (one.kind) {
        case "set": {
          model.set(one.key, one.text, one.seconds)
          yield* store.set(one.key, one.text, one.seconds === undefined ? {} : { ttl: one.seconds * 1000 })
          break
        }
        case "get":
          expect(yield* store.get(one.key)).toBe(model.get(one.key))
          break
        case "remove":
          model.remove(one.key)
          yield* store.remove(one.key)
          break
        case "keys":
          expect(yield* store.keys(one.key)).toEqual(model.keys(one.key))
          break
        case "wait":
          model.now += one.seconds
          yield* TestClock.adjust(one.seconds * 1000)
          break
        case "reopen":
          if (reopens) store = yield* open
      }
    }
    expect(yield* store.keys("")).toEqual(model.keys(""))
  })

const opened = <R>(layer: Layer.Layer<StateStore, never, R>) =>
  Effect.scoped(Effect.map(Layer.build(Layer.fresh(layer)), (context) => Context.get(context, StateStore)))

describe("states, whatever is done with them,", () => {
  it("are in memory what a map with times would be", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) =>
        Effect.runPromise(Effect.provide(follow(steps, opened(StateStore.layerMemory), false), TestClock.layer()))
      ),
      { numRuns: 200 }
    )
  })

  it("are in files what a map with times would be, whoever opens them anew", { timeout: 60_000 }, async () => {
    const inFolder = (steps: ReadonlyArray<Step>) =>
      Effect.gen(function* () {
        const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
        yield* follow(steps, opened(StateStore.layerFiles(folder)), true)
      })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), (steps) =>
        Effect.runPromise(
          Effect.provide(Effect.scoped(inFolder(steps)), Layer.merge(NodeFileSystem.layer, TestClock.layer()))
        )
      ),
      { numRuns: 50 }
    )
  })
})

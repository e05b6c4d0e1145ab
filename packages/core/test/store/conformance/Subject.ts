/** What the conformance suite needs to know of a store, and what all of its parts share. */
import { it } from "@effect/vitest"
import { type Duration, Effect, Layer, type Scope } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { BudgetStores } from "../../../src/store/BudgetStore.ts"
import { CacheStores } from "../../../src/store/CacheStore.ts"
import { CircuitStores } from "../../../src/store/CircuitStore.ts"
import * as Decision from "../../../src/store/Decision.ts"
import { LimitStores } from "../../../src/store/LimitStore.ts"
import { StateStore } from "../../../src/store/StateStore.ts"

/** One store that is empty, as two processes see it. In memory the second process has a store of its own. */
export interface World {
  readonly here: Layer.Layer<StateStore>
  readonly there: Layer.Layer<StateStore>
}

/** A kind of store. Time is the `TestClock`'s on all of them. */
export interface Subject {
  readonly name: string
  /** Whether two processes see the same. */
  readonly isShared: boolean
  /** What keeps the number of keys down: `maxKeys`, or that each is forgotten when it says nothing any more. */
  readonly bounds: "maxKeys" | "expiry"
  /** Runs of each property, and steps in each. */
  readonly runs: number
  readonly steps: number
  readonly world: Effect.Effect<World, never, Scope.Scope>
  /** Everything that was asked of the store so far is answered, and whoever waited for it has gone on. */
  readonly settled: Effect.Effect<void>
}

/** The memory of this process. */
export const memoryLayer: Layer.Layer<StateStore> = Layer.fresh(StateStore.layerMemory)

/** What a test is given beside the store it runs on. */
export interface Elsewhere {
  /** Runs an effect in the other process. */
  readonly there: <A, E>(effect: Effect.Effect<A, E, StateStore>) => Effect.Effect<A, E>
}

/** A test in a world of its own. */
export const tests =
  ({ world }: Subject) =>
  (
    name: string,
    body: (other: Elsewhere) => Effect.Effect<void, unknown, StateStore | Scope.Scope>,
    timeout = 60_000
  ) =>
    it.effect(
      name,
      () =>
        Effect.gen(function* () {
          const made = yield* world
          const here = yield* Layer.build(made.here)
          const there = yield* Layer.build(made.there)
          yield* Effect.provideContext(body({ there: Effect.provideContext(there) }), here)
        }).pipe(Effect.scoped),
      timeout
    )

/** A wait, after which whoever became due has gone on as far as possible. */
export const pass = ({ settled }: Subject, duration: Duration.Input): Effect.Effect<void> =>
  Effect.andThen(settled, Effect.andThen(TestClock.adjust(duration), settled))

/** A decision of a store as an effect. */
export const decided = <A>(decision: () => Decision.Decision<A>): Effect.Effect<A> => Decision.toEffect(decision)

/** The factories of this part of the test. */
export const factories = Effect.gen(function* () {
  return {
    limits: yield* LimitStores,
    circuits: yield* CircuitStores,
    budgets: yield* BudgetStores,
    caches: yield* CacheStores,
    states: yield* StateStore
  }
})

/** Runs an effect for each example of a property, in a world of its own. */
export const forAll = <T>(
  subject: Subject,
  arbitrary: fc.Arbitrary<T>,
  body: (example: T) => Effect.Effect<void, unknown, Effect.Services<typeof factories>>
) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<Effect.Services<typeof factories>>()
    yield* Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(arbitrary, (example) => Effect.runPromiseWith(context)(body(example))),
        { numRuns: subject.runs }
      )
    )
  })

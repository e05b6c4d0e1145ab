import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, SubscriptionRef } from "effect"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Journal from "../../src/observe/Journal.ts"
import * as Snapshot from "../../src/operate/Snapshot.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"

describe("the live picture", () => {
  it.effect("goes on after one that could not be taken", () => {
    let broken = false
    const journal = Layer.succeed(Journal.Journal, {
      flush: Effect.void,
      stats: Effect.suspend(() =>
        broken ? Effect.die("broken") : Effect.succeed({ written: 0, waiting: 0, lost: 0, failure: undefined })
      )
    })
    return Effect.gen(function* () {
      const { ref } = yield* Snapshot.Live
      yield* TestClock.adjust("5 seconds")
      broken = true
      yield* TestClock.adjust("5 seconds")
      broken = false
      yield* TestClock.adjust("60 seconds")
      expect((yield* SubscriptionRef.get(ref)).at).toBeGreaterThan(60_000)
    }).pipe(
      Effect.provide(
        Snapshot.layer().pipe(
          Layer.provide(Layer.mergeAll(Resilience.layer(), journal)),
          Layer.provideMerge(EventBus.layer())
        )
      )
    )
  })
})

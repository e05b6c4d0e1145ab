import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as TraceStore from "../../src/observe/TraceStore.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const services = {
  broken: { retry: false, circuitBreaker: { consecutiveFailures: 1 } },
  tight: { retry: false, rateLimit: { limits: [{ limit: 1, per: "1 hour" }], maxWait: "0 seconds" } },
  narrow: { retry: false, bulkhead: { concurrency: 1, maxQueue: 0 } },
  slow: { retry: false, timeout: "1 second" },
  late: { retry: false, timeout: false, deadline: "1 second" }
} as const

const call = <A>(service: string, effect: Effect.Effect<A, string>) =>
  effect.pipe(Resilience.call({ service, operation: "fetch" }))

describe("the error of a call", () => {
  it.effect("names its request, which journal and traces can be asked for", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const traces = yield* TraceStore.TraceStore
      yield* Effect.ignore(call("broken", Effect.fail("down")))
      yield* call("tight", Effect.void)
      const gate = yield* Deferred.make<void>()
      yield* Effect.forkChild(call("narrow", Deferred.await(gate)))
      yield* TestClock.adjust(0)
      const failing = ["broken", "tight", "narrow", "slow", "late"]
      for (const service of failing) {
        const fiber = yield* Effect.forkChild(
          Effect.flip(call(service, service === "narrow" ? Effect.void : Effect.never))
        )
        yield* TestClock.adjust("1 second")
        const error = yield* Fiber.join(fiber)
        const { message, requestId } = error as { readonly message: string; readonly requestId?: string }
        expect(requestId).toMatch(/^req_19700101_0000\d\d_[0-9a-z]{6}$/)
        expect(message.endsWith(` [${requestId}]`)).toBe(true)
        expect(yield* traces.byId(requestId!)).toMatchObject({ service, success: false })
      }
    }).pipe(
      Effect.provide(
        Layer.mergeAll(TraceStore.layer(), Resilience.layer({ services })).pipe(Layer.provideMerge(probe.layer))
      )
    )
  })

  it.effect("names none outside of a pipeline", () =>
    Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.make({ name: "alone" })
      yield* breaker.isolate
      const error = yield* Effect.flip(Effect.void.pipe(breaker))
      expect(error.requestId).toBeUndefined()
      expect(error.message).toBe(`circuit "alone" is switched off by hand; close or reset it to call again`)
    })
  )
})

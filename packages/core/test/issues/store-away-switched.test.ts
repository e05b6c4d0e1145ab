import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as CircuitBreaker from "../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as Away from "../../src/store/away/Away.ts"
import { storeTrouble } from "../../src/store/away/StoreTrouble.ts"
import * as Decision from "../../src/store/Decision.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { rawMemory } from "../store/away/RawMemory.ts"

/** A store in memory that can break. */
const patient = () => {
  const mood = { isWell: true }
  const raw = rawMemory(<A>(decide: () => Decision.Decision<A>) =>
    Effect.suspend(() => (mood.isWell ? Decision.toEffect(decide) : Effect.fail(storeTrouble("redis", "timeout"))))
  )
  return { mood, raw }
}

describe("a circuit that was switched by hand", () => {
  for (const [switched, by] of [
    ["Disabled", "disable"],
    ["MetricsOnly", "metricsOnly"],
    ["ForcedOpen", "isolate"]
  ] as const) {
    it.effect(`${switched} is so without the shared store too, after calls went through`, () => {
      const { mood, raw } = patient()
      return Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 2 })
        yield* breaker[by]
        yield* Effect.repeat(Effect.exit(Effect.void.pipe(breaker)), { times: 3 })
        mood.isWell = false
        for (let n = 0; n < 5; n++) yield* Effect.exit(Effect.fail("down").pipe(breaker))
        expect((yield* breaker.view).state).toBe(switched)
      }).pipe(Effect.provide(Away.layer("redis", Effect.succeed(raw))), Effect.scoped)
    })
  }

  it.effect("is not so any more once another process reset it", () => {
    const { mood, raw } = patient()
    return Effect.gen(function* () {
      const options = { name: "reports", consecutiveFailures: 2 }
      const breaker = yield* CircuitBreaker.make(options)
      const other = yield* Effect.provide(
        CircuitBreaker.make(options),
        yield* Effect.map(Effect.succeed(raw), (raw) => Away.layer("redis", Effect.succeed(raw)))
      )
      yield* breaker.disable
      yield* Effect.void.pipe(breaker)
      yield* other.reset
      yield* Effect.void.pipe(breaker)
      mood.isWell = false
      yield* Effect.repeat(Effect.asVoid(Effect.exit(Effect.fail("down").pipe(breaker))), { times: 3 })
      expect((yield* breaker.view).state).toBe("Open")
    }).pipe(Effect.provide(Away.layer("redis", Effect.succeed(raw))), Effect.scoped)
  })
})

describe("a limiter that refuses while its store is away", () => {
  it.effect("says that the store is away, not that it is used up", () => {
    const { mood, raw } = patient()
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        name: "reports",
        limits: RateLimiter.fixedWindow({ limit: 5, per: "1 hour" }),
        maxWait: 0
      })
      mood.isWell = false
      const refused = yield* Effect.flip(limiter.acquire())
      expect(refused.message).toMatch(/^limiter "reports": the shared store \(redis\) is away; try again in \d+ ms$/)
      expect(refused.limit).toBe("the shared store (redis)")
      expect(probe.of("LimiterRejected")).toMatchObject([{ limit: "the shared store (redis)", store: "local" }])
    }).pipe(
      Effect.provide(Away.layer("redis", Effect.succeed(raw), { whenAway: "refuse" })),
      probe.provide,
      Effect.scoped
    )
  })
})

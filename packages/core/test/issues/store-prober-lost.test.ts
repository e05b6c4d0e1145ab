import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as Away from "../../src/store/away/Away.ts"
import { storeTrouble } from "../../src/store/away/StoreTrouble.ts"
import * as Decision from "../../src/store/Decision.ts"
import { StateStore } from "../../src/store/StateStore.ts"
import { rawMemory } from "../store/away/RawMemory.ts"

it.effect("a store that is away is tried again, wherever the one who tried it was interrupted", () =>
  Effect.gen(function* () {
    for (let stop = 5; stop < 40; stop++) {
      let isWell = true
      let asked = 0
      const raw = rawMemory(<A>(decide: () => Decision.Decision<A>) =>
        Effect.suspend(() => {
          asked++
          return isWell ? Decision.toEffect(decide) : Effect.fail(storeTrouble("redis", "ECONNREFUSED"))
        })
      )
      yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 5, per: "1 hour" })
        })
        const states = yield* StateStore
        isWell = false
        yield* limiter.acquire()
        yield* TestClock.adjust("200 millis")
        isWell = true
        const tries = yield* Effect.forkChild(
          Effect.provideService(states.get("uploads/a"), Scheduler.MaxOpsBeforeYield, stop)
        )
        yield* Effect.yieldNow
        yield* Fiber.interrupt(tries)
        yield* TestClock.adjust("10 seconds")
        const before = asked
        yield* Effect.exit(states.get("uploads/a"))
        expect(`${stop}: ${asked - before}`).toBe(`${stop}: 1`)
      }).pipe(Effect.provide(Away.layer("redis", Effect.succeed(raw))), Effect.scoped)
    }
  })
)

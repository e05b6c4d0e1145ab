/** The stores in Redis keep what the conformance suite asks: a real server, whose decisions go by the time of the test. */
import { Clock, Effect, Layer, ManagedRuntime } from "effect"
import { Redis } from "effect/persistence/Redis"
import { TestClock } from "effect/testing"
import { afterAll } from "vitest"
import * as Away from "../../../src/store/away/Away.ts"
import * as RedisStores from "../../../src/store/redis/RedisStores.ts"
import { withoutTimeout } from "../away/RawMemory.ts"
import * as RedisServer from "../redisServer.ts"
import type { Subject } from "./Subject.ts"
import { conformance } from "./suite.ts"

const runtime = ManagedRuntime.make(RedisServer.layer)
afterAll(() => runtime.dispose())

/** Commands that were sent and not answered. */
let underway = 0

const watched = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => void underway++),
    () => effect,
    () => Effect.sync(() => void underway--)
  )

const client = Effect.promise(() => runtime.runPromise(Redis)).pipe(
  Effect.map((redis): Redis["Service"] => ({
    ...redis,
    send: (command, ...args) => watched(redis.send(command, ...args)),
    eval:
      (script) =>
      (...params) =>
        watched(redis.eval(script)(...params))
  }))
)

const turnOfTheLoop = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Quiet for a few turns in a row. */
const settled = Effect.gen(function* () {
  for (let quiet = 0; quiet < 4; quiet = underway === 0 ? quiet + 1 : 0) {
    yield* TestClock.adjust(0)
    yield* turnOfTheLoop
  }
})

let worlds = 0

const redis: Subject = {
  name: "redis",
  isShared: true,
  bounds: "expiry",
  runs: 20,
  steps: 40,
  world: Effect.gen(function* () {
    const prefix = `world-${worlds++}`
    const clock = yield* Clock.Clock
    const raw = RedisStores.makeRaw({ prefix, maxAge: 0, now: () => clock.currentTimeMillisUnsafe() })
    const layer = Away.layer("redis", raw, withoutTimeout).pipe(Layer.provide(Layer.effect(Redis, client)))
    return { here: layer, there: Layer.fresh(layer) }
  }),
  settled
}

conformance(redis)

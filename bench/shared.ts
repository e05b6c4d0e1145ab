/** What a decision costs when the state is shared: SQLite in a file, Redis on a server of this machine. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeRedis } from "@effect/platform-node"
import { CircuitBreaker, RateLimiter } from "@skippy/core"
import { Effect, Layer, ManagedRuntime } from "effect"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import { Redis as IORedis } from "ioredis"
import { RateLimiterRedis } from "rate-limiter-flexible"
import { createClient } from "redis"
import { body, bodyEffect, type Work } from "./Contender.ts"
import { redisUrl } from "./redisServer.ts"
import type { Place } from "./sharedPlan.ts"
import { storesAt } from "./sharedStores.ts"

const limit = 1_000_000_000
/** A bench on a busy machine must not go on without the store. */
const patience = 60_000
const minutes = { limit, per: "1 minute" } as const
const bucket = RateLimiter.make({ name: "bucket", limits: RateLimiter.tokenBucket(minutes) })
const fixed = RateLimiter.make({ name: "fixed", limits: RateLimiter.fixedWindow(minutes) })
const sliding = RateLimiter.make({ name: "sliding", limits: RateLimiter.slidingWindow(minutes) })
const breaker = CircuitBreaker.make({ name: "bench" })
const opened = Effect.tap(CircuitBreaker.make({ name: "open", openFor: "1 hour" }), (breaker) => breaker.open)

/** Callers at the same time, each waiting for one answer before it asks again. */
const loop = <E, R>(call: Effect.Effect<unknown, E, R>, times: number, callers: number): Effect.Effect<void, E, R> => {
  let left = times
  const caller = Effect.whileLoop({ while: () => left-- > 0, body: () => call, step: () => {} })
  return Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: callers, discard: true })
}

/** The same for promises. */
const promises = async (call: () => Promise<unknown>, times: number, callers: number): Promise<void> => {
  let left = times
  const caller = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

const madeOn = <E>(place: () => Place, policy: Effect.Effect<Effect.Effect<unknown, E>>) => {
  const make = async () => {
    const runtime = ManagedRuntime.make(storesAt(place()))
    return { runtime, call: await runtime.runPromise(policy) }
  }
  let made: ReturnType<typeof make> | undefined
  return () => (made ??= make())
}

/** Runs what a policy guards, made on the stores of a place when it is first asked. */
const shared = <E>(place: () => Place, policy: Effect.Effect<Effect.Effect<unknown, E>>, callers = 1) => {
  const made = madeOn(place, policy)
  return async (times: number): Promise<void> => {
    const { call, runtime } = await made()
    await runtime.runPromise(loop(call, times, callers))
  }
}

/** The same, one call after another, each by itself: now and then SQLite writes its log out, which is no call's own cost. */
const sampled = <E>(place: () => Place, policy: Effect.Effect<Effect.Effect<unknown, E>>) => {
  const made = madeOn(place, policy)
  const sample = async (times: number): Promise<ReadonlyArray<number>> => {
    const { call, runtime } = await made()
    const nanoseconds: Array<number> = []
    let last = process.hrtime.bigint()
    const step = () => {
      const now = process.hrtime.bigint()
      nanoseconds.push(Number(now - last))
      last = now
    }
    await runtime.runPromise(Effect.whileLoop({ while: () => nanoseconds.length < times, body: () => call, step }))
    return nanoseconds
  }
  return { run: async (times: number) => void (await sample(times)), sample }
}

const inFile = (): Place => {
  const directory = mkdtempSync(join(tmpdir(), "skippy-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  return { _tag: "sqlite", directory, patience }
}

const onServer = (): Place => ({ _tag: "redis", port: Number(new URL(redisUrl()).port), patience })

const guarded = <E>(policy: Effect.Effect<(effect: Effect.Effect<number>) => Effect.Effect<number, E>>) =>
  Effect.map(policy, (guard) => bodyEffect.pipe(guard))

const refused = <E>(policy: Effect.Effect<(effect: Effect.Effect<number>) => Effect.Effect<number, E>>) =>
  Effect.map(policy, (guard) =>
    Effect.matchEffect(Effect.never.pipe(guard), {
      onFailure: () => bodyEffect,
      onSuccess: () => Effect.die("let through")
    })
  )

/** One process, one caller. 40 µs is what the design allows a decision. */
export const sqlite = Effect.sync((): Work => {
  const acquire = "skippy, limiter"
  return {
    name: "shared by SQLite, one process, median of single calls",
    times: 5000,
    contenders: [
      { name: acquire, ...sampled(inFile, guarded(bucket)) },
      { name: "skippy, limiter, sliding window", ...sampled(inFile, guarded(sliding)) },
      { name: "skippy, breaker closed", ...sampled(inFile, guarded(breaker)) },
      { name: "skippy, breaker open", ...sampled(inFile, refused(opened)) }
    ],
    targets: [{ subject: acquire, atMost: 40_000 }]
  }
})

/** Rate-limiter-flexible counts fixed windows. */
const flexible = (storeClient: unknown, useRedisPackage: boolean) => {
  const limiter = new RateLimiterRedis({
    storeClient,
    useRedisPackage,
    points: limit,
    duration: 60,
    keyPrefix: "bench"
  })
  return () => limiter.consume("bench").then(body)
}

const lazily = (callers: number, make: () => Promise<() => Promise<unknown>>) => {
  let made: Promise<() => Promise<unknown>> | undefined
  return async (times: number): Promise<void> => promises(await (made ??= make()), times, callers)
}

/**
 * The limiter on one connection. Takes that many callers ask for in one turn share a trip, so throughput is what is promised; one
 * caller alone pays for what the script knows more.
 */
const redisLimiter = (callers: number, times: number, isPromised: boolean) =>
  Effect.sync((): Work => {
    const same = "skippy, fixed window"
    const [io, node] = ["rate-limiter-flexible, ioredis", "rate-limiter-flexible, node-redis"]
    return {
      name: `limiter shared by Redis, callers: ${callers}`,
      needs: "redis-server",
      times,
      contenders: [
        { name: same, run: shared(onServer, guarded(fixed), callers) },
        { name: "skippy, token bucket", run: shared(onServer, guarded(bucket), callers) },
        { name: "skippy, sliding window", run: shared(onServer, guarded(sliding), callers) },
        { name: io, run: lazily(callers, async () => flexible(new IORedis(redisUrl()), false)) },
        {
          name: node,
          run: lazily(callers, async () => flexible(await createClient({ url: redisUrl() }).connect(), true))
        }
      ],
      targets: isPromised ? [io, node].map((against) => ({ subject: same, against, factor: 1 })) : []
    }
  })

/** The limiter with one caller, with some, with many. */
export const redisLimiters = [
  redisLimiter(1, 3000, false),
  redisLimiter(8, 10_000, false),
  redisLimiter(64, 20_000, true)
]

/** The breaker on one connection, one call after another. */
export const redisBreaker = Effect.sync((): Work => {
  const [ours, theirs] = ["skippy", "effect 4.1"]
  let runtime: ManagedRuntime.ManagedRuntime<EffectBreaker.CircuitBreaker, unknown> | undefined
  const effects = async (times: number): Promise<void> => {
    runtime ??= ManagedRuntime.make(
      EffectBreaker.layer({ tripPolicy: EffectBreaker.consecutive(5), openDuration: "1 minute" }).pipe(
        Layer.provide(EffectBreaker.layerStoreRedis()),
        Layer.provide(NodeRedis.layer({ url: redisUrl() }))
      )
    )
    const call = Effect.flatMap(EffectBreaker.CircuitBreaker, (breaker) =>
      breaker.execute(bodyEffect, { key: "bench" })
    )
    await runtime.runPromise(loop(call, times, 1))
  }
  return {
    name: "breaker shared by Redis, closed",
    needs: "redis-server",
    times: 5000,
    contenders: [
      { name: ours, run: shared(onServer, guarded(breaker)) },
      { name: "skippy, maxAge 0", run: shared(() => ({ ...onServer(), maxAge: 0 }), guarded(breaker)) },
      { name: theirs, run: effects }
    ],
    targets: [{ subject: ours, against: theirs, factor: 1 / 2 }]
  }
})

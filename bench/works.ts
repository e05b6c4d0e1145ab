/** The works of the table, each with its peers at their best: everything is made before the clock runs. */
import { CircuitBreaker, RateLimiter, Resilience, StaleCache } from "@skippy/core"
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  CountBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap
} from "cockatiel"
import { Cache, Effect, Scope } from "effect"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import * as EffectLimiter from "effect/persistence/RateLimiter"
import Opossum from "opossum"
import { http } from "./http.ts"
import { events, observed } from "./listening.ts"
import { redisBreaker, redisLimiters, sqlite } from "./shared.ts"
import { body, bodyEffect, counter, effectLoop, effectLoopIn, promiseLoop, refused, type Work } from "./Contender.ts"

const calls = 100_000
const forever = 2 ** 31 - 1
const skippy = "skippy"
const cockatiel = "cockatiel 4"
const opossum = "opossum 10"
const effect = "effect 4.1"

const effectBreaker = (options: Parameters<typeof EffectBreaker.make>[0]) =>
  EffectBreaker.make(options).pipe(
    Effect.provideService(Scope.Scope, Scope.makeUnsafe()),
    Effect.provide(EffectBreaker.layerStoreMemory())
  )

const breakerClosed = Effect.gen(function* () {
  const ours = yield* CircuitBreaker.make({ name: "bench" })
  const theirs = circuitBreaker(handleAll, { halfOpenAfter: forever, breaker: new ConsecutiveBreaker(5) })
  const effects = yield* effectBreaker({ tripPolicy: EffectBreaker.consecutive(5), openDuration: "1 minute" })
  const opossums = new Opossum(async () => body(), { timeout: false })
  return {
    name: "breaker closed, consecutive",
    times: calls,
    contenders: [
      { name: skippy, run: effectLoop(bodyEffect.pipe(ours)) },
      { name: cockatiel, run: promiseLoop(() => theirs.execute(body)) },
      { name: opossum, run: promiseLoop(() => opossums.fire()) },
      { name: effect, run: effectLoop(effects.execute(bodyEffect, { key: "bench" })) }
    ],
    targets: [
      { subject: skippy, against: cockatiel, factor: 1 },
      { subject: skippy, against: effect, factor: 1 / 8 }
    ]
  } satisfies Work
})

const breakerWindow = Effect.gen(function* () {
  const windowed = Effect.fnUntraced(function* (held: number) {
    const breaker = yield* CircuitBreaker.make({
      name: "bench",
      failureRate: { threshold: 0.5 },
      window: { duration: "1 hour" }
    })
    yield* Effect.replicateEffect(Effect.void.pipe(breaker), held, { discard: true })
    return effectLoop(bodyEffect.pipe(breaker))
  })
  const consecutive = yield* CircuitBreaker.make({ name: "bench" })
  const sampling = circuitBreaker(handleAll, {
    halfOpenAfter: forever,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 3_600_000 })
  })
  const counting = circuitBreaker(handleAll, {
    halfOpenAfter: forever,
    breaker: new CountBreaker({ size: 1000, threshold: 0.5 })
  })
  const small = `${skippy}, 1,000 calls`
  const large = `${skippy}, 100,000 calls`
  return {
    name: "breaker closed, time window",
    times: calls,
    contenders: [
      { name: `${skippy}, consecutive`, run: effectLoop(bodyEffect.pipe(consecutive)) },
      { name: small, run: yield* windowed(1000) },
      { name: large, run: yield* windowed(100_000) },
      { name: `${cockatiel}, sampling`, run: promiseLoop(() => sampling.execute(body)) },
      { name: `${cockatiel}, count of 1,000`, run: promiseLoop(() => counting.execute(body)) }
    ],
    targets: [
      { subject: small, against: large, factor: 1.2, mutual: true },
      { subject: small, against: `${skippy}, consecutive`, factor: 1.2 },
      { subject: large, against: `${skippy}, consecutive`, factor: 1.2 }
    ]
  } satisfies Work
})

const breakerOpen = Effect.gen(function* () {
  const ours = yield* CircuitBreaker.make({ name: "bench", openFor: "1 hour" })
  yield* ours.open
  const theirs = circuitBreaker(handleAll, { halfOpenAfter: forever, breaker: new ConsecutiveBreaker(1) })
  theirs.isolate()
  const effects = yield* effectBreaker({ tripPolicy: EffectBreaker.consecutive(1), openDuration: "1 hour" })
  yield* Effect.exit(effects.execute(Effect.fail("down"), { key: "bench" }))
  const opossums = new Opossum(async () => body(), { timeout: false })
  opossums.open()
  const counted = Effect.matchCauseEffect({
    onFailure: () => Effect.sync(refused),
    onSuccess: () => Effect.die("let through")
  })
  return {
    name: "breaker open, refusal",
    times: calls,
    contenders: [
      { name: skippy, run: effectLoop(counted(Effect.never.pipe(ours))) },
      { name: cockatiel, run: promiseLoop(() => theirs.execute(body).catch(refused)) },
      { name: opossum, run: promiseLoop(() => opossums.fire().catch(refused)) },
      { name: effect, run: effectLoop(counted(effects.execute(Effect.never, { key: "bench" }))) }
    ],
    targets: [
      { subject: skippy, against: cockatiel, factor: 1 / 4 },
      { subject: skippy, against: effect, factor: 1 / 20 }
    ]
  } satisfies Work
})

const limiter = Effect.gen(function* () {
  const limit = 1_000_000_000
  const ours = yield* RateLimiter.make({ name: "bench", limits: RateLimiter.tokenBucket({ limit, per: "1 minute" }) })
  const window = yield* RateLimiter.make({
    name: "bench",
    limits: RateLimiter.slidingWindow({ limit, per: "1 minute" })
  })
  const effects = yield* EffectLimiter.make.pipe(Effect.provide(EffectLimiter.layerStoreMemory))
  const consume = effects.consume({
    algorithm: "token-bucket",
    onExceeded: "fail",
    window: "1 minute",
    limit,
    key: "bench"
  })
  return {
    name: "limiter, token at hand",
    times: calls,
    contenders: [
      { name: skippy, run: effectLoop(bodyEffect.pipe(ours)) },
      { name: `${skippy}, sliding window`, run: effectLoop(bodyEffect.pipe(window)) },
      { name: effect, run: effectLoop(Effect.flatMap(consume, () => bodyEffect)) }
    ],
    targets: [{ subject: skippy, against: effect, factor: 1 / 2 }]
  } satisfies Work
})

const hit = () => bodyEffect

const cache = Effect.gen(function* () {
  const ours = yield* StaleCache.make<number>({ name: "bench", ttl: "1 hour" })
  yield* ours.set("key", 1)
  const theirs = yield* Cache.make({ capacity: 1000, timeToLive: "1 hour", lookup: () => Effect.succeed(1) })
  yield* Cache.get(theirs, "key")
  return {
    name: "cache, fresh hit",
    times: calls,
    contenders: [
      { name: skippy, run: effectLoop(Effect.flatMap(ours.get("key", Effect.die("a hit asks nobody")), hit)) },
      { name: effect, run: effectLoop(Effect.flatMap(Cache.get(theirs, "key"), hit)) }
    ],
    targets: [{ subject: skippy, against: effect, factor: 1 }]
  } satisfies Work
})

const pipeline = Effect.gen(function* () {
  const services = {
    bench: {
      rateLimit: { limits: [{ limit: 1_000_000_000, per: "1 minute", algorithm: "tokenBucket" as const }] }
    }
  }
  const resilience = yield* Effect.provide(Resilience, Resilience.layer({ services }))
  const call = bodyEffect.pipe(Resilience.call({ service: "bench", operation: "call", idempotent: true }))
  const wrapped = wrap(
    retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: forever, breaker: new ConsecutiveBreaker(5) }),
    timeout(30_000, TimeoutStrategy.Aggressive),
    bulkhead(10, 100)
  )
  return {
    name: "retry, limiter, breaker, bulkhead, timeout",
    times: calls / 2,
    contenders: [
      {
        name: `${skippy} (with deadline and budget)`,
        run: effectLoopIn(call, Effect.provideService(Resilience, resilience))
      },
      { name: `${cockatiel} (no limiter)`, run: promiseLoop(() => wrapped.execute(body)) }
    ],
    targets: [{ subject: `${skippy} (with deadline and budget)`, against: `${cockatiel} (no limiter)`, factor: 1 / 3 }]
  } satisfies Work
})

/** All works; each makes its contenders afresh. */
export const works: ReadonlyArray<Effect.Effect<Work>> = [
  breakerClosed,
  Effect.orDie(breakerWindow),
  Effect.orDie(breakerOpen),
  limiter,
  cache,
  Effect.orDie(pipeline),
  observed,
  events,
  http,
  sqlite,
  ...redisLimiters,
  redisBreaker
]

/** Checks that a contender really did the work it was timed for. */
export const checked = async (name: string, run: (times: number) => Promise<void>, times: number): Promise<void> => {
  counter.calls = 0
  await run(times)
  if (counter.calls !== times) throw new Error(`${name} ran the body ${counter.calls} times instead of ${times}`)
}

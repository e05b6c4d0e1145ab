/**
 * How often a decision asks Redis: `redisTrips.ts` starts a server, makes many decisions one after another, and prints what the
 * server has counted, as JSON. `INFO stats` counts how often it read from a connection, `INFO commandstats` which commands came;
 * what a script does inside the server is no trip.
 */
import { CircuitBreaker, RateLimiter, RetryBudget } from "@skippy/core"
import { Effect, ManagedRuntime } from "effect"
import { createClient } from "redis"
import { startRedis } from "./redisServer.ts"
import type { Trips } from "./Report.ts"
import { storesAt } from "./sharedStores.ts"

const times = 1000

const port = await startRedis()
const looker = await createClient({ url: `redis://127.0.0.1:${port}` }).connect()
const count = async (): Promise<{ readonly reads: number; readonly scripts: number }> => {
  const said = await looker.info("everything")
  const numberAfter = (start: string): number => Number(new RegExp(`${start}(\\d+)`).exec(said)?.[1] ?? 0)
  return {
    reads: numberAfter("total_reads_processed:"),
    scripts: numberAfter("cmdstat_evalsha:calls=") + numberAfter("cmdstat_eval:calls=")
  }
}

const runtime = ManagedRuntime.make(storesAt({ _tag: "redis", port, patience: 60_000 }))

const decisions = Effect.gen(function* () {
  const limits = RateLimiter.tokenBucket({ limit: 1_000_000_000, per: "1 minute" })
  const limiter = yield* RateLimiter.make({ name: "limiter", limits })
  const empty = yield* RateLimiter.make({
    name: "empty",
    limits: RateLimiter.fixedWindow({ limit: 1, per: "1 day" }),
    maxWait: 0
  })
  const breaker = yield* CircuitBreaker.make({ name: "breaker", openFor: "1 hour" })
  const open = yield* CircuitBreaker.make({ name: "open", openFor: "1 hour" })
  yield* open.open
  const budget = yield* RetryBudget.make({ name: "budget" })
  return [
    ["a token that is at hand", Effect.exit(Effect.void.pipe(limiter))],
    ["a token that is not there", Effect.exit(empty.tryAcquire())],
    ["a call through a closed circuit", Effect.exit(Effect.void.pipe(breaker))],
    ["a call an open circuit refuses", Effect.exit(Effect.void.pipe(open))],
    ["a call booked in a retry budget", budget.recordCall]
  ] as const
})

const measured = Effect.gen(function* () {
  const found: Array<Trips> = []
  for (const [decision, once] of yield* decisions) {
    // Scripts are loaded by those who come first.
    yield* Effect.replicateEffect(once, 3, { discard: true })
    const before = yield* Effect.promise(count)
    yield* Effect.replicateEffect(once, times, { discard: true })
    const after = yield* Effect.promise(count)
    // The second look is a read too.
    const reads = after.reads - before.reads - 1
    found.push({ decision, reads: reads / times, scripts: (after.scripts - before.scripts) / times })
  }
  return found
})

console.log(JSON.stringify(await runtime.runPromise(Effect.orDie(measured))))
process.exit(0)

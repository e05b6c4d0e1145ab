/** What idle state costs, and whether a flood of keys stays for good. Run with `--expose-gc` and the name of a
 * section, each in a process of its own; prints JSON. */
import { CircuitBreaker, RateLimiter } from "@skippy/core"
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"

const collect = globalThis.gc
if (collect === undefined) throw new Error("bench/memory.ts needs node --expose-gc")

const heap = (): number => {
  collect()
  collect()
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
}

const circuits = 10_000
const floods = 1_000_000

const circuit = Effect.gen(function* () {
  const breaker = yield* CircuitBreaker.makeKeyed({
    name: "m",
    failureRate: { threshold: 0.5 },
    window: { count: 100 }
  })
  const before = heap()
  for (let i = 0; i < circuits; i++) yield* Effect.void.pipe(breaker.for(`host-${i}`))
  const bytes = (heap() - before) / circuits
  yield* breaker.keys
  return bytes
})

const limiterKey = Effect.gen(function* () {
  const limiter = yield* RateLimiter.makeKeyed({
    name: "m",
    limits: RateLimiter.tokenBucket({ limit: 60, per: "1 minute" })
  })
  const before = heap()
  for (let i = 0; i < circuits; i++) yield* Effect.void.pipe(limiter.for(`tenant-${i}`))
  const bytes = (heap() - before) / circuits
  yield* limiter.keys
  return bytes
})

/** A key once, and a little time: by default 10 keys a second, with the default limits of keys in force. */
const flood = Effect.gen(function* () {
  const breaker = yield* CircuitBreaker.makeKeyed({ name: "m", idleTimeToLive: "1 minute" })
  const limiter = yield* RateLimiter.makeKeyed({
    name: "m",
    limits: RateLimiter.tokenBucket({ limit: 60, per: "1 minute" })
  })
  const before = heap()
  for (let i = 0; i < floods; i++) {
    yield* breaker.for(`once-${i}`)(limiter.for(`once-${i}`)(Effect.void))
    if (i % 1000 === 0) yield* TestClock.adjust(Duration.seconds(10))
  }
  const keys = (yield* breaker.keys).length + (yield* limiter.keys).length
  return { floods, grownBytes: heap() - before, keys }
})

const sections: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = { circuit, limiterKey, flood }
const section = sections[process.argv[2] ?? ""]
if (section === undefined) throw new Error(`name a section: ${Object.keys(sections).join(", ")}`)

console.log(JSON.stringify(await Effect.runPromise(section.pipe(Effect.provide(TestClock.layer())))))

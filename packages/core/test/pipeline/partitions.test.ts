/** Parts of a service with a circuit and counts of their own, such as the origins an HTTP client calls. */
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option } from "effect"
import { TestClock } from "effect/testing"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const services = {
  hosts: {
    retry: false,
    circuitBreaker: { consecutiveFailures: 2, openFor: "1 minute", successThreshold: 1 },
    rateLimit: { limits: [{ limit: 3, per: "1 minute" }], maxWait: 0 }
  }
} as const

const to = (partition: string) => Resilience.call({ service: "hosts", operation: "get", idempotent: true, partition })
const failTo = (partition: string) => Effect.flip(Effect.fail("down").pipe(to(partition)))

describe("partitions", () => {
  it.effect("have a circuit each: one that is down leaves the others alone", () =>
    Effect.gen(function* () {
      yield* failTo("a")
      yield* failTo("a")
      expect(yield* failTo("a")).toMatchObject({ _tag: "CircuitOpenError", circuit: "hosts", key: "a" })
      expect(yield* Effect.succeed("fine").pipe(to("b"))).toBe("fine")
      const { circuit, partitions } = yield* (yield* Resilience).state("hosts")
      expect(circuit?.state).toBe("Closed")
      expect(partitions).toMatchObject([{ partition: "a", circuit: { state: "Open" } }])
    }).pipe(Effect.provide(Resilience.layer({ services })))
  )

  it.effect("are all made as new when the service is reset", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      yield* failTo("a")
      yield* failTo("a")
      yield* resilience.reset("hosts")
      expect((yield* resilience.state("hosts")).partitions).toEqual([])
      expect(yield* Effect.succeed("fine").pipe(to("a"))).toBe("fine")
    }).pipe(Effect.provide(Resilience.layer({ services })))
  )

  it.effect("have counts each, and a quiet time each", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      for (let n = 0; n < 3; n++) yield* Effect.void.pipe(to("a"))
      expect(yield* Effect.flip(Effect.void.pipe(to("a")))).toMatchObject({ _tag: "RateLimitedError", key: "a" })
      const busy = { category: "throttled", retryAfter: Duration.seconds(30) } as const
      yield* Effect.flip(Effect.fail(busy).pipe(to("b")))
      expect(yield* Effect.flip(Effect.void.pipe(to("b")))).toMatchObject({ limit: "penalty", key: "b" })
      yield* Effect.void.pipe(to("c"))
      expect(probe.of("LimiterPenalized")).toMatchObject([{ key: "b" }])
    }).pipe(Effect.provide(Resilience.layer({ services })), probe.provide)
  })

  it.effect("learn what the service says of its quotas, each for itself", () =>
    Effect.gen(function* () {
      const pipeline = (yield* Resilience).pipeline("hosts")
      yield* pipeline.observe([{ name: "RateLimit", remaining: 0, resetAfterMillis: 5000 }], "a")
      const refused = yield* Effect.flip(Effect.void.pipe(to("a")))
      expect(refused).toMatchObject({ limit: "RateLimit", key: "a" })
      yield* Effect.void.pipe(to("b"))
      yield* TestClock.adjust("5 seconds")
      yield* Effect.void.pipe(to("a"))
    }).pipe(Effect.provide(Resilience.layer({ services })))
  )

  it.effect("are remembered in bounded memory", () =>
    Effect.gen(function* () {
      for (let n = 0; n < 12_000; n++) yield* Effect.void.pipe(to(`https://host-${n}.example`))
      const { breaker, limiter } = (yield* Resilience).pipeline("hosts").stages
      expect((yield* breaker!.keys).length).toBe(10_000)
      expect((yield* limiter!.keys).length).toBe(10_000)
    }).pipe(Effect.provide(Resilience.layer({ services })))
  )
})

describe("a lane", () => {
  const paced = {
    hosts: {
      ...services.hosts,
      rateLimit: false,
      lanes: {
        content: {
          bulkhead: { concurrency: 1 },
          rateLimit: { limits: [{ limit: 1, per: "1 second" }] }
        }
      }
    }
  } as const
  const create = Resilience.call({ service: "hosts", operation: "create", lane: "content" })
  const read = Resilience.call({ service: "hosts", operation: "read" })

  it.effect("takes its calls one at a time and in its own pace, and leaves others alone", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      let running = 0
      const work = (name: string, millis: number) =>
        Effect.gen(function* () {
          log.push(`${name} at ${yield* Effect.clockWith((clock) => clock.currentTimeMillis)}`)
          expect(++running).toBe(1)
          yield* Effect.sleep(millis)
          running--
        })
      const fibers = yield* Effect.forEach(["a", "b", "c"], (name) =>
        Effect.forkChild(work(name, name === "a" ? 1500 : 100).pipe(create))
      )
      yield* TestClock.adjust("10 millis")
      expect(yield* Effect.succeed("at once").pipe(read)).toBe("at once")
      for (let n = 0; n < 40; n++) yield* TestClock.adjust("100 millis")
      yield* Fiber.joinAll(fibers)
      expect(log).toEqual(["a at 0", "b at 1500", "c at 2500"])
    }).pipe(Effect.provide(Resilience.layer({ services: paced })))
  )

  it.effect("gives turn and pace back when an attempt is interrupted before the service was asked", () =>
    Effect.gen(function* () {
      const holder = yield* Effect.forkChild(Effect.never.pipe(create))
      yield* TestClock.adjust("10 millis")
      const waiting = yield* Effect.forkChild(Effect.void.pipe(create))
      yield* TestClock.adjust("10 millis")
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(holder)
      const { lanes } = (yield* Resilience).pipeline("hosts").stages
      expect(yield* lanes.get("content")!.bulkhead!.view).toMatchObject({ running: 0, waiting: 0 })
      yield* TestClock.adjust("1 second")
      yield* Effect.void.pipe(create)
    }).pipe(Effect.provide(Resilience.layer({ services: paced })))
  )

  describe("with time limits of its own", () => {
    const timed = {
      hosts: {
        ...services.hosts,
        retry: { maxAttempts: 1 },
        circuitBreaker: false,
        timeout: "30 seconds",
        deadline: "2 minutes",
        lanes: {
          download: { timeout: "1 hour", deadline: "3 hours" },
          patient: { timeout: false, deadline: "1 minute" }
        }
      }
    } as const
    const endOf = (lane: string | undefined) =>
      Effect.gen(function* () {
        const call = Effect.never.pipe(Resilience.call({ service: "hosts", operation: "get", lane }))
        const fiber = yield* Effect.forkChild(Effect.flip(call))
        for (let seconds = 1; seconds <= 4000; seconds++) {
          yield* TestClock.adjust("1 second")
          const exit = fiber.pollUnsafe()
          if (exit?._tag === "Success") return { seconds, error: exit.value._tag }
        }
        return yield* Effect.die("it never ends")
      })

    it.effect("has those, and no other call has", () =>
      Effect.gen(function* () {
        expect(yield* endOf(undefined)).toEqual({ seconds: 30, error: "AttemptTimeoutError" })
        expect(yield* endOf("download")).toEqual({ seconds: 3600, error: "AttemptTimeoutError" })
        expect(yield* endOf("patient")).toEqual({ seconds: 60, error: "DeadlineExceededError" })
      }).pipe(Effect.provide(Resilience.layer({ services: timed })))
    )

    it.effect("says so in words, and is linted", () =>
      Effect.gen(function* () {
        const resilience = yield* Resilience
        expect(yield* resilience.describe("hosts")).toMatch(/lane "patient" .*timeout off; deadline 1m/)
        const upsideDown = { download: { timeout: "1 hour", deadline: "1 hour" } } as const
        const linted = Effect.flatMap(Resilience, ({ lint }) => lint("hosts"))
        const services = { hosts: { ...timed.hosts, lanes: upsideDown } }
        const found = yield* Effect.provide(linted, Resilience.layer({ services }))
        expect(found.map(({ fix }) => fix)).toContain(
          'set "lanes.download.timeout" to at most half of "lanes.download.deadline"'
        )
        expect(yield* resilience.lint("http")).toEqual([])
      }).pipe(Effect.provide(Resilience.layer({ services: timed })))
    )
  })

  it.effect("that nobody configured is a mistake of the program, named with the lanes there are", () =>
    Effect.gen(function* () {
      const call = Effect.void.pipe(Resilience.call({ service: "hosts", operation: "create", lane: "contents" }))
      const exit = yield* Effect.exit(call)
      expect(String(exit)).toContain(`configure "lanes.contents" of "hosts" (it has content)`)
    }).pipe(Effect.provide(Resilience.layer({ services: paced })))
  )

  it.effect("is part of what a call goes through, in words", () =>
    Effect.gen(function* () {
      expect(yield* (yield* Resilience).describe("hosts")).toContain(`lane "content"`)
      expect(yield* (yield* Resilience).describe("github")).toMatch(
        /lane "content" {2,}1 at the same time.*1 per 1s \(slidingWindow\) and 500 per 1h/
      )
    }).pipe(Effect.provide(Resilience.layer({ services: paced })))
  )
})

describe("answers that are kept", () => {
  const cached = (cacheKey: string) => ({ service: "hosts", operation: "list", cacheKey })

  it.effect("can be looked at without asking, and forgotten by pattern", () =>
    Effect.gen(function* () {
      expect(yield* Resilience.peek(cached("o/r:open"))).toEqual(Option.none())
      for (const key of ["o/r:open", "o/r:all", "o/other:open"]) {
        yield* Effect.succeed(key).pipe(Resilience.call({ ...cached(key), idempotent: true }))
      }
      expect(yield* Resilience.peek<string>(cached("o/r:open"))).toMatchObject(
        Option.some({ value: "o/r:open", provenance: "fresh" })
      )
      expect(yield* Resilience.invalidate(cached("o/r:*"))).toBe(2)
      expect(yield* Resilience.peek(cached("o/r:open"))).toEqual(Option.none())
      expect(Option.isSome(yield* Resilience.peek(cached("o/other:open")))).toBe(true)
    }).pipe(Effect.provide(Resilience.layer({ services: { hosts: { ...services.hosts, rateLimit: false } } })))
  )
})

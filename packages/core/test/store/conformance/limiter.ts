/** What a rate limiter does on every store. */
import { describe, expect } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import type { Limit } from "../../../src/store/LimitParts.ts"
import type * as LimitState from "../../../src/store/LimitState.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import * as Model from "../../../src/testing/RateLimiterModel.ts"
import { keeps, limit, type Step, step } from "../limitRuns.ts"
import { decided, factories, forAll, pass, type Subject, tests } from "./Subject.ts"

const bucket = RateLimiter.tokenBucket({ limit: 10, per: "1 second", burst: 2 })

let names = 0

/** Takes of a script, and whether each was granted what the model of its one limit grants. */
const play = (limits: ReadonlyArray<Limit>, script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const store = stores.limits({ name: `limit-${++names}`, config: { limits }, maxKeys: 10 })
    const cell = store.single
    let grants: Array<LimitState.Taken> = []
    const take = (weight: number) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const answer = yield* decided(() => cell.take(weight, now))
        if (answer._tag === "Taken") grants.push(answer)
        return answer
      })
    for (const one of script) {
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "take":
          yield* take(one.weight)
          break
        case "giveBack": {
          const given = grants.at(-1 - one.which)
          if (given === undefined) break
          const now = yield* Clock.currentTimeMillis
          yield* decided(() => cell.giveBack(given, now))
          grants = grants.filter((grant) => grant !== given)
          break
        }
        case "waitAsTold": {
          const answer = yield* take(one.weight)
          if (answer._tag === "Taken" || answer.millis === Infinity) break
          expect(answer.millis).toBeGreaterThan(0)
          yield* TestClock.adjust(Math.ceil(answer.millis))
          if (limits.length === 1) expect((yield* take(one.weight))._tag).toBe("Taken")
        }
      }
    }
    return grants
  })

const likeModel = (rule: Limit, script: ReadonlyArray<readonly [wait: number, weight: number]>) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const cell = stores.limits({ name: `limit-${++names}`, config: { limits: [rule] }, maxKeys: 10 }).single
    const grants: Array<Model.Grant> = []
    const tokens = {
      tokens: rule._tag === "TokenBucket" ? rule.burst : 0,
      at: yield* Clock.currentTimeMillis
    }
    for (const [wait, weight] of script) {
      yield* TestClock.adjust(wait)
      const now = yield* Clock.currentTimeMillis
      const real = (yield* decided(() => cell.take(weight, now)))._tag === "Taken"
      if (rule._tag === "TokenBucket") {
        const naive = Model.bucketHas(tokens, rule.limit, rule.perMillis, rule.burst, weight, now)
        if (naive) tokens.tokens -= weight
        expect(real).toBe(naive)
      } else if (rule._tag === "FixedWindow") {
        expect(real).toBe(Model.windowHas(grants, "fixed", rule.limit, rule.perMillis, weight, now))
      } else if (real) {
        expect(Model.windowHas(grants, "sliding", rule.limit, rule.perMillis, weight, now)).toBe(true)
      } else if (weight <= rule.limit) {
        // What the granules cost: at the latest 1/64 of the period later it is granted too.
        const before = grants.filter((grant) => grant.at > now - rule.perMillis)
        const fitsNow = Model.windowHas(before, "sliding", rule.limit, rule.perMillis, weight, now)
        const wait = yield* decided(() => cell.estimate(0, weight, now))
        if (fitsNow) expect(wait?.millis ?? 0).toBeLessThanOrEqual(rule.perMillis / 64)
      }
      if (real) grants.push({ at: now, weight })
    }
  })

const log = () => {
  const entries: Array<readonly [caller: string | number, at: number]> = []
  const startedAt = Clock.currentTimeMillis
  return {
    entries,
    as: (caller: string | number, since: number) =>
      Effect.map(startedAt, (now) => {
        entries.push([caller, now - since])
      })
  }
}

/** Runs the suite of limiters. */
export const limiterConformance = (subject: Subject): void => {
  const test = tests(subject)
  const { settled } = subject

  /** Starts callers one by one, in order. */
  const race = (limiter: RateLimiter.RateLimiter, weights: ReadonlyArray<number>) =>
    Effect.gen(function* () {
      const { as, entries } = log()
      const since = yield* Clock.currentTimeMillis
      const fibers: Array<Fiber.Fiber<void, RateLimiter.RateLimitedError>> = []
      for (const [caller, weight] of weights.entries()) {
        fibers.push(yield* Effect.forkChild(as(caller, since).pipe(limiter.weighted(weight))))
        yield* settled
      }
      return { entries, fibers }
    })

  const passAll = (times: number, step: Duration.Input) =>
    Effect.replicateEffect(pass(subject, step), times, { discard: true })

  describe(`a limiter on ${subject.name}`, () => {
    test(
      "never grants more than its limits promise, whatever happens",
      () =>
        forAll(
          subject,
          fc.tuple(
            fc.array(limit, { minLength: 1, maxLength: 3 }),
            fc.array(step, { minLength: subject.steps, maxLength: subject.steps })
          ),
          ([limits, script]) =>
            Effect.map(play(limits, script), (grants) => {
              for (const rule of limits) expect(keeps(grants, rule)).toBe(true)
            })
        ),
      120_000
    )

    test(
      "grants what the models would grant, one limit at a time",
      () =>
        forAll(
          subject,
          fc.tuple(
            limit,
            fc.array(fc.tuple(fc.constantFrom(0, 1, 10, 100, 640, 1000), fc.integer({ min: 1, max: 4 })), {
              minLength: subject.steps,
              maxLength: subject.steps
            })
          ),
          ([rule, script]) => likeModel(rule, script)
        ),
      120_000
    )

    test("lets a burst through and then one call for each refill, in the order of arrival", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        const { entries } = yield* race(limiter, [1, 1, 1, 1, 1])
        yield* passAll(40, "10 millis")
        expect(entries).toEqual([
          [0, 0],
          [1, 0],
          [2, 100],
          [3, 200],
          [4, 300]
        ])
      }))

    test("does not let a light call overtake a heavy one", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        const { entries } = yield* race(limiter, [2, 2, 1])
        yield* passAll(40, "10 millis")
        expect(entries).toEqual([
          [0, 0],
          [1, 200],
          [2, 300]
        ])
      }))

    test("takes from all of its limits or from none", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: [
            RateLimiter.fixedWindow({ limit: 10, per: "1 second", name: "ten" }),
            RateLimiter.slidingWindow({ limit: 3, per: "1 minute", name: "three" })
          ],
          maxWait: 0
        })
        yield* Effect.void.pipe(limiter.weighted(3))
        const refused = yield* Effect.flip(Effect.void.pipe(limiter))
        expect(refused.limit).toBe("three")
        const { limits } = yield* limiter.view
        expect(limits.map(({ limit, remaining }) => [limit, remaining])).toEqual([
          ["ten", 7],
          ["three", 0]
        ])
      }))

    test("says at once what can never fit", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        const refused = yield* Effect.flip(Effect.void.pipe(limiter.weighted(3)))
        expect(refused.reason).toBe("neverFits")
        expect(refused.retryAfter).toBeUndefined()
        const tried = yield* Effect.flip(limiter.tryAcquire(3))
        expect(tried.reason).toBe("neverFits")
      }))

    test("gives back what was taken and not used, once", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: [
            RateLimiter.tokenBucket({ limit: 5, per: "1 minute" }),
            RateLimiter.fixedWindow({ limit: 5, per: "1 hour" }),
            RateLimiter.slidingWindow({ limit: 5, per: "1 hour" })
          ],
          maxWait: 0
        })
        const permit = yield* limiter.acquire(4)
        expect(yield* limiter.remaining).toBe(1)
        yield* permit.giveBack
        yield* permit.giveBack
        expect(yield* limiter.remaining).toBe(5)
        yield* limiter.acquire(5)
        expect(Exit.isFailure(yield* Effect.exit(limiter.tryAcquire()))).toBe(true)
      }))

    test("a caller who is interrupted while it waits takes nothing, and those behind it move up", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket })
        const { entries, fibers } = yield* race(limiter, [2, 2, 1])
        yield* pass(subject, "10 millis")
        yield* Fiber.interrupt(fibers[1]!)
        yield* passAll(10, "10 millis")
        expect(entries).toEqual([
          [0, 0],
          [2, 100]
        ])
        expect((yield* limiter.view).waiting).toBe(0)
      }))

    test("refuses whom the queue has no room for, and who would wait for too long", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxQueue: 1 })
        yield* race(limiter, [2, 1])
        const full = yield* Effect.flip(Effect.void.pipe(limiter))
        expect(full.reason).toBe("queueFull")
        const impatient = yield* RateLimiter.make({ name: "impatient", limits: bucket, maxWait: "50 millis" })
        yield* impatient.acquire(2)
        const refused = yield* Effect.flip(Effect.void.pipe(impatient))
        expect(refused.reason).toBe("maxWait")
        expect(refused.retryAfter).toEqual(Duration.millis(100))
      }))

    test("is quiet for as long as the service asked, and never shorter", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
        yield* limiter.penalize("10 seconds")
        yield* limiter.penalize(DateTime.makeUnsafe((yield* Clock.currentTimeMillis) + 2000))
        const refused = yield* Effect.flip(Effect.void.pipe(limiter))
        expect([refused.limit, refused.retryAfter]).toEqual(["penalty", Duration.seconds(10)])
        expect(yield* limiter.remaining).toBe(0)
        yield* pass(subject, "10 seconds")
        expect(Exit.isSuccess(yield* Effect.exit(Effect.void.pipe(limiter)))).toBe(true)
      }))

    test("takes the service's word for its quotas, until their reset", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.tokenBucket({ limit: 100, per: "1 second" }),
          maxWait: 0
        })
        yield* limiter.observe([{ name: "core", remaining: 2, resetAfterMillis: 60_000 }])
        const permit = yield* limiter.acquire(2)
        const refused = yield* Effect.flip(Effect.void.pipe(limiter))
        expect([refused.limit, refused.retryAfter]).toEqual(["core", Duration.seconds(60)])
        yield* permit.giveBack
        yield* limiter.acquire(2)
        // Within the same window the smaller count is the newer one.
        yield* limiter.observe([{ name: "core", remaining: 2, resetAfterMillis: 60_000 }])
        expect((yield* Effect.flip(Effect.void.pipe(limiter))).limit).toBe("core")
        yield* pass(subject, "60 seconds")
        expect(Exit.isSuccess(yield* Effect.exit(Effect.void.pipe(limiter)))).toBe(true)
      }))

    test("counts each key by itself, and remembers no more keys than it may", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.makeKeyed({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 1, per: "1 hour" }),
          maxWait: 0,
          maxKeys: 8
        })
        const odd = `a:{b}*?[c] "d" \u0000 \u{1F600} %s '`
        yield* limiter.for(odd).acquire()
        yield* limiter.for("other").acquire()
        expect((yield* Effect.flip(limiter.for(odd).acquire())).key).toBe(odd)
        expect((yield* limiter.keys).toSorted()).toEqual([odd, "other"].toSorted())
        for (let i = 0; i < 20; i++) yield* limiter.for(`key-${i}`).acquire()
        const keys = yield* limiter.keys
        if (subject.bounds === "maxKeys") expect(keys.length).toBeLessThanOrEqual(8)
        expect(keys).toContain("key-19")
      }))

    test("keeps what was counted when its limits change, and looks again at those who wait", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 2, per: "1 hour" }),
          maxWait: "2 hours"
        })
        yield* limiter.acquire(2)
        const waiting = yield* Effect.forkChild(limiter.acquire(1))
        yield* settled
        yield* limiter.change(RateLimiter.fixedWindow({ limit: 3, per: "1 hour" }))
        yield* settled
        expect(Exit.isSuccess(yield* Fiber.await(waiting))).toBe(true)
        expect(yield* limiter.remaining).toBe(0)
      }))

    test("forgets what was counted under a limit of another kind", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({
          name: "reports",
          limits: RateLimiter.fixedWindow({ limit: 2, per: "1 hour" }),
          maxWait: 0
        })
        const permit = yield* limiter.acquire(2)
        yield* limiter.change(RateLimiter.slidingWindow({ limit: 2, per: "1 minute" }))
        expect(yield* limiter.remaining).toBe(2)
        yield* permit.giveBack
        expect(yield* limiter.remaining).toBe(2)
      }))

    test("goes on when the clock is set back", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: 0 })
        yield* TestClock.adjust("1 hour")
        yield* limiter.acquire(2)
        yield* TestClock.setTime(0)
        expect((yield* Effect.flip(limiter.acquire())).retryAfter).toEqual(Duration.millis(100))
        yield* pass(subject, "200 millis")
        yield* limiter.acquire(2)
        expect(Exit.isFailure(yield* Effect.exit(limiter.tryAcquire()))).toBe(true)
      }))

    test("says who decided where counts are shared, and nothing of it elsewhere", () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const limiter = yield* RateLimiter.make({ name: "reports", limits: bucket, maxWait: "1 second" })
        yield* race(limiter, [2, 1])
        yield* passAll(10, "10 millis")
        yield* Effect.flip(limiter.acquire(3))
        const by = subject.isShared ? subject.name : undefined
        expect(probe.of("LimiterWaited").map(({ store }) => store)).toEqual([by])
        expect(probe.of("LimiterRejected").map(({ store }) => store)).toEqual([by])
      }).pipe(probe.provide)
    })

    if (!subject.isShared) return

    test("counts for two processes as for one", ({ there }) =>
      Effect.gen(function* () {
        const options = {
          name: "reports",
          limits: RateLimiter.slidingWindow({ limit: 5, per: "1 minute" }),
          maxWait: 0
        }
        const limiter = yield* RateLimiter.make(options)
        const other = yield* there(RateLimiter.make(options))
        const permit = yield* limiter.acquire(3)
        yield* other.acquire(2)
        expect((yield* Effect.flip(limiter.acquire())).reason).toBe("exceeded")
        expect((yield* Effect.flip(other.acquire())).reason).toBe("exceeded")
        yield* permit.giveBack
        yield* other.acquire(3)
        yield* limiter.penalize("2 minutes")
        expect((yield* Effect.flip(other.acquire())).limit).toBe("penalty")
      }))

    test("a caller who waits in one process gets what another gives back", ({ there }) =>
      Effect.gen(function* () {
        const options = { name: "reports", limits: RateLimiter.fixedWindow({ limit: 1, per: "1 second" }) }
        const limiter = yield* RateLimiter.make(options)
        const other = yield* there(RateLimiter.make(options))
        yield* limiter.acquire()
        const { as, entries } = log()
        const since = yield* Clock.currentTimeMillis
        yield* Effect.forkChild(as("other", since).pipe(other))
        yield* passAll(11, "100 millis")
        expect(entries).toEqual([["other", 1000 - (since % 1000)]])
      }))
  })
}

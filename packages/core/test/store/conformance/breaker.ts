/** What a circuit breaker does on every store. */
import { describe, expect } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Schedule, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import type * as CircuitState from "../../../src/store/CircuitState.ts"
import * as Model from "../../../src/testing/CircuitBreakerModel.ts"
import * as EventProbe from "../../../src/testing/EventProbe.ts"
import { configOf, rulesArbitrary, type Step, step } from "../circuitRuns.ts"
import { decided, factories, forAll, pass, type Subject, tests } from "./Subject.ts"

/** What the model calls an open circuit whose time is over reads as half-open. */
const readAs = (model: Model.Model, now: number): Model.State =>
  model.state === "Open" && now >= model.openedAt + model.openMillis ? "HalfOpen" : model.state

let names = 0

const likeModel = (rules: Model.Rules, script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const stores = yield* factories
    const cell = stores.circuits({
      name: `circuit-${++names}`,
      config: configOf(rules),
      initial: "Closed",
      idleMillis: 3_600_000,
      maxKeys: 10
    }).single
    const model = Model.make()
    const calls: Array<{ readonly real: CircuitState.Admitted; readonly naive: Model.ModelCall }> = []
    for (const one of script) {
      const now = yield* Clock.currentTimeMillis
      switch (one._tag) {
        case "wait":
          yield* TestClock.adjust(one.millis)
          break
        case "call":
          yield* Effect.withFiber((fiber) =>
            Effect.gen(function* () {
              const refused = yield* decided(() => cell.peek(fiber))
              const real = cell.free(fiber) ?? (yield* decided(() => cell.admit(fiber)))
              const naive = Model.admit(model, rules, now)
              expect(real._tag === "Admitted").toBe(naive !== undefined)
              expect(refused === undefined).toBe(naive !== undefined)
              if (real._tag === "Admitted" && naive !== undefined) calls.push({ real, naive })
            })
          )
          break
        case "end": {
          const [call] = calls.splice(one.which % Math.max(1, calls.length), 1)
          if (call === undefined) break
          const { latency, outcome, retryAfter } = one
          const report = {
            outcome,
            latencyMillis: latency,
            retryAfterMillis: outcome === "Failure" ? retryAfter : 0,
            openMillis: rules.openMillis
          }
          const isSlow = rules.slowCallRate !== undefined && latency > rules.slowCallRate.slowerThanMillis
          yield* Effect.withFiber((fiber) =>
            call.real.probe === 0 && outcome === "Success" && !isSlow
              ? Effect.flatMap(Clock.clockWith(Effect.succeed), (clock) =>
                  decided(() => cell.succeed(call.real, clock))
                )
              : Effect.asVoid(decided(() => cell.settle(call.real, report, fiber)))
          )
          Model.settle(model, rules, call.naive, outcome, latency, retryAfter, now)
          break
        }
        case "control":
          yield* Effect.withFiber((fiber) => decided(() => cell.control(one.command, rules.openMillis, fiber)))
          Model.control(model, rules, one.command, now)
      }
    }
    const now = yield* Clock.currentTimeMillis
    expect((yield* decided(() => cell.view(now))).state).toBe(readAs(model, now))
  })

const down = Effect.fail("down")
const fine = Effect.succeed("fine")

const isOpen = (error: unknown): error is CircuitBreaker.CircuitOpenError =>
  error instanceof CircuitBreaker.CircuitOpenError

const failTimes = (breaker: CircuitBreaker.CircuitBreaker, times: number) =>
  Effect.replicateEffect(Effect.exit(down.pipe(breaker)), times, { discard: true })

const stateOf = (breaker: CircuitBreaker.CircuitBreaker) => Effect.map(breaker.view, (view) => view.state)

const openFor = (breaker: CircuitBreaker.CircuitBreaker, duration: Duration.Input) =>
  Effect.gen(function* () {
    const refused = yield* Effect.flip(fine.pipe(breaker))
    expect([refused.state, refused.retryAfter]).toEqual(["Open", Duration.fromInputUnsafe(duration)])
  })

/** Runs the suite of circuit breakers. */
export const breakerConformance = (subject: Subject): void => {
  const test = tests(subject)
  const { settled } = subject

  describe(`a circuit breaker on ${subject.name}`, () => {
    test(
      "decides like a model that keeps the whole history",
      () =>
        forAll(
          subject,
          fc.tuple(rulesArbitrary, fc.array(step, { minLength: subject.steps, maxLength: subject.steps })),
          ([rules, script]) => likeModel(rules, script)
        ),
      120_000
    )

    test("opens after failures in a row, probes after its open time and closes again", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", successThreshold: 2 })
        yield* failTimes(breaker, 4)
        expect(yield* fine.pipe(breaker)).toBe("fine")
        yield* failTimes(breaker, 4)
        expect(yield* stateOf(breaker)).toBe("Closed")
        yield* failTimes(breaker, 1)
        yield* pass(subject, "15 seconds")
        yield* openFor(breaker, "45 seconds")
        yield* pass(subject, "45 seconds")
        expect(yield* stateOf(breaker)).toBe("HalfOpen")
        yield* fine.pipe(breaker)
        yield* fine.pipe(breaker)
        expect(yield* stateOf(breaker)).toBe("Closed")
      }))

    test("opens on a share of the last calls, whatever their time", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({
          name: "reports",
          failureRate: { threshold: 0.5, minimumCalls: 4 },
          window: { count: 4 }
        })
        yield* failTimes(breaker, 1)
        yield* pass(subject, "1 hour")
        for (let i = 0; i < 4; i++) yield* fine.pipe(breaker)
        yield* failTimes(breaker, 1)
        expect((yield* breaker.view).failureRate).toBe(0.25)
        yield* failTimes(breaker, 1)
        expect(yield* stateOf(breaker)).toBe("Open")
      }))

    test("forgets calls that are older than its window of time", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({
          name: "reports",
          failureRate: { threshold: 0.5, minimumCalls: 2 },
          window: { duration: "10 seconds", buckets: 10 }
        })
        yield* failTimes(breaker, 1)
        yield* pass(subject, "11 seconds")
        expect((yield* breaker.view).calls).toBe(0)
        yield* fine.pipe(breaker)
        yield* fine.pipe(breaker)
        yield* failTimes(breaker, 1)
        expect(yield* stateOf(breaker)).toBe("Closed")
        yield* failTimes(breaker, 1)
        expect(yield* stateOf(breaker)).toBe("Open")
      }))

    test("opens when too many calls are slow, also those that succeed", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({
          name: "reports",
          slowCallRate: { threshold: 1, slowerThan: "1 second", minimumCalls: 2 },
          window: { count: 2 }
        })
        for (let i = 0; i < 2; i++) {
          const call = yield* Effect.forkChild(Effect.sleep("2 seconds").pipe(breaker))
          yield* pass(subject, "2 seconds")
          yield* Fiber.await(call)
        }
        expect(yield* stateOf(breaker)).toBe("Open")
      }))

    test("lets one probe through at a time, and gives its slot back when it is interrupted", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, successThreshold: 1 })
        yield* failTimes(breaker, 1)
        yield* pass(subject, "60 seconds")
        const probe = yield* Effect.forkChild(Effect.never.pipe(breaker))
        yield* settled
        const refused = yield* Effect.flip(fine.pipe(breaker))
        expect([refused.state, refused.retryAfter]).toEqual(["HalfOpen", Duration.seconds(60)])
        expect(Exit.isFailure(yield* Effect.exit(breaker.peek))).toBe(true)
        yield* Fiber.interrupt(probe)
        expect(yield* fine.pipe(breaker)).toBe("fine")
        expect(yield* stateOf(breaker)).toBe("Closed")
      }))

    test("a slot whose prober is gone comes back after its time, and what that says then changes nothing", () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({
          name: "reports",
          consecutiveFailures: 1,
          successThreshold: 1,
          probeTimeout: "5 seconds"
        })
        yield* failTimes(breaker, 1)
        yield* pass(subject, "60 seconds")
        const lost: CircuitBreaker.Hold = { admission: undefined, startedAt: 0 }
        yield* Effect.withFiber((fiber) => breaker.enter(lost, fiber) ?? Effect.void)
        expect(isOpen(yield* Effect.flip(fine.pipe(breaker)))).toBe(true)
        yield* pass(subject, "5 seconds")
        const second = yield* Effect.forkChild(Effect.sleep("1 second").pipe(breaker))
        yield* settled
        expect(probe.of("ProbeReclaimed").map(({ probes }) => probes)).toEqual([1])
        yield* Effect.withFiber((fiber) => breaker.leave(lost, Exit.fail("down"), fiber) ?? Effect.void)
        expect(yield* stateOf(breaker)).toBe("HalfOpen")
        yield* pass(subject, "1 second")
        yield* Fiber.await(second)
        expect(yield* stateOf(breaker)).toBe("Closed")
      }).pipe(probe.provide)
    })

    test("results of calls from before a transition change nothing", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1, successThreshold: 1 })
        const old = yield* Effect.forkChild(Effect.delay(down, "90 seconds").pipe(breaker))
        yield* settled
        yield* failTimes(breaker, 1)
        yield* pass(subject, "60 seconds")
        yield* fine.pipe(breaker)
        expect(yield* stateOf(breaker)).toBe("Closed")
        yield* pass(subject, "30 seconds")
        yield* Fiber.await(old)
        expect(yield* stateOf(breaker)).toBe("Closed")
      }))

    test("opens for as long as a failure says, up to a limit, and longer each time in a row", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({
          name: "reports",
          consecutiveFailures: 1,
          successThreshold: 1,
          openFor: Schedule.exponential("1 second", 3),
          maxOpenFor: "10 minutes"
        })
        const failing = (retryAfter: Duration.Input) =>
          Effect.exit(Effect.fail({ retryAfter: Duration.fromInputUnsafe(retryAfter) }).pipe(breaker))
        yield* failTimes(breaker, 1)
        yield* openFor(breaker, "1 second")
        yield* pass(subject, "1 second")
        yield* failTimes(breaker, 1)
        yield* openFor(breaker, "3 seconds")
        yield* pass(subject, "3 seconds")
        yield* failing("2 minutes")
        yield* openFor(breaker, "2 minutes")
        yield* pass(subject, "2 minutes")
        yield* failing("1 day")
        yield* openFor(breaker, "10 minutes")
      }))

    test("does what a person says, and tells it once", () => {
      const probe = EventProbe.make()
      return Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 1 })
        yield* breaker.isolate
        yield* breaker.isolate
        const refused = yield* Effect.flip(fine.pipe(breaker))
        expect([refused.state, refused.retryAfter]).toEqual(["ForcedOpen", undefined])
        yield* pass(subject, "1 day")
        expect(yield* stateOf(breaker)).toBe("ForcedOpen")
        yield* breaker.disable
        yield* failTimes(breaker, 3)
        expect(yield* stateOf(breaker)).toBe("Disabled")
        yield* breaker.metricsOnly
        yield* failTimes(breaker, 3)
        expect(yield* stateOf(breaker)).toBe("MetricsOnly")
        yield* breaker.close
        yield* breaker.open
        yield* openFor(breaker, "60 seconds")
        yield* breaker.reset
        expect(yield* breaker.view).toMatchObject({ state: "Closed", openings: 0 })
        const by = subject.isShared ? subject.name : undefined
        expect(probe.of("CircuitTransition").map(({ store, to }) => [to, store])).toEqual(
          ["ForcedOpen", "Disabled", "MetricsOnly", "Closed", "Open", "Closed"].map((to) => [to, by])
        )
        expect(probe.of("CircuitWouldOpen").length).toBe(3)
        expect(probe.of("CircuitRejected").map(({ store }) => store)).toEqual([by, by])
      }).pipe(probe.provide)
    })

    test("has a circuit for each key, and remembers no more keys than it may", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.makeKeyed({ name: "reports", consecutiveFailures: 1, maxKeys: 8 })
        const odd = `a:{b}*?[c] "d" \u0000 \u{1F600} %s '`
        yield* Effect.exit(down.pipe(breaker.for(odd)))
        expect(yield* fine.pipe(breaker.for("b"))).toBe("fine")
        expect(isOpen(yield* Effect.flip(fine.pipe(breaker.for(odd))))).toBe(true)
        expect(yield* breaker.keys).toContain(odd)
        for (let i = 0; i < 20; i++) yield* Effect.exit(down.pipe(breaker.for(`key-${i}`)))
        const keys = yield* breaker.keys
        if (subject.bounds === "maxKeys") expect(keys.length).toBeLessThanOrEqual(8)
        expect(keys).toContain("key-19")
      }))

    test("a circuit that is open outlives a flood of keys that are well", () =>
      Effect.gen(function* () {
        const breaker = yield* CircuitBreaker.makeKeyed({ name: "reports", consecutiveFailures: 1, maxKeys: 8 })
        yield* Effect.exit(down.pipe(breaker.for("bad")))
        for (let i = 0; i < 20; i++) yield* fine.pipe(breaker.for(`key-${i}`))
        expect(isOpen(yield* Effect.flip(fine.pipe(breaker.for("bad"))))).toBe(true)
      }))

    test("can be written down and brought back under another name", () =>
      Effect.gen(function* () {
        const rules = { failureRate: { threshold: 0.5, minimumCalls: 4 }, window: { count: 4 }, consecutiveFailures: 3 }
        const first = yield* CircuitBreaker.make({ name: "first", ...rules })
        yield* failTimes(first, 1)
        yield* fine.pipe(first)
        yield* Effect.replicateEffect(Effect.exit(down.pipe(first.for("bad"))), 3)
        const text = yield* Schema.encodeEffect(Schema.fromJsonString(CircuitBreaker.Snapshot))(yield* first.snapshot)
        const second = yield* CircuitBreaker.make({ name: "second", ...rules })
        yield* second.restore(yield* Schema.decodeEffect(Schema.fromJsonString(CircuitBreaker.Snapshot))(text))
        expect(isOpen(yield* Effect.flip(fine.pipe(second.for("bad"))))).toBe(true)
        expect(yield* second.view).toMatchObject({ calls: 2, failures: 1 })
        yield* failTimes(second, 2)
        expect(yield* stateOf(second)).toBe("Open")
      }))

    if (!subject.isShared) return

    test("what one process opens is open for the other, and one probe is let through among both", ({ there }) =>
      Effect.gen(function* () {
        const options = { name: "reports", consecutiveFailures: 3, successThreshold: 1 }
        const breaker = yield* CircuitBreaker.make(options)
        const other = yield* there(CircuitBreaker.make(options))
        yield* fine.pipe(breaker)
        yield* fine.pipe(other)
        yield* pass(subject, "10 millis")
        yield* failTimes(breaker, 2)
        yield* pass(subject, "10 millis")
        yield* failTimes(other, 1)
        yield* pass(subject, "100 millis")
        expect(isOpen(yield* Effect.flip(fine.pipe(breaker)))).toBe(true)
        expect(isOpen(yield* Effect.flip(fine.pipe(other)))).toBe(true)
        yield* pass(subject, "60 seconds")
        const probe = yield* Effect.forkChild(Effect.sleep("1 second").pipe(breaker))
        yield* settled
        const refused = yield* Effect.flip(fine.pipe(other))
        expect(refused.state).toBe("HalfOpen")
        yield* pass(subject, "1 second")
        yield* Fiber.await(probe)
        expect(yield* fine.pipe(other)).toBe("fine")
        yield* other.isolate
        yield* pass(subject, "100 millis")
        expect((yield* Effect.flip(fine.pipe(breaker))).state).toBe("ForcedOpen")
        yield* breaker.reset
        yield* pass(subject, "100 millis")
        expect(yield* fine.pipe(other)).toBe("fine")
      }))
  })
}

import { describe, expect, it } from "@effect/vitest"
import { Context, Deferred, Duration, Effect, Exit, Fiber, Layer, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Health from "../../src/operate/Health.ts"
import * as Deadline from "../../src/policy/Deadline.ts"
import { CallScope } from "../../src/event/CurrentCall.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { defectOf } from "../support.ts"

const ok: Health.Finding = { status: "ok" }

const steady = (name: string, finding: Health.Finding = ok): Health.Check => ({ name, run: Effect.succeed(finding) })

const onDemand = (...checks: ReadonlyArray<Health.Check>) => Health.layer({ checks, every: "never" })

/** A check whose finding a test changes. */
const changing = (name: string, first: Health.Finding = ok) => {
  const state = { finding: first, runs: 0 }
  const check: Health.Check = {
    name,
    run: Effect.sync(() => {
      state.runs++
      return state.finding
    })
  }
  return { state, check }
}

const check = Effect.flatMap(Health.Health, (health) => health.check)

const briefly = (node: Health.HealthNode) =>
  node.children.map(({ name, reason, status }) => [name, status, reason].filter((text) => text !== undefined).join(" "))

class Refused extends Schema.TaggedError<Refused>()("Refused", { token: Schema.String }) {
  override get message(): string {
    return "access refused"
  }
}

describe("health", () => {
  it.effect(
    "says down with the reason of a check that fails, dies or is interrupted, and asks the others all the same",
    () =>
      Effect.gen(function* () {
        const tree = yield* check
        expect(briefly(tree)).toEqual([
          "failing down Refused: access refused",
          "dying down out of order",
          "throwing down not a function",
          "gone down the check was interrupted",
          "fine ok"
        ])
        expect(tree.status).toBe("down")
        expect(JSON.stringify(tree)).not.toContain("secret")
        expect(Health.recommendations(tree)).toEqual(["Renew the token."])
      }).pipe(
        Effect.provide(
          onDemand(
            { name: "failing", advice: "Renew the token.", run: Effect.fail(new Refused({ token: "secret" })) },
            { name: "dying", run: Effect.die(new Error("out of order")) },
            {
              name: "throwing",
              run: Effect.sync((): Health.Finding => {
                throw new TypeError("not a function")
              })
            },
            { name: "gone", run: Effect.interrupt },
            steady("fine")
          )
        )
      )
  )

  it.effect("gives a check that hangs up after its time, while the others still answer", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(check)
      yield* TestClock.adjust("4999 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      const tree = yield* Fiber.join(fiber)
      expect(briefly(tree)).toEqual([
        "hangs down did not answer within 5 s",
        "impatient down did not answer within 250 ms",
        "fine ok"
      ])
      expect(tree.children.map(({ durationMs }) => durationMs)).toEqual([5000, 250, 0])
    }).pipe(
      Effect.provide(
        onDemand(
          { name: "hangs", run: Effect.never },
          { name: "impatient", timeout: "250 millis", run: Effect.never },
          steady("fine")
        )
      )
    )
  )

  it.effect("does not wait for a check that cannot be stopped, and does not start it a second time", () =>
    Effect.gen(function* () {
      const free = yield* Deferred.make<void>()
      let started = 0
      const stubborn = Effect.sync(() => started++).pipe(
        Effect.andThen(Deferred.await(free)),
        Effect.as(ok),
        Effect.uninterruptible
      )
      const health = yield* Health.Health
      yield* health.register({ name: "stubborn", run: stubborn })
      const first = yield* Effect.forkChild(health.check)
      yield* TestClock.adjust("5 seconds")
      expect(briefly(yield* Fiber.join(first))).toEqual(["stubborn down did not answer within 5 s"])
      const second = yield* Effect.forkChild(health.check)
      yield* TestClock.adjust("5 seconds")
      expect(briefly(yield* Fiber.join(second))).toEqual(["stubborn down did not answer within 5 s"])
      expect(started).toBe(1)
      yield* Deferred.succeed(free, undefined)
      expect(briefly(yield* health.check)).toEqual(["stubborn ok"])
      expect(started).toBe(2)
    }).pipe(Effect.scoped, Effect.provide(onDemand()))
  )

  it.effect("runs ten checks of a second in one second", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(check)
      yield* TestClock.adjust("1 second")
      const tree = yield* Fiber.join(fiber)
      expect(tree).toMatchObject({ status: "ok", durationMs: 1000 })
      expect(tree.children.length).toBe(10)
    }).pipe(
      Effect.provide(
        onDemand(
          ...Array.from({ length: 10 }, (_, i) => ({
            name: `check-${i}`,
            run: Effect.delay(Effect.succeed(ok), "1 second")
          }))
        )
      )
    )
  )

  it.effect("shares one run among those who ask at the same time, also when the first of them gives up", () => {
    let runs = 0
    const slow: Health.Check = {
      name: "slow",
      run: Effect.delay(
        Effect.sync(() => {
          runs++
          return ok
        }),
        "1 second"
      )
    }
    return Effect.gen(function* () {
      const first = yield* Effect.forkChild(check)
      yield* TestClock.adjust("400 millis")
      const others = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(check, { startImmediately: true }))
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("600 millis")
      const trees = yield* Effect.forEach(others, Fiber.join)
      expect(new Set(trees).size).toBe(1)
      expect(runs).toBe(1)
      const again = yield* Effect.forkChild(check)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(again)
      expect(runs).toBe(2)
    }).pipe(Effect.provide(onDemand(slow)))
  })

  it.effect("answers whoever asks right after everybody else gave up", () =>
    Effect.gen(function* () {
      const first = yield* Effect.forkChild(check, { startImmediately: true })
      yield* TestClock.adjust("400 millis")
      first.interruptUnsafe()
      const next = yield* Effect.forkChild(check, { startImmediately: true })
      yield* TestClock.adjust("1200 millis")
      expect(briefly(yield* Fiber.join(next))).toEqual(["slow ok"])
    }).pipe(
      Effect.provide(
        onDemand({
          name: "slow",
          // Even giving up takes its time.
          run: Effect.ensuring(Effect.delay(Effect.succeed(ok), "1 second"), Effect.sleep("100 millis"))
        })
      )
    )
  )

  it.effect("does not put a caller's deadline on the run that serves everybody", () =>
    Effect.gen(function* () {
      const deadline = yield* Deadline.make({ name: "caller", within: "1 second" })
      const tree = yield* check.pipe(deadline)
      expect(tree.children[0]?.details).toEqual({ deadline: "Infinity" })
    }).pipe(
      Effect.provide(
        onDemand({
          name: "scope",
          run: Effect.map(CallScope, ({ deadline }) => ({ status: "ok", details: { deadline: String(deadline) } }))
        })
      )
    )
  )

  it.effect("takes checks in for as long as their scope is open", () =>
    Effect.gen(function* () {
      const health = yield* Health.Health
      const scope = yield* Scope.make()
      yield* health.register(steady("extra/one", { status: "down", reason: "not there" })).pipe(Scope.provide(scope))
      expect(briefly(yield* health.check)).toEqual(["always ok", "extra down one is down"])
      yield* Scope.close(scope, Exit.void)
      expect(briefly(yield* health.check)).toEqual(["always ok"])
      yield* Effect.scoped(health.register(steady("extra")))
      yield* Effect.scoped(health.register(steady("extra")))
    }).pipe(Effect.provide(onDemand(steady("always"))))
  )

  it.effect("runs a registered check with the services of whoever registered it", () => {
    class Answer extends Context.Service<Answer, number>()("test/Answer") {}
    const asks: Health.Check<Answer> = {
      name: "asks",
      run: Effect.map(Answer, (answer) => ({ status: "ok", details: { answer } }))
    }
    return Effect.gen(function* () {
      const health = yield* Health.Health
      yield* health.register({ ...asks, name: "registered" }).pipe(Effect.provideService(Answer, 7))
      expect((yield* health.check).children.map(({ details }) => details)).toEqual([
        { answer: 42 },
        undefined,
        { answer: 7 }
      ])
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Health.layer({ checks: [asks, steady("plain")], every: "never" }).pipe(Layer.provide(Layer.succeed(Answer, 42)))
      )
    )
  })

  it.effect("refuses names that are taken, that are a group, or that are no path", () =>
    Effect.gen(function* () {
      const health = yield* Health.Health
      const refusal = (name: string) => defectOf(Effect.scoped(health.register(steady(name))))
      expect(yield* refusal("a/b")).toContain(`choose one that does not collide with "a/b"`)
      expect(yield* refusal("a")).toContain(`choose one that does not collide with "a/b"`)
      expect(yield* refusal("a/b/c")).toContain(`choose one that does not collide with "a/b"`)
      expect(yield* refusal("")).toContain(`give a path such as "system/disk"`)
      expect(yield* refusal("x//y")).toContain(`give a path such as "system/disk"`)
      expect(yield* refusal("a/bc")).toBe("succeeded")
      expect(briefly(yield* health.check)).toEqual(["a ok"])
    }).pipe(Effect.provide(onDemand(steady("a/b"))))
  )

  it.effect("looks at once and then every thirty seconds by itself", () => {
    const { check, state } = changing("store")
    return Effect.gen(function* () {
      const health = yield* Health.Health
      yield* TestClock.adjust(0)
      expect(state.runs).toBe(1)
      expect((yield* health.last)?.status).toBe("ok")
      state.finding = { status: "down", reason: "gone" }
      yield* TestClock.adjust("29 seconds")
      expect((yield* health.last)?.status).toBe("ok")
      yield* TestClock.adjust("1 second")
      expect((yield* health.last)?.status).toBe("down")
      yield* TestClock.adjust(Duration.minutes(1))
      expect(state.runs).toBe(4)
    }).pipe(Effect.provide(Health.layer({ checks: [check] })))
  })

  it.effect("never looks by itself when told so", () => {
    const { check, state } = changing("store")
    return Effect.gen(function* () {
      const health = yield* Health.Health
      yield* TestClock.adjust("1 hour")
      expect(state.runs).toBe(0)
      expect(yield* health.last).toBeUndefined()
    }).pipe(Effect.provide(onDemand(check)))
  })

  it.effect("stops looking when its layer is gone", () => {
    const { check, state } = changing("store")
    return Effect.gen(function* () {
      yield* Effect.provide(TestClock.adjust(0), Health.layer({ checks: [check], every: "1 second" }))
      const runs = state.runs
      yield* TestClock.adjust("1 minute")
      expect([runs, state.runs]).toEqual([1, 1])
    })
  })

  it.effect("publishes each change of a component once", () => {
    const probe = EventProbe.make()
    const disk = changing("system/disk")
    const store = changing("store", { status: "down", reason: "connection refused" })
    const heard = () =>
      probe
        .of("HealthChanged")
        .map(({ at, component, from, reason, to }) => `${at} ${component} ${from} ${to} ${reason ?? "-"}`)
    return Effect.gen(function* () {
      yield* TestClock.adjust("1 second")
      yield* check
      yield* check
      expect(heard()).toEqual(["1000 store ok down connection refused"])
      probe.clear()
      disk.state.finding = { status: "degraded", reason: "87 % in use" }
      store.state.finding = { status: "down", reason: "no route" }
      yield* TestClock.adjust("1 second")
      yield* check
      disk.state.finding = { status: "down", reason: "96 % in use" }
      store.state.finding = ok
      yield* check
      yield* check
      expect(heard()).toEqual([
        "2000 system/disk ok degraded 87 % in use",
        "2000 system/disk degraded down 96 % in use",
        "2000 store down ok -"
      ])
      expect(probe.events().every(({ policy }) => policy === "health")).toBe(true)
    }).pipe(Effect.provide(onDemand(disk.check, store.check).pipe(Layer.provide(probe.layer))))
  })

  it.effect("takes back what it said about a check that is gone", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      const health = yield* Health.Health
      yield* Effect.scoped(
        Effect.andThen(health.register(steady("job", { status: "down", reason: "stuck" })), health.check)
      )
      yield* health.check
      yield* health.check
      expect(probe.of("HealthChanged").map(({ from, reason, to }) => [from, to, reason])).toEqual([
        ["ok", "down", "stuck"],
        ["down", "ok", "is not checked any more"]
      ])
    }).pipe(Effect.provide(onDemand().pipe(Layer.provide(probe.layer))))
  })
})

import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, PubSub } from "effect"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Health from "../../src/operate/Health.ts"
import * as HealthChecks from "../../src/operate/HealthChecks.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import { defectOf } from "../support.ts"

const gib = 1024 ** 3

const machine: HealthChecks.SystemReading = {
  uptimeSeconds: 3600,
  cpu: { percent: 12, cores: 4, load1: 0.5 },
  memory: { totalBytes: 16 * gib, usedBytes: 4 * gib, percent: 25 },
  disks: [{ mount: "/", totalBytes: 100 * gib, usedBytes: 40 * gib, percent: 40 }],
  network: [],
  processes: { all: 100, running: 1 }
}

const metrics = (reading: Partial<HealthChecks.SystemReading> = {}) =>
  Layer.succeed(HealthChecks.SystemMetrics, { read: Effect.succeed({ ...machine, ...reading }) })

/** What one check says, run by `Health` as users run it. */
const nodeOf = <R>(check: Health.Check<R>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const health = yield* Health.Health
      yield* health.register(check)
      const node = Health.find(yield* health.check, check.name)
      return node!
    })
  ).pipe(Effect.provide(Health.layer({ every: "never" })))

const disk = (mount: string, percent: number) => ({ mount, totalBytes: 100 * gib, usedBytes: percent * gib, percent })

describe("the checks of the machine", () => {
  const statusesAt = (percents: ReadonlyArray<number>, check: Health.Check<HealthChecks.SystemMetrics>) =>
    Effect.forEach(percents, (percent) =>
      Effect.map(
        Effect.provide(
          nodeOf(check),
          metrics({
            cpu: { ...machine.cpu, percent },
            memory: { ...machine.memory, percent },
            disks: [disk("/", percent)]
          })
        ),
        ({ status }) => status
      )
    )
  const steps = ["ok", "degraded", "degraded", "down"]

  it.effect("warn and alarm at the thresholds of the design", () =>
    Effect.gen(function* () {
      expect(yield* statusesAt([84.9, 85, 94.9, 95], HealthChecks.disk())).toEqual(steps)
      expect(yield* statusesAt([79.9, 80, 94.9, 95], HealthChecks.memory())).toEqual(steps)
      expect(yield* statusesAt([69.9, 70, 89.9, 90], HealthChecks.cpu())).toEqual(steps)
    })
  )

  it.effect("take other thresholds, and refuse those that make no sense", () =>
    Effect.gen(function* () {
      const custom = { thresholds: { warn: 50, critical: 60 } }
      expect(yield* statusesAt([49.9, 50, 59.9, 60], HealthChecks.disk(custom))).toEqual(steps)
      expect(yield* statusesAt([49.9, 50], HealthChecks.cpu({ thresholds: { critical: 50 } }))).toEqual(["ok", "down"])
      const upsideDown = Effect.sync(() => HealthChecks.disk({ thresholds: { warn: 96 } }))
      expect(yield* defectOf(upsideDown)).toContain(
        `HealthChecks.disk: option "thresholds.warn" is 96; give a number from 0 to 95`
      )
    })
  )

  it.effect("name every disk that is too full, and go by the fullest", () =>
    Effect.gen(function* () {
      const node = yield* nodeOf(HealthChecks.disk())
      expect(node).toMatchObject({
        name: "system/disk",
        status: "down",
        reason: "disk /data is 96 % in use (limit 95 %), disk /backup is 88.5 % in use (limit 85 %)",
        details: { "/": 40, "/data": 96, "/backup": 88.5 }
      })
      expect(node.advice).toContain("Delete or move files on /data")
    }).pipe(Effect.provide(metrics({ disks: [disk("/", 40), disk("/data", 96), disk("/backup", 88.5)] })))
  )

  it.effect("make one group, and say what to do when the machine cannot be read", () =>
    Effect.gen(function* () {
      const { check } = yield* Health.Health
      const tree = yield* check
      expect(tree.children.map(({ name }) => name)).toEqual(["system"])
      expect(tree.children[0]).toMatchObject({
        status: "down",
        reason: "disk is down, memory is down, cpu is down (not critical)"
      })
      expect(Health.find(tree, "system/cpu")?.reason).toBe(
        "SystemMetricsError: the disks of this machine cannot be read: df: not found"
      )
      expect(Health.recommendations(tree)).toEqual(["Look at why the numbers of this machine cannot be read."])
    }).pipe(
      Effect.provide(
        Health.layer({ checks: [HealthChecks.disk(), HealthChecks.memory(), HealthChecks.cpu({ critical: false })] })
      ),
      Effect.provideService(HealthChecks.SystemMetrics, {
        read: Effect.fail(new HealthChecks.SystemMetricsError({ what: "disks", detail: "df: not found" }))
      })
    )
  )
})

describe("the check of the circuits", () => {
  const policies = { circuitBreaker: { consecutiveFailures: 1, openFor: "60 seconds" }, retry: false } as const
  const live = Resilience.layer({ services: { reports: policies } })
  const fail = (service: string) =>
    Effect.exit(Effect.fail("down").pipe(Resilience.call({ service, operation: "fetch" })))

  const succeed = (service: string) => Effect.succeed("up").pipe(Resilience.call({ service, operation: "fetch" }))

  it.effect("is degraded by a circuit that is open, and says when it is tried again", () =>
    Effect.gen(function* () {
      const before = yield* nodeOf(HealthChecks.breakers())
      expect(before).toMatchObject({ status: "ok", details: { reports: "Closed", github: "Closed" } })
      expect(Exit.isFailure(yield* fail("reports"))).toBe(true)
      yield* succeed("github")
      yield* TestClock.adjust("18 seconds")
      const open = yield* nodeOf(HealthChecks.breakers())
      expect(open).toMatchObject({
        status: "degraded",
        reason: `circuit "reports" is open; it is tried again in 42 s`,
        details: { reports: "Open", github: "Closed" }
      })
      expect(open.advice).toContain("reports")
      yield* TestClock.adjust("42 seconds")
      const trying = yield* nodeOf(HealthChecks.breakers())
      expect(trying).toMatchObject({ status: "degraded", reason: `circuit "reports" is being tried again` })
      expect(Health.recommendations(trying)).toEqual([])
    }).pipe(Effect.provide(live))
  )

  it.effect("tells a circuit that was opened by hand", () =>
    Effect.gen(function* () {
      const { circuit } = yield* Resilience
      yield* (yield* circuit("reports"))!.isolate
      expect(yield* nodeOf(HealthChecks.breakers())).toMatchObject({
        status: "degraded",
        reason: `circuit "reports" was opened by hand and stays open`,
        advice: "Close the circuit of reports when it may be called again."
      })
    }).pipe(Effect.provide(live))
  )

  it.effect("is degraded by parts of a service that are down, named up to a point, and never down for them alone", () =>
    Effect.gen(function* () {
      yield* succeed("reports")
      const breaker = (yield* (yield* Resilience).circuit("reports"))!
      for (const host of ["a", "b", "c", "d", "e"]) yield* breaker.for(host).open
      const node = yield* nodeOf(HealthChecks.breakers())
      expect(node.status).toBe("degraded")
      expect(node.reason).toContain(`circuit "reports (a)" is open; it is tried again in 60 s`)
      expect(node.reason).toMatch(/"reports \(c\)".*, and circuits of 2 more parts of "reports" are not closed$/)
    }).pipe(Effect.provide(live))
  )

  it.effect("is down when the circuit of every service that was called is open", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      for (const service of ["reports", "github"]) {
        yield* succeed(service)
        yield* (yield* resilience.circuit(service))!.open
      }
      expect((yield* nodeOf(HealthChecks.breakers())).status).toBe("down")
      yield* resilience.reset("reports")
      expect((yield* nodeOf(HealthChecks.breakers())).status).toBe("degraded")
    }).pipe(Effect.provide(live))
  )
})

describe("the check of the event bus", () => {
  it.effect("is degraded by events lost since the last run, and well again when no more are", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.Current
      const slow = yield* bus.subscribe
      const { check } = yield* Health.Health
      const publish = (count: number) =>
        Effect.sync(() => {
          for (let i = 0; i < count; i++) bus.publishUnsafe({ _tag: "CallStarted", at: 0, policy: "a" })
        })
      const events = Effect.map(check, (tree) => Health.find(tree, "events"))
      yield* publish(4)
      expect((yield* events)?.status).toBe("ok")
      yield* publish(3)
      yield* PubSub.takeAll(slow)
      expect(yield* events).toMatchObject({
        status: "degraded",
        reason: "3 events were lost since the last run",
        details: { lost: 3, lostAltogether: 3 }
      })
      expect(yield* events).toMatchObject({ status: "ok", details: { lost: 0, lostAltogether: 3 } })
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Health.layer({ checks: [HealthChecks.eventLoss()], every: "never" }).pipe(
          Layer.provideMerge(EventBus.layer({ capacity: 4 }))
        )
      )
    )
  )
})

describe("the checks that are given what to look at", () => {
  const warning = { severity: "warning", problem: "retry has no jitter", fix: "Set retry.jitter." } as const
  const error = { severity: "error", problem: "timeout is negative", fix: "Set timeout to a duration." } as const

  it.effect("take errors in the configuration as down and warnings as degraded", () =>
    Effect.gen(function* () {
      const statusOf = (problems: ReadonlyArray<HealthChecks.ConfigurationProblem>) =>
        nodeOf(HealthChecks.configuration(Effect.succeed(problems)))
      expect(yield* statusOf([])).toMatchObject({ name: "configuration", status: "ok" })
      expect(yield* statusOf([warning])).toMatchObject({ status: "degraded", reason: "retry has no jitter" })
      expect(yield* statusOf([warning, error])).toMatchObject({
        status: "down",
        reason: "retry has no jitter, timeout is negative",
        advice: "Set retry.jitter. Set timeout to a duration.",
        details: { errors: 1, warnings: 1 }
      })
    })
  )

  it.effect("name the credentials that are missing", () =>
    Effect.gen(function* () {
      const present = { GITHUB_TOKEN: true, PEXELS_API_KEY: false }
      const expected = {
        name: "credentials",
        status: "degraded",
        reason: "PEXELS_API_KEY is not set",
        advice: "Set PEXELS_API_KEY.",
        details: { GITHUB_TOKEN: "set", PEXELS_API_KEY: "missing" }
      }
      expect(yield* nodeOf(HealthChecks.credentials(present))).toMatchObject(expected)
      expect(yield* nodeOf(HealthChecks.credentials(Effect.succeed(present)))).toMatchObject(expected)
      expect((yield* nodeOf(HealthChecks.credentials({ GITHUB_TOKEN: true }))).status).toBe("ok")
    })
  )

  it.effect("ping the state store in their own time and under their own name", () =>
    Effect.gen(function* () {
      expect(yield* nodeOf(HealthChecks.store(Effect.succeed("PONG")))).toMatchObject({ name: "store", status: "ok" })
      expect(yield* nodeOf(HealthChecks.store(Effect.fail("connection refused"), { name: "redis" }))).toMatchObject({
        name: "redis",
        status: "down",
        reason: "connection refused",
        advice: "See that the state store runs and can be reached from here."
      })
      const hanging = yield* Effect.forkChild(nodeOf(HealthChecks.store(Effect.never, { timeout: "1 second" })))
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(hanging)).reason).toBe("did not answer within 1 s")
    })
  )

  it.effect("run together in one layer that needs what they need", () =>
    Effect.gen(function* () {
      const { check } = yield* Health.Health
      const tree = yield* check
      expect(tree.status).toBe("ok")
      expect(tree.children.map(({ name }) => name)).toEqual(["system", "breakers", "events", "store"])
    }).pipe(
      Effect.provide(
        Health.layer({
          checks: [
            HealthChecks.disk(),
            HealthChecks.memory(),
            HealthChecks.cpu(),
            HealthChecks.breakers(),
            HealthChecks.eventLoss(),
            HealthChecks.store(Effect.void)
          ]
        }).pipe(Layer.provide([metrics(), Resilience.layer()]))
      )
    )
  )
})

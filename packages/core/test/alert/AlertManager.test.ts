import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as FileSink from "../../src/alert/sink/FileSink.ts"
import { SinkError } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"
import { recorder } from "./support.ts"

const services = {
  reports: {
    retry: false,
    circuitBreaker: { consecutiveFailures: 2, openFor: "10 seconds", successThreshold: 1 },
    cache: { ttl: "1 second", staleIfError: "1 hour" }
  },
  tight: { rateLimit: { limits: [{ limit: 1, per: "1 hour" }], maxWait: "0 seconds" } },
  weary: { retry: { maxAttempts: 2, baseDelay: "1 milli" }, circuitBreaker: false }
} as const

const live = <R = never>(options: AlertManager.Options<AlertManager.SinkMaker<never, R>> = {}) =>
  Layer.mergeAll(AlertManager.layer<AlertManager.SinkMaker<never, R>>(options), Resilience.layer({ services })).pipe(
    Layer.provideMerge(EventBus.layer())
  )

const call = (service: string, effect: Effect.Effect<string, string>, cacheKey?: string) =>
  Effect.exit(effect.pipe(Resilience.call({ service, operation: "fetch", idempotent: true, cacheKey })))

const twice = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.andThen(effect, effect)
const down = Effect.fail("down")

const publish = (event: ResilienceEvent) => Effect.map(EventBus.Current, (bus) => bus.publishUnsafe(event))

const names = Effect.map(AlertManager.AlertManager.pipe(Effect.flatMap(({ recent }) => recent())), (all) =>
  all.map(({ alert, status }) => `${status} ${alert.name}`)
)

describe("the alert manager", () => {
  it.effect("tells an outage once, together, and its end once", () => {
    const { lines, sink, told } = recorder()
    return Effect.gen(function* () {
      yield* call("reports", Effect.succeed("old"), "a")
      yield* TestClock.adjust("2 seconds")
      yield* twice(call("reports", down, "a"))
      yield* call("reports", down, "a")
      yield* TestClock.adjust("2 seconds")
      expect(lines()).toEqual([["firing StaleServed", "firing CircuitOpen"]])
      expect(told[0]!.group).toEqual({ service: "reports" })
      yield* TestClock.adjust("10 seconds")
      yield* call("reports", Effect.succeed("new"), "a")
      yield* TestClock.adjust("30 seconds")
      expect(lines().slice(1)).toEqual([["firing StaleServed", "resolved CircuitOpen"]])
      yield* TestClock.adjust("10 minutes")
      expect(lines().slice(2)).toEqual([["resolved StaleServed"]])
      yield* TestClock.adjust("10 hours")
      expect(lines()).toHaveLength(3)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it.effect("repeats what lasts", () => {
    const { lines, sink } = recorder()
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ level: "ERROR", title: "Disk", message: "full", name: "Disk", lasting: true })
      for (let hour = 0; hour < 9; hour++) {
        yield* TestClock.adjust("1 hour")
        yield* alerts.alert({ level: "ERROR", title: "Disk", message: "full", name: "Disk", lasting: true })
      }
      expect(lines()).toEqual([["firing Disk"], ["firing Disk"], ["firing Disk"]])
      expect(yield* alerts.active).toMatchObject([{ count: 10, alert: { name: "Disk" } }])
      expect(yield* alerts.resolve({ name: "Disk" })).toBe(true)
      expect(yield* alerts.resolve({ name: "Disk" })).toBe(false)
      yield* TestClock.adjust("1 minute")
      expect(lines().at(-1)).toEqual(["resolved Disk"])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)], resolveAfter: "2 hours" })))
  })

  it.effect("counts before it speaks of exhausted retries and of a starved limiter", () =>
    Effect.gen(function* () {
      for (let n = 0; n < 2; n++) {
        const fiber = yield* Effect.forkChild(call("weary", down))
        yield* TestClock.adjust("1 second")
        yield* Effect.yieldNow
        expect(fiber.pollUnsafe()).toBeDefined()
      }
      for (let n = 0; n < 10; n++) yield* call("tight", Effect.succeed("one"))
      expect(yield* names).toEqual([])
      yield* Effect.forkChild(call("weary", down))
      yield* TestClock.adjust("1 second")
      yield* call("tight", Effect.succeed("one"))
      yield* TestClock.adjust(0)
      expect(yield* names).toEqual(["firing RetriesExhausted", "firing LimiterStarved"])
    }).pipe(Effect.provide(live()))
  )

  it.effect("speaks of lost events, of health and of a journal that cannot be written", () =>
    Effect.gen(function* () {
      const at = 0
      const unwell = { _tag: "HealthChanged", at, policy: "health", component: "disk" } as const
      yield* publish({ _tag: "EventsDropped", at, policy: "event-bus", count: 3 })
      yield* publish({ ...unwell, from: "ok", to: "degraded", reason: "86 % full" })
      yield* publish({ ...unwell, from: "degraded", to: "down" })
      yield* publish({ ...unwell, from: "down", to: "ok" })
      yield* publish({ _tag: "JournalFailed", at, policy: "journal", directory: "/x", error: "disk full" })
      yield* publish({ _tag: "JournalRecovered", at, policy: "journal", directory: "/x", lost: 0 })
      yield* TestClock.adjust(0)
      const { recent } = yield* AlertManager.AlertManager
      expect((yield* recent()).map(({ alert, status }) => [status, alert.level, alert.name])).toEqual([
        ["firing", "WARNING", "EventsDropped"],
        ["firing", "WARNING", "Unhealthy"],
        ["firing", "CRITICAL", "Unhealthy"],
        ["resolved", "CRITICAL", "Unhealthy"],
        ["firing", "ERROR", "JournalFailing"],
        ["resolved", "ERROR", "JournalFailing"]
      ])
      expect(yield* recent({ level: "CRITICAL" })).toHaveLength(2)
      yield* TestClock.adjust("3 hours")
      // What nobody resolves is over after a while; that is in the history too.
      expect((yield* recent({ hours: 2.95 })).map(({ status }) => status)).toEqual(["resolved"])
    }).pipe(Effect.provide(live()))
  )

  it.effect(
    "keeps silent about what is silenced, writes it down all the same, and speaks when the silence ends",
    () => {
      const { lines, sink } = recorder()
      const log = recorder({ name: "log", kind: "log" })
      return Effect.gen(function* () {
        const alerts = yield* AlertManager.AlertManager
        const { id } = yield* alerts.silence({ matchers: { service: "rep*" }, for: "1 hour", comment: "maintenance" })
        expect(yield* alerts.silences).toMatchObject([{ id, comment: "maintenance" }])
        yield* twice(call("reports", down))
        yield* TestClock.adjust("1 minute")
        expect(lines()).toEqual([])
        expect(log.told.map((one) => one.alerts[0]!.silenced)).toEqual([true])
        expect(yield* alerts.unsilence(id)).toBe(true)
        expect(yield* alerts.unsilence(id)).toBe(false)
        yield* TestClock.adjust("1 minute")
        expect(lines()).toEqual([["firing CircuitOpen"]])
      }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink), Effect.succeed(log.sink)] })))
    }
  )

  it.effect("is never in a caller's way, and a hanging sink delays no other", () => {
    const { lines, sink } = recorder()
    const hanging = recorder({ name: "hanging", send: () => Effect.never }).sink
    return Effect.gen(function* () {
      yield* twice(call("reports", down))
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([["firing CircuitOpen"]])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(hanging), Effect.succeed(sink)], shutdownTimeout: 0 })))
  })

  it.effect("tells of a failing sink on the other sinks of this machine, once, and never in a circle", () => {
    const { lines, sink } = recorder()
    const far = recorder({ name: "far", remote: true })
    let broken = true
    const failing = recorder({
      name: "failing",
      remote: true,
      send: () =>
        broken
          ? Effect.fail(new SinkError({ sink: "failing", problem: "no route", category: "transient" }))
          : Effect.void
    }).sink
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      const send = (title: string) => alerts.alert({ level: "ERROR", title, message: "!" })
      yield* send("one")
      yield* TestClock.adjust("1 hour")
      expect(lines()).toEqual([["firing one"], ["firing AlertSinkFailing"]])
      expect(far.lines()).toEqual([["firing one"]])
      yield* send("two")
      yield* TestClock.adjust("1 hour")
      expect((yield* alerts.stats).sinks[0]).toMatchObject({
        sink: "failing",
        sent: 0,
        waiting: 2,
        failure: expect.stringContaining("no route")
      })
      broken = false
      yield* send("three")
      yield* TestClock.adjust("1 hour")
      expect(lines().flat()).toEqual([
        "firing one",
        "firing AlertSinkFailing",
        "firing two",
        "firing three",
        "resolved AlertSinkFailing"
      ])
    }).pipe(
      Effect.provide(
        live({ sinks: [failing, sink, far.sink].map((one) => Effect.succeed(one)), groupBy: ["alertname"] })
      )
    )
  })

  it.effect("sends what waits when it ends, and tells the bus of every change", () => {
    const { lines, sink } = recorder()
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      yield* Effect.scoped(
        Effect.gen(function* () {
          const context = yield* Layer.build(AlertManager.layer({ sinks: [Effect.succeed(sink)] }))
          const alerts = yield* Effect.provideContext(Effect.service(AlertManager.AlertManager), context)
          yield* alerts.alert({ level: "INFO", title: "Backup", message: "done", service: "backup" })
          expect(lines()).toEqual([])
        })
      )
      expect(lines()).toEqual([["firing Backup"]])
      expect(probe.events()).toMatchObject([
        { _tag: "AlertChanged", service: "backup", alert: "Backup", status: "firing", level: "INFO" }
      ])
    }).pipe(Effect.provide(probe.layer))
  })

  it.effect("writes every change to the file, and the next program goes on in it", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = `${yield* fs.makeTempDirectoryScoped()}/logs`
      const program = Effect.gen(function* () {
        yield* twice(call("reports", down))
        yield* TestClock.adjust(Duration.minutes(1))
        yield* call("reports", Effect.succeed("well"))
      })
      const sinks = [FileSink.make({ directory })]
      yield* program.pipe(Effect.provide(live({ sinks }), { local: true }))
      yield* program.pipe(Effect.provide(live({ sinks }), { local: true }))
      const { alerts, broken } = yield* FileSink.read(directory)
      expect(broken).toBe(0)
      expect(alerts.map(({ alert, status }) => `${status} ${alert.name}`)).toEqual([
        "firing CircuitOpen",
        "resolved CircuitOpen",
        "firing CircuitOpen",
        "resolved CircuitOpen"
      ])
      expect(alerts[1]).toMatchObject({ startsAt: 0, endsAt: 60_000, alert: { service: "reports" } })
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})

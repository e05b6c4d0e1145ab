import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { AlertLevel } from "../../src/alert/Alert.ts"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as Rules from "../../src/alert/AlertRules.ts"
import { SinkError } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"
import { recorder } from "../alert/support.ts"

const live = (options: AlertManager.Options = {}) =>
  AlertManager.layer(options).pipe(Layer.provideMerge(EventBus.layer()))

const publish = (event: ResilienceEvent) => Effect.map(EventBus.Current, (bus) => bus.publishUnsafe(event))

const opened = {
  _tag: "CircuitTransition",
  at: 0,
  policy: "s",
  service: "s",
  key: "s",
  from: "Closed",
  to: "Open",
  reason: "manual"
} as const
const closed = { ...opened, from: "Open", to: "Closed" } as const
const rejected = {
  _tag: "LimiterRejected",
  at: 0,
  policy: "t",
  service: "t",
  key: "t",
  limit: "1/s",
  reason: "exceeded"
} as const

const lasting = (level: AlertLevel, name: string) => ({ level, title: name, name, message: "!", lasting: true })

describe("what a sink is told", () => {
  it.effect("does not tell a sink again because of alerts it does not want", () => {
    const { lines, sink } = recorder({ level: "ERROR" })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("ERROR", "Disk"))
      for (let n = 0; n < 20; n++) {
        yield* TestClock.adjust("1 minute")
        yield* alerts.alert({ level: "INFO", title: `Backup ${n}`, message: "done" })
      }
      expect(lines()).toEqual([["firing Disk"]])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)], resolveAfter: "1 hour" })))
  })

  it.effect("sends nothing to a flaky far sink because that sink is flaky", () => {
    let sends = 0
    const { sink } = recorder({
      name: "flaky",
      remote: true,
      send: () =>
        Effect.suspend(() =>
          ++sends % 2 === 1
            ? Effect.fail(new SinkError({ sink: "flaky", problem: "no route", category: "transient" }))
            : Effect.void
        )
    })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("ERROR", "Disk"))
      yield* TestClock.adjust("3 hours")
      // The first attempt, and perhaps one that makes up for it; not one every thirty seconds.
      expect(sends).toBeLessThanOrEqual(3)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)], resolveAfter: "1 day" })))
  })

  it.effect("ends no circle of two flaky sinks of this machine by luck only", () => {
    let sends = 0
    const flaky = (name: string) => {
      let mine = 0
      return recorder({
        name,
        kind: "log",
        send: () =>
          Effect.suspend(() => {
            sends++
            return ++mine % 2 === 1 && sends < 1000
              ? Effect.fail(new SinkError({ sink: name, problem: "busy", category: "transient" }))
              : Effect.void
          })
      }).sink
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("ERROR", "Disk"))
      for (let n = 0; n < 100; n++) yield* TestClock.adjust("1 second")
      expect(sends).toBeLessThan(50)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(flaky("a")), Effect.succeed(flaky("b"))] })))
  })

  it.effect("tells the end also to a sink that heard of a higher level", () => {
    const { lines, sink } = recorder({ level: "CRITICAL" })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("CRITICAL", "Disk"))
      yield* TestClock.adjust("1 minute")
      yield* alerts.alert(lasting("WARNING", "Disk"))
      yield* TestClock.adjust("1 minute")
      yield* alerts.resolve({ name: "Disk" })
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([["firing Disk"], ["resolved Disk"]])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it.effect("tells the end of an alert to a sink that was in trouble when it ended", () => {
    let broken = false
    const heard: Array<string> = []
    const { sink } = recorder({
      remote: true,
      send: ({ alerts }) =>
        Effect.suspend(() => {
          if (broken) return Effect.fail(new SinkError({ sink: "recorder", problem: "503", category: "transient" }))
          heard.push(...alerts.map((one) => `${one.status} ${one.alert.name}`))
          return Effect.void
        })
    })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("ERROR", "Disk"))
      yield* TestClock.adjust("1 minute")
      broken = true
      yield* alerts.resolve({ name: "Disk" })
      yield* TestClock.adjust("1 minute")
      broken = false
      yield* TestClock.adjust("1 hour")
      yield* alerts.alert(lasting("ERROR", "Other"))
      yield* TestClock.adjust("1 hour")
      expect(heard).toContain("resolved Disk")
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it.effect("tells an alert that lasts to a sink that was in trouble when it began, before four hours are over", () => {
    let broken = true
    const heard: Array<string> = []
    const { sink } = recorder({
      remote: true,
      send: ({ alerts }) =>
        Effect.suspend(() => {
          if (broken) return Effect.fail(new SinkError({ sink: "recorder", problem: "503", category: "transient" }))
          heard.push(...alerts.map((one) => `${one.status} ${one.alert.name}`))
          return Effect.void
        })
    })
    return Effect.gen(function* () {
      yield* publish(opened)
      for (let n = 0; n < 10; n++) yield* TestClock.adjust("1 second")
      expect((yield* (yield* AlertManager.AlertManager).stats).sinks[0]).toMatchObject({ failed: 1, waiting: 1 })
      broken = false
      yield* TestClock.adjust("1 hour")
      expect(heard).toContain("firing CircuitOpen")
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it.effect("tells a log every change of a burst", () => {
    const log = recorder({ kind: "log" })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* Effect.forEach(
        Array.from({ length: 3000 }, (_, n) => n),
        (n) => alerts.alert({ level: "INFO", title: `T${n}`, message: "!" }),
        { discard: true }
      )
      for (let n = 0; n < 5000; n++) yield* TestClock.adjust("1 second")
      expect((yield* alerts.stats).sinks[0]!.waiting).toBe(0)
      expect(log.told.flatMap((one) => one.alerts)).toHaveLength(3000)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(log.sink)] })))
  })
})

describe("a sink of a user's own", () => {
  it.effect("may throw before it returns an effect", () => {
    let calls = 0
    const { sink } = recorder({
      send: () => {
        calls++
        if (calls === 1) throw new Error("boom")
        return Effect.void
      }
    })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ level: "ERROR", title: "one", message: "!" })
      yield* TestClock.adjust("1 hour")
      yield* alerts.alert({ level: "ERROR", title: "two", message: "!" })
      yield* TestClock.adjust("1 hour")
      expect((yield* alerts.stats).sinks[0]).toMatchObject({ waiting: 0, failed: 1, lost: 0 })
      expect(calls).toBeGreaterThan(1)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it.effect("may be interrupted", () => {
    let calls = 0
    const { sink } = recorder({ send: () => Effect.suspend(() => (++calls === 1 ? Effect.interrupt : Effect.void)) })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ level: "ERROR", title: "one", message: "!" })
      yield* TestClock.adjust("1 hour")
      yield* alerts.alert({ level: "ERROR", title: "two", message: "!" })
      yield* TestClock.adjust("1 hour")
      expect((yield* alerts.stats).sinks[0]).toMatchObject({ waiting: 0, failed: 1, lost: 0 })
      expect(calls).toBeGreaterThan(1)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })
})

describe("a rule of a user's own", () => {
  it.effect("may throw without making the others deaf", () => {
    const { lines, sink } = recorder()
    const throwing: Rules.Rule = {
      name: "Throwing",
      on: (event) => {
        if (event._tag === "LimiterRejected") throw new Error("boom")
        return undefined
      }
    }
    return Effect.gen(function* () {
      const bus = yield* EventBus.Current
      bus.publishUnsafe(rejected)
      bus.publishUnsafe(opened)
      yield* TestClock.adjust("1 second")
      yield* TestClock.adjust("1 second")
      expect(lines()).toEqual([["firing CircuitOpen"]])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)], rules: [throwing, ...Rules.defaults] })))
  })
})

describe("a flood of events", () => {
  it.effect("does not leave an alert on for ever because its end was pushed out of the bus", () =>
    Effect.gen(function* () {
      const bus = yield* EventBus.Current
      const alerts = yield* AlertManager.AlertManager
      bus.publishUnsafe(opened)
      yield* TestClock.adjust("1 second")
      expect(yield* alerts.active).toHaveLength(1)
      bus.publishUnsafe(closed)
      for (let n = 0; n < 20_000; n++) bus.publishUnsafe(rejected)
      for (let n = 0; n < 24; n++) yield* TestClock.adjust("1 hour")
      expect((yield* alerts.active).map(({ alert }) => alert.name)).toEqual([])
    }).pipe(Effect.provide(live()))
  )
})

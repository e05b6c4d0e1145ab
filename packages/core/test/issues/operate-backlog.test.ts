import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { AlertInstance, AlertLevel } from "../../src/alert/Alert.ts"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as Backlog from "../../src/alert/Backlog.ts"
import { type Sink, SinkError } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import { recorder } from "../alert/support.ts"

const live = (options: AlertManager.Options = {}) =>
  AlertManager.layer(options).pipe(Layer.provideMerge(EventBus.layer()))

const lasting = (level: AlertLevel, name: string) => ({ level, title: name, name, message: "!", lasting: true })
const trouble = new SinkError({ sink: "shaky", problem: "no route", category: "transient" })

const instanceOf = (name: string, status: "firing" | "resolved", lasting: boolean): AlertInstance => ({
  at: 0,
  status,
  fingerprint: name,
  alert: { name, level: "ERROR", title: name, message: name, labels: {}, service: name },
  lasting,
  startsAt: 0,
  lastSeenAt: 0,
  count: 1,
  silenced: false
})

describe("a sink in trouble", () => {
  it.effect("is not left believing that an alert is over that came back meanwhile", () => {
    const { lines, sink, told } = recorder()
    let broken = false
    const shaky: Sink = {
      ...sink,
      send: (one) => Effect.suspend(() => (broken ? Effect.fail(trouble) : Effect.sync(() => void told.push(one))))
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ ...lasting("ERROR", "Disk"), service: "store" })
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([["firing Disk"]])
      broken = true
      yield* alerts.resolve({ name: "Disk", service: "store" })
      yield* TestClock.adjust("1 minute")
      yield* alerts.alert({ ...lasting("ERROR", "Disk"), service: "store" })
      yield* TestClock.adjust("1 minute")
      broken = false
      yield* TestClock.adjust("10 minutes")
      expect(yield* alerts.active).toHaveLength(1)
      // Its last word must be that it fires; or it was never told that it was over.
      expect(lines().flat().at(-1)).toBe("firing Disk")
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(shaky)], resolveAfter: "1 day" })))
  })

  it.effect("that is only slow is told of an alert that came back while its end was on the way", () => {
    const { lines, sink, told } = recorder()
    let slow = false
    const slowly: Sink = {
      ...sink,
      send: (one) =>
        Effect.suspend(() =>
          Effect.andThen(
            slow ? Effect.sleep("90 seconds") : Effect.void,
            Effect.sync(() => void told.push(one))
          )
        )
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(lasting("ERROR", "Disk"))
      yield* TestClock.adjust("1 minute")
      slow = true
      yield* alerts.resolve({ name: "Disk" })
      yield* TestClock.adjust("10 seconds")
      yield* alerts.alert(lasting("ERROR", "Disk"))
      yield* TestClock.adjust("20 minutes")
      expect(yield* alerts.active).toHaveLength(1)
      expect(lines().flat()).toEqual(["firing Disk", "resolved Disk", "firing Disk"])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(slowly)], resolveAfter: "1 day" })))
  })

  it.effect("that refuses one notification for good still gets those of other groups", () => {
    const { lines, sink, told } = recorder()
    const picky: Sink = {
      ...sink,
      send: (one) =>
        Effect.suspend(() =>
          one.group["service"] === "a"
            ? Effect.fail(new SinkError({ sink: "picky", problem: "the receiver answered 400", category: "invalid" }))
            : Effect.sync(() => void told.push(one))
        )
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ ...lasting("ERROR", "Odd"), service: "a" })
      yield* TestClock.adjust("10 minutes")
      yield* alerts.alert({ ...lasting("CRITICAL", "Disk"), service: "b" })
      yield* TestClock.adjust("3 hours")
      expect(lines()).toEqual([["firing Disk"]])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(picky)], resolveAfter: "1 day" })))
  })

  it.effect("that refuses one notification for good still gets the others when the program ends", () => {
    const { lines, sink, told } = recorder()
    const picky: Sink = {
      ...sink,
      send: (one) =>
        Effect.suspend(() =>
          one.group["service"] === "a"
            ? Effect.fail(new SinkError({ sink: "picky", problem: "the receiver answered 400", category: "invalid" }))
            : Effect.sync(() => void told.push(one))
        )
    }
    return Effect.gen(function* () {
      yield* Effect.gen(function* () {
        const alerts = yield* AlertManager.AlertManager
        yield* alerts.alert({ ...lasting("ERROR", "Odd"), service: "a" })
        yield* alerts.alert({ ...lasting("CRITICAL", "Disk"), service: "b" })
      }).pipe(Effect.provide(live({ sinks: [Effect.succeed(picky)], resolveAfter: "1 day" })))
      expect(lines()).toEqual([["firing Disk"]])
    })
  })

  it.effect("that flickers is not worth a word each time", () => {
    let sends = 0
    const { sink } = recorder({
      name: "flaky",
      send: () => Effect.suspend(() => (++sends % 2 === 1 ? Effect.fail(trouble) : Effect.void))
    })
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      for (let n = 0; n < 60; n++) {
        yield* alerts.alert({ level: "ERROR", title: `one ${n}`, message: "!" })
        yield* TestClock.adjust("31 seconds")
      }
      const said = (yield* alerts.recent()).filter(({ alert }) => alert.name === "AlertSinkFailing")
      expect(said.length).toBeLessThan(5)
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(sink)] })))
  })

  it("of a log loses nothing that had room while it was writing, and does not count what it wrote as lost", () => {
    const { sink } = recorder({ kind: "log" })
    const backlog = Backlog.make(sink)
    const add = (from: number, count: number) => {
      for (let n = from; n < from + count; n++) {
        backlog.add({
          at: n,
          group: {},
          reason: "changed",
          alerts: [
            {
              at: n,
              status: "firing",
              fingerprint: `${n}`,
              alert: { name: "x", level: "ERROR", title: "x", message: "x", labels: {} },
              lasting: false,
              startsAt: n,
              lastSeenAt: n,
              count: 1,
              silenced: false
            }
          ]
        })
      }
    }
    const written = new Set<number>()
    add(0, 50_000)
    const first = backlog.next()!.alerts
    // While these are being written, many more come.
    add(50_000, 100_000)
    for (const { at } of first) written.add(at)
    backlog.arrived()
    for (const { at } of backlog.next()?.alerts ?? []) written.add(at)
    backlog.arrived()
    expect([written.size, backlog.lost()]).toEqual([150_000, 0])
  })

  it("is told of an alert again although the end of the last one was given up", () => {
    const { sink } = recorder()
    const backlog = Backlog.make(sink)
    const add = (name: string, status: "firing" | "resolved", lasting: boolean) =>
      backlog.add({ at: 0, group: { service: name }, reason: "changed", alerts: [instanceOf(name, status, lasting)] })
    const said = () => {
      const all: Array<string> = []
      for (let one = backlog.next(); one !== undefined; one = backlog.next()) {
        for (const { alert, status } of one.alerts) if (alert.name === "Disk") all.push(status)
        backlog.arrived()
      }
      return all
    }
    add("Disk", "firing", true)
    expect(said()).toEqual(["firing"])
    add("Disk", "resolved", true)
    for (let n = 0; n < 1000; n++) add(`Backup ${n}`, "firing", false)
    expect(backlog.lost()).toBe(1)
    said()
    add("Disk", "firing", true)
    expect(said()).toEqual(["firing"])
  })

  it("takes in many groups in a time that does not grow with their square", () => {
    const millisOf = (groups: number) => {
      const backlog = Backlog.make(recorder().sink)
      const start = performance.now()
      for (let n = 0; n < groups; n++) {
        const name = `n${n}`
        backlog.add({ at: n, group: { service: name }, reason: "changed", alerts: [instanceOf(name, "firing", true)] })
      }
      return performance.now() - start
    }
    millisOf(2000)
    expect(millisOf(16_000)).toBeLessThan(1000)
  })
})

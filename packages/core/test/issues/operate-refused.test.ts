import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import { type Sink, SinkError } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"

const live = (options: AlertManager.Options = {}) =>
  AlertManager.layer(options).pipe(Layer.provideMerge(EventBus.layer()))

const store = { level: "ERROR", title: "Disk", name: "Disk", message: "!", service: "store", lasting: true } as const
const refused = new SinkError({ sink: "picky", problem: "the receiver answered 400", category: "invalid" })

describe("a sink that refuses", () => {
  it.effect("the end of an alert is told when the alert is back", () => {
    const told: Array<string> = []
    let refuses = false
    const picky: Sink = {
      name: "picky",
      kind: "notify",
      remote: true,
      level: "DEBUG",
      send: ({ alerts }) =>
        Effect.suspend(() =>
          refuses
            ? Effect.fail(refused)
            : Effect.sync(() => void told.push(...alerts.map(({ alert, status }) => `${status} ${alert.name}`)))
        )
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert(store)
      yield* TestClock.adjust("1 minute")
      refuses = true
      yield* alerts.resolve(store)
      yield* TestClock.adjust("10 minutes")
      refuses = false
      yield* alerts.alert(store)
      yield* TestClock.adjust("10 minutes")
      expect(told).toEqual(["firing Disk", "firing Disk"])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(picky)], resolveAfter: "1 day" })))
  })

  it.effect("several groups once each does not lose one of them", () => {
    const tries = new Map<string, number>()
    const told: Array<string> = []
    const picky: Sink = {
      name: "picky",
      kind: "notify",
      remote: true,
      level: "DEBUG",
      send: ({ group }) =>
        Effect.suspend(() => {
          const service = group["service"] ?? ""
          const n = (tries.get(service) ?? 0) + 1
          tries.set(service, n)
          return n === 1 ? Effect.fail(refused) : Effect.sync(() => void told.push(service))
        })
    }
    return Effect.gen(function* () {
      const alerts = yield* AlertManager.AlertManager
      for (const service of ["a", "b", "c"]) yield* alerts.alert({ ...store, service })
      yield* TestClock.adjust("1 hour")
      expect(told.toSorted()).toEqual(["a", "b", "c"])
    }).pipe(Effect.provide(live({ sinks: [Effect.succeed(picky)], resolveAfter: "1 day" })))
  })
})

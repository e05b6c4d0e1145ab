import { describe, expect, it } from "@effect/vitest"
import { type Duration, Effect, Layer } from "effect"
import * as fc from "fast-check"
import { TestClock } from "effect/testing"
import { type Alert, AlertLevel } from "../../src/alert/Alert.ts"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as Silence from "../../src/alert/Silence.ts"
import { Silences } from "../../src/alert/Silences.ts"
import * as SharedSilences from "../../src/operate/SharedSilences.ts"
import { SinkError } from "../../src/alert/sink/Sink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import { type States, StateStore, StateStoreError } from "../../src/store/StateStore.ts"
import { recorder } from "./support.ts"

const text = fc.stringMatching(/^[ab]{0,3}$/)
const pattern = fc.stringMatching(/^[ab*]{0,4}$/)

const alert: fc.Arbitrary<Alert> = fc.record({
  name: text,
  level: fc.constantFrom(...AlertLevel.literals),
  title: fc.constant("it"),
  message: fc.constant("is"),
  service: text,
  labels: fc.dictionary(fc.constantFrom("store", "sink"), text)
})
const silence = fc.record({
  matchers: fc.dictionary(fc.constantFrom("alertname", "service", "store", "sink", "gone", "toString"), pattern),
  endsAt: fc.integer({ min: 0, max: 10 })
})

/** The whole text, `*` for anything. */
const naiveFits = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(value)

const naive = (
  one: Alert,
  silences: ReadonlyArray<typeof silence extends fc.Arbitrary<infer S> ? S : never>,
  now: number
) => {
  for (const { endsAt, matchers } of silences) {
    if (now >= endsAt) continue
    let all = true
    for (const [label, pattern] of Object.entries(matchers)) {
      const own = new Map(Object.entries({ ...one.labels, alertname: one.name, service: one.service! }))
      const value = own.get(label) ?? ""
      if (!naiveFits(pattern, value)) all = false
    }
    if (all) return true
  }
  return false
}

type Step =
  | { readonly _tag: "add"; readonly by: number; readonly millis: number }
  | { readonly _tag: "remove"; readonly by: number; readonly nth: number }
  | { readonly _tag: "pass"; readonly millis: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ _tag: fc.constant("add" as const), by: fc.nat(1), millis: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ _tag: fc.constant("remove" as const), by: fc.nat(1), nth: fc.nat(5) }),
  fc.record({ _tag: fc.constant("pass" as const), millis: fc.integer({ min: 1, max: 30 }) })
)

const live = (
  sink: ReturnType<typeof recorder>["sink"],
  more: ReadonlyArray<ReturnType<typeof recorder>["sink"]> = []
) =>
  Layer.fresh(
    AlertManager.layer({ sinks: [sink, ...more].map((one) => Effect.succeed(one)) }).pipe(
      Layer.provide(SharedSilences.layer),
      Layer.provideMerge(EventBus.layer())
    )
  )

const input = { level: "ERROR", title: "Down", message: "it is", service: "reports", lasting: true } as const

describe("silences", () => {
  it("are about an alert as a naive reading of their matchers says", () => {
    fc.assert(
      fc.property(alert, fc.array(silence, { maxLength: 4 }), fc.integer({ min: 0, max: 10 }), (one, silences, now) => {
        expect(Silence.isSilenced(one, silences, now)).toBe(naive(one, silences, now))
      }),
      { numRuns: 3000 }
    )
  })

  it.effect.each([
    ["a store", SharedSilences.layer, true],
    ["a process", Silences.layerMemory, false]
  ] as const)("are the same for all who share %s, and over in time, as a naive list says", ([, layer, isShared]) =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const open = Effect.provide(Silences, Layer.fresh(layer))
              const one = yield* open
              const processes = [one, isShared ? yield* open : one]
              let model: ReadonlyArray<Silence.Silence> = []
              let now = 0
              for (const [n, one] of steps.entries()) {
                if (one._tag === "pass") {
                  yield* TestClock.adjust(one.millis)
                  now += one.millis
                  model = model.filter(({ endsAt }) => endsAt > now)
                } else if (one._tag === "add") {
                  const added = { id: `s${n}`, matchers: {}, startsAt: now, endsAt: now + one.millis, comment: "" }
                  yield* processes[one.by]!.add(added)
                  model = [...model, added]
                } else {
                  const id = model[one.nth]?.id ?? "none"
                  expect(yield* processes[one.by]!.remove(id)).toBe(id !== "none")
                  model = model.filter((kept) => kept.id !== id)
                }
                for (const { list } of processes)
                  expect((yield* list).map(({ id }) => id).toSorted()).toEqual(model.map(({ id }) => id).toSorted())
              }
            }).pipe(Effect.provide(Layer.merge(StateStore.layerMemory, TestClock.layer())))
          )
        ),
        { numRuns: 200 }
      )
    )
  )

  it.effect("of one process keep another one quiet, which writes it down as silenced", () => {
    const { lines, sink } = recorder()
    const log = recorder({ name: "log", kind: "log" })
    return Effect.gen(function* () {
      const here = yield* AlertManager.AlertManager
      yield* Effect.provide(
        Effect.flatMap(AlertManager.AlertManager, ({ silence }) =>
          silence({ matchers: { service: "rep*" }, for: "1 hour", comment: "" })
        ),
        live(recorder().sink)
      )
      yield* here.alert(input)
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([])
      expect(log.told.map(({ alerts }) => alerts[0]!.silenced)).toEqual([true])
      expect((yield* here.recent()).map(({ silenced }) => silenced)).toEqual([true])
      expect((yield* here.active).map(({ silenced }) => silenced)).toEqual([true])
    }).pipe(Effect.provide(Layer.provideMerge(live(sink, [log.sink]), StateStore.layerMemory)))
  })

  it.effect("that another process ends let what still fires be told within seconds", () => {
    const { lines, sink } = recorder()
    return Effect.gen(function* () {
      const here = yield* AlertManager.AlertManager
      const store = yield* StateStore
      const { id } = yield* here.silence({ matchers: { alertname: "Down" }, for: "1 day", comment: "" })
      yield* here.alert(input)
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([])
      yield* store.remove(`alerts/silences/${id}`)
      yield* here.alert(input)
      yield* TestClock.adjust("6 seconds")
      expect(lines()).toEqual([["firing Down"]])
    }).pipe(Effect.provide(Layer.provideMerge(live(sink), StateStore.layerMemory)))
  })

  it.effect("stay as they were known while the store is away, and adding one says why it cannot be", () => {
    const { lines, sink } = recorder()
    let away = false
    const refuse = <A>(operation: StateStoreError["operation"], effect: Effect.Effect<A, StateStoreError>) =>
      Effect.suspend(() =>
        away
          ? Effect.fail(
              new StateStoreError({ operation, category: "transient", directory: "", code: "timeout", store: "redis" })
            )
          : effect
      )
    const flaky = Layer.effect(
      StateStore,
      Effect.map(StateStore, (store): States => ({
        get: (key) => refuse("get", store.get(key)),
        set: (key, text, options) => refuse("set", store.set(key, text, options)),
        remove: (key) => refuse("remove", store.remove(key)),
        keys: (prefix) => refuse("keys", store.keys(prefix))
      }))
    ).pipe(Layer.provide(StateStore.layerMemory))
    return Effect.gen(function* () {
      const here = yield* AlertManager.AlertManager
      yield* here.silence({ matchers: { service: "reports" }, for: "1 hour", comment: "" })
      yield* here.alert(input)
      yield* TestClock.adjust("1 second")
      away = true
      yield* TestClock.adjust("1 minute")
      yield* here.alert(input)
      yield* TestClock.adjust("1 minute")
      expect(lines()).toEqual([])
      const error = yield* Effect.flip(here.silence({ matchers: {}, for: "1 hour", comment: "" }))
      expect(error.message).toContain("the shared store (redis) is away")
    }).pipe(Effect.provide(Layer.provideMerge(live(sink), flaky)))
  })

  it.effect("last from a millisecond to a hundred years, so that their end is a date", () =>
    Effect.gen(function* () {
      const { silence, silences } = yield* AlertManager.AlertManager
      const last = (time: Duration.Input) => Effect.exit(silence({ matchers: {}, for: time, comment: "" }))
      for (const time of ["500 micros", "36501 days", Infinity] as const)
        expect(String(yield* last(time))).toContain('option "for"')
      expect(yield* silences).toEqual([])
      for (const time of ["1 milli", AlertManager.longestSilence] as const)
        expect((yield* last(time))._tag).toBe("Success")
    }).pipe(Effect.provide(Layer.provideMerge(live(recorder().sink), StateStore.layerMemory)))
  )
})

describe("an alert that is sent and waited for", () => {
  it.effect("says who took it, who wants none like it, and who failed, and is in history and log", () => {
    const good = recorder({ name: "good" })
    const urgent = recorder({ name: "urgent", level: "CRITICAL" })
    const log = recorder({ name: "log", kind: "log" })
    const problem = new SinkError({ sink: "bad", problem: "it answers 500", category: "transient" })
    const bad = recorder({ name: "bad", send: () => Effect.fail(problem) })
    const throwing = recorder({
      name: "throwing",
      send: () => {
        throw new TypeError("a defect")
      }
    })
    return Effect.gen(function* () {
      const { recent, send, stats } = yield* AlertManager.AlertManager
      const { alert, deliveries } = yield* send(input)
      expect(alert).toMatchObject({ status: "firing", lasting: false, silenced: false })
      expect(deliveries).toEqual([
        { sink: "good", status: "sent" },
        { sink: "urgent", status: "belowLevel" },
        { sink: "log", status: "sent" },
        { sink: "bad", status: "failed", problem: "it answers 500", category: "transient" },
        { sink: "throwing", status: "failed", problem: expect.stringContaining("a defect"), category: "fatal" }
      ])
      expect(good.told.map(({ group }) => group)).toEqual([{ service: "reports" }])
      expect(yield* recent()).toEqual([alert])
      expect((yield* stats).sinks.map(({ failed, sent }) => [sent, failed])).toEqual([
        [1, 0],
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 1]
      ])
      // It is no alert that lasts, and not told again.
      yield* TestClock.adjust("1 day")
      expect(good.told).toHaveLength(1)
    }).pipe(Effect.provide(live(good.sink, [urgent.sink, log.sink, bad.sink, throwing.sink])))
  })

  it.effect("is written down and not told when it is silenced", () => {
    const { sink, told } = recorder()
    const log = recorder({ name: "log", kind: "log" })
    return Effect.gen(function* () {
      const { send, silence } = yield* AlertManager.AlertManager
      yield* silence({ matchers: { level: "ERROR" }, for: "1 hour", comment: "" })
      const { deliveries } = yield* send(input)
      expect(deliveries.map(({ status }) => status)).toEqual(["silenced", "sent"])
      expect(told).toEqual([])
      expect(log.told[0]!.alerts[0]!.silenced).toBe(true)
    }).pipe(Effect.provide(live(sink, [log.sink])))
  })
})

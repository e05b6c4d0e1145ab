import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Alert, fingerprintOf } from "../../src/alert/Alert.ts"
import * as State from "../../src/alert/AlertState.ts"

const options: State.StateOptions = {
  groupBy: ["service"],
  groupWaitMillis: 1000,
  groupIntervalMillis: 30_000,
  repeatIntervalMillis: 200_000,
  resolveAfterMillis: 60_000,
  maxAlerts: 1000
}

const alertOf = (n: number): Alert => ({
  name: `A${n}`,
  level: "ERROR",
  title: `A${n}`,
  message: "is true",
  service: `s${n % 2}`,
  labels: {}
})

type Step =
  | { readonly kind: "raise"; readonly alert: number; readonly times: number }
  | { readonly kind: "resolve"; readonly alert: number }
  | { readonly kind: "silence"; readonly service: number; readonly millis: number }
  | { readonly kind: "pass"; readonly millis: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("raise" as const),
    alert: fc.integer({ min: 0, max: 4 }),
    times: fc.constantFrom(1, 1, 3)
  }),
  fc.record({ kind: fc.constant("resolve" as const), alert: fc.integer({ min: 0, max: 4 }) }),
  fc.record({
    kind: fc.constant("silence" as const),
    service: fc.integer({ min: 0, max: 1 }),
    millis: fc.constantFrom(1000, 50_000, 300_000)
  }),
  fc.record({ kind: fc.constant("pass" as const), millis: fc.constantFrom(1, 500, 1000, 29_999, 45_000, 250_000) })
)

/** Which alerts fire, found by looking at everything that was ever said about each. */
class Naive {
  private readonly said = new Map<string, Array<readonly [at: number, times: number | "resolve"]>>()

  add(fingerprint: string, at: number, what: number | "resolve"): void {
    this.said.set(fingerprint, [...(this.said.get(fingerprint) ?? []), [at, what]])
  }

  fires(fingerprint: string, now: number): boolean {
    let firing = false
    let last = -Infinity
    let waiting: Array<number> = []
    for (const [at, what] of [...(this.said.get(fingerprint) ?? []), [now, "look"] as const]) {
      if (firing && at - last >= options.resolveAfterMillis) firing = false
      if (waiting.length > 0 && at - waiting.at(-1)! >= 60_000) waiting = []
      if (what === "look") continue
      if (what === "resolve") {
        firing = false
        waiting = []
        continue
      }
      last = at
      if (firing) continue
      waiting.push(at)
      firing = what === 1 || (waiting.length >= what && at - waiting.at(-what)! <= 60_000)
      if (firing) waiting = []
    }
    return firing
  }
}

/** Lets time pass as the manager does: every moment that is due is visited. */
const passUntil = (state: State.AlertState, until: number, from: number): ReadonlyArray<State.Notification> => {
  const told: Array<State.Notification> = []
  for (let at = Math.max(from, State.nextAt(state, options)); at <= until; at = State.nextAt(state, options)) {
    told.push(...State.tick(state, options, at).notifications)
  }
  return told
}

describe("the state of alerts", () => {
  it("fires and ends as a naive model does, and tells each group in order, never too often, and to the end", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const state = State.empty()
        const naive = new Naive()
        const told: Array<State.Notification> = []
        const silences: Array<{ readonly service: string; readonly from: number; readonly to: number }> = []
        let now = 1_000_000
        for (const one of steps) {
          switch (one.kind) {
            case "raise": {
              const alert = alertOf(one.alert)
              const after = one.times === 1 ? undefined : { times: one.times, withinMillis: 60_000 }
              State.signal(state, { _tag: "Raise", alert, after }, options, now)
              naive.add(fingerprintOf(alert), now, one.times)
              break
            }
            case "resolve": {
              const fingerprint = fingerprintOf(alertOf(one.alert))
              State.signal(state, { _tag: "Resolve", fingerprint }, options, now)
              naive.add(fingerprint, now, "resolve")
              break
            }
            case "silence": {
              const service = `s${one.service}`
              const silence = { id: `${now}-${silences.length}`, startsAt: now, endsAt: now + one.millis, comment: "" }
              State.setSilences(state, [...state.silences, { ...silence, matchers: { service } }], options, now)
              silences.push({ service, from: now, to: now + one.millis })
              break
            }
            case "pass": {
              told.push(...passUntil(state, now + one.millis, now))
              now += one.millis
              break
            }
          }
          const active = new Set(State.active(state, now).map(({ fingerprint }) => fingerprint))
          for (let n = 0; n < 5; n++) {
            const fingerprint = fingerprintOf(alertOf(n))
            expect(active.has(fingerprint)).toBe(naive.fires(fingerprint, now))
          }
        }
        // Long enough for every silence, every interval and every alert to be over.
        told.push(...passUntil(state, now + 10_000_000, now))
        expect(State.nextAt(state, options)).toBe(Infinity)
        expect([state.entries.size, state.groups.size, state.silences.length]).toEqual([0, 0, 0])

        const open = new Set<string>()
        const lastOf = new Map<string, number>()
        for (const { alerts, at, group, reason } of told) {
          const service = group["service"]!
          const last = lastOf.get(service)
          if (last !== undefined) {
            expect(at - last).toBeGreaterThanOrEqual(
              reason === "repeated" ? options.repeatIntervalMillis : options.groupIntervalMillis
            )
          }
          lastOf.set(service, at)
          const before = new Set(open)
          for (const { fingerprint, silenced, status } of alerts) {
            if (status === "resolved") expect(open.delete(fingerprint)).toBe(true)
            else {
              expect(silenced).toBe(false)
              open.add(fingerprint)
            }
          }
          const firing = alerts.filter(({ status }) => status === "firing")
          expect(
            silences.some(({ from, service: silent, to }) => silent === service && from < at && at < to) &&
              firing.length > 0
          ).toBe(false)
          if (reason === "repeated") expect(new Set(firing.map(({ fingerprint }) => fingerprint))).toEqual(before)
        }
        expect([...open]).toEqual([])
      }),
      { numRuns: 3000 }
    )
  })

  it("tells alerts of one group together, and a new one of it only after the interval", () => {
    const state = State.empty()
    const raise = (n: number, now: number) => State.signal(state, { _tag: "Raise", alert: alertOf(n) }, options, now)
    raise(0, 0)
    raise(2, 500)
    expect(State.tick(state, options, 999).notifications).toEqual([])
    const [first] = State.tick(state, options, 1000).notifications
    expect(first!.alerts.map(({ alert }) => alert.name)).toEqual(["A0", "A2"])
    raise(4, 2000)
    expect(State.nextAt(state, options)).toBe(31_000)
    expect(State.tick(state, options, 30_999).notifications).toEqual([])
    expect(State.tick(state, options, 31_000).notifications[0]!.alerts.map(({ alert }) => alert.name)).toEqual([
      "A4",
      "A0",
      "A2"
    ])
  })

  it("says nothing of an alert that is over before its group was told", () => {
    const state = State.empty()
    const alert = alertOf(0)
    State.signal(state, { _tag: "Raise", alert }, options, 0)
    State.signal(state, { _tag: "Resolve", fingerprint: fingerprintOf(alert) }, options, 500)
    expect(State.tick(state, options, 100_000)).toEqual({ changes: [], notifications: [] })
  })

  it("tells an alert again at once when its level rises", () => {
    const state = State.empty()
    const raise = (level: Alert["level"], now: number) =>
      State.signal(state, { _tag: "Raise", alert: { ...alertOf(0), level } }, options, now)
    expect(raise("WARNING", 0)).toMatchObject([{ status: "firing", count: 1 }])
    expect(State.tick(state, options, 1000).notifications).toHaveLength(1)
    expect(raise("WARNING", 32_000)).toEqual([])
    expect(State.tick(state, options, 33_000).notifications).toEqual([])
    expect(raise("CRITICAL", 34_000)).toMatchObject([{ alert: { level: "CRITICAL" }, count: 3, startsAt: 0 }])
    expect(State.tick(state, options, 34_000).notifications[0]!.alerts[0]!.alert.level).toBe("CRITICAL")
  })

  it("tells a notice once, leaves its repetitions out, and never resolves it", () => {
    const state = State.empty()
    const raise = (now: number) => State.signal(state, { _tag: "Raise", alert: alertOf(0), notice: true }, options, now)
    expect(raise(0)).toMatchObject([{ status: "firing" }])
    expect(State.tick(state, options, 1000).notifications).toHaveLength(1)
    expect(raise(20_000)).toEqual([])
    expect(State.tick(state, options, 80_000)).toEqual({ changes: [], notifications: [] })
    expect(raise(90_000)).toMatchObject([{ status: "firing" }])
    expect(State.tick(state, options, 91_000).notifications).toHaveLength(1)
  })

  it("resolves elsewhere what it told, also under a silence", () => {
    const state = State.empty()
    const alert = alertOf(0)
    State.signal(state, { _tag: "Raise", alert }, options, 0)
    State.tick(state, options, 1000)
    State.setSilences(
      state,
      [{ id: "x", matchers: { service: "s*" }, startsAt: 2000, endsAt: 1e9, comment: "" }],
      options,
      0
    )
    State.signal(state, { _tag: "Resolve", fingerprint: fingerprintOf(alert) }, options, 3000)
    expect(State.tick(state, options, 31_000).notifications[0]!.alerts).toMatchObject([
      { status: "resolved", endsAt: 3000 }
    ])
  })

  it("gives up the oldest above its bound, and counts those that were firing", () => {
    const state = State.empty()
    const small = { ...options, maxAlerts: 3 }
    for (let n = 0; n < 10; n++) State.signal(state, { _tag: "Raise", alert: alertOf(n) }, small, n)
    expect(State.active(state, 10).map(({ alert }) => alert.name)).toEqual(["A9", "A8", "A7"])
    expect(state.overflow).toBe(7)
  })

  it("gives up notices before what lasts, and the least urgent first", () => {
    const state = State.empty()
    const small = { ...options, maxAlerts: 3 }
    const raise = (n: number, level: Alert["level"], notice: boolean) =>
      State.signal(state, { _tag: "Raise", alert: { ...alertOf(n), level }, notice }, small, n)
    raise(0, "ERROR", false)
    raise(1, "WARNING", false)
    for (let n = 2; n < 1200; n++) raise(n, "CRITICAL", true)
    expect(State.active(state, 1200).map(({ alert }) => alert.name)).toEqual(["A1", "A0"])
    raise(1200, "ERROR", false)
    raise(1201, "ERROR", false)
    expect(State.active(state, 1201).map(({ alert }) => alert.name)).toEqual(["A1201", "A1200", "A0"])
  })
})

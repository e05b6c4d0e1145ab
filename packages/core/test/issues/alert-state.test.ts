import { describe, expect, it } from "@effect/vitest"
import { type Alert, fingerprintOf } from "../../src/alert/Alert.ts"
import * as State from "../../src/alert/AlertState.ts"

const options: State.StateOptions = {
  groupBy: ["service"],
  groupWaitMillis: 1000,
  groupIntervalMillis: 30_000,
  repeatIntervalMillis: 4 * 3_600_000,
  resolveAfterMillis: Infinity,
  maxAlerts: 1000
}

const alertOf = (name: string, level: Alert["level"] = "ERROR"): Alert => ({
  name,
  level,
  title: name,
  message: "is true",
  service: "s",
  labels: {}
})

const resolve = (name: string): State.Signal => ({ _tag: "Resolve", fingerprint: fingerprintOf(alertOf(name)) })

/** Visits every moment that is due. */
const pass = (state: State.AlertState, from: number, until: number, over: State.StateOptions = options) => {
  const told: Array<string> = []
  for (let at = Math.max(from, State.nextAt(state, over)); at <= until; at = State.nextAt(state, over)) {
    for (const { alerts } of State.tick(state, over, at).notifications) {
      told.push(...alerts.map(({ alert, status }) => `${status} ${alert.level} ${alert.name}`))
    }
  }
  return told
}

describe("levels of alerts", () => {
  it("resolves what was told, although its level rose and that was not told yet", () => {
    const state = State.empty()
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "WARNING") }, options, 0)
    expect(pass(state, 0, 5000)).toEqual(["firing WARNING A"])
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "CRITICAL") }, options, 6000)
    State.signal(state, resolve("A"), options, 10_000)
    expect(pass(state, 10_000, 100_000)).toEqual(["resolved CRITICAL A"])
  })

  it("tells a higher level of an alert that ended and came back before its end was told", () => {
    const state = State.empty()
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "WARNING") }, options, 0)
    expect(pass(state, 0, 5000)).toEqual(["firing WARNING A"])
    State.signal(state, resolve("A"), options, 6000)
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "CRITICAL") }, options, 7000)
    expect(pass(state, 7000, 100_000)).toEqual(["firing CRITICAL A"])
  })

  it("tells an alert whose level fell out of a silence of its level", () => {
    const state = State.empty()
    State.setSilences(
      state,
      [{ id: "x", matchers: { level: "CRITICAL" }, startsAt: 0, endsAt: 50_000, comment: "" }],
      options,
      0
    )
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "CRITICAL") }, options, 0)
    expect(pass(state, 0, 5000)).toEqual([])
    State.signal(state, { _tag: "Raise", alert: alertOf("A", "WARNING") }, options, 6000)
    expect(pass(state, 6000, 3_600_000)).toEqual(["firing WARNING A"])
  })
})

describe("silences and repetition", () => {
  it("repeats a lasting alert again after a silence that covered its repetition", () => {
    const state = State.empty()
    const hour = 3_600_000
    State.signal(state, { _tag: "Raise", alert: alertOf("A") }, options, 0)
    expect(pass(state, 0, 5000)).toEqual(["firing ERROR A"])
    State.setSilences(
      state,
      [{ id: "x", matchers: { service: "s" }, startsAt: hour, endsAt: 5 * hour, comment: "" }],
      options,
      0
    )
    expect(pass(state, hour, 30 * hour).length).toBeGreaterThan(1)
  })
})

describe("bounds and counts", () => {
  it("says elsewhere that an alert it gives up is over, or goes on", () => {
    const small = { ...options, maxAlerts: 2 }
    const state = State.empty()
    const told: Array<string> = []
    for (let n = 0; n < 3; n++) {
      State.signal(state, { _tag: "Raise", alert: alertOf(`A${n}`) }, small, n * 60_000)
      told.push(...pass(state, n * 60_000, n * 60_000 + 59_999, small))
    }
    for (let n = 0; n < 3; n++) State.signal(state, resolve(`A${n}`), small, 200_000)
    told.push(...pass(state, 200_000, 400_000, small))
    expect(new Set(told.filter((line) => line.startsWith("resolved")))).toEqual(
      new Set(["resolved ERROR A0", "resolved ERROR A1", "resolved ERROR A2"])
    )
  })

  it("does not give up an end that is not told yet for a new alert", () => {
    const small = { ...options, maxAlerts: 2 }
    const state = State.empty()
    State.signal(state, { _tag: "Raise", alert: alertOf("A") }, small, 0)
    pass(state, 0, 1000, small)
    State.signal(state, { _tag: "Raise", alert: alertOf("B") }, small, 2000)
    State.signal(state, resolve("A"), small, 3000)
    State.signal(state, { _tag: "Raise", alert: alertOf("C") }, small, 4000)
    expect(pass(state, 4000, 100_000, small)).toContain("resolved ERROR A")
  })

  it("goes on counting towards an alert when the end of the last one is told", () => {
    const state = State.empty()
    const after = { times: 3, withinMillis: 60_000 }
    const raise = (now: number, over: Partial<State.Raise> = {}) =>
      State.signal(state, { _tag: "Raise", alert: alertOf("A"), ...over }, options, now)
    raise(0)
    pass(state, 0, 1000)
    State.signal(state, resolve("A"), options, 2000)
    raise(3000, { after })
    raise(3000, { after })
    pass(state, 3000, 40_000)
    expect(raise(40_000, { after })).toMatchObject([{ status: "firing" }])
  })
})

describe("notices", () => {
  it("tells a notice whose group rests longer than notices are remembered", () => {
    const slow = { ...options, groupIntervalMillis: 600_000, resolveAfterMillis: 300_000 }
    const state = State.empty()
    const raise = (name: string, now: number) =>
      State.signal(state, { _tag: "Raise", alert: alertOf(name), notice: true }, slow, now)
    raise("A", 0)
    expect(pass(state, 0, 1000, slow)).toEqual(["firing ERROR A"])
    raise("B", 2000)
    expect(pass(state, 2000, 3_600_000, slow)).toEqual(["firing ERROR B"])
  })

  it("tells a notice although somebody resolves its name", () => {
    const state = State.empty()
    State.signal(state, { _tag: "Raise", alert: alertOf("A"), notice: true }, options, 0)
    State.signal(state, resolve("A"), options, 500)
    expect(pass(state, 500, 100_000)).toEqual(["firing ERROR A"])
  })

  it("lets an alert last that was a notice before", () => {
    const state = State.empty()
    State.signal(state, { _tag: "Raise", alert: alertOf("A"), notice: true }, options, 0)
    pass(state, 0, 1000)
    State.signal(state, { _tag: "Raise", alert: alertOf("A"), notice: false }, options, 2000)
    expect(State.active(state, 3000)).toHaveLength(1)
  })
})

import { readFileSync } from "node:fs"
import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Model from "../../src/tui/Model.ts"
import { View } from "../../src/tui/View.ts"
import { alert, at, call, circuit, snapshot, transition, viewOf } from "./support.ts"

interface Call {
  readonly before: number
  readonly durationMs: number
  readonly outcome: "failure" | "interrupted" | "success"
  readonly attempts: number
  readonly provenance: "fresh" | "live" | "stale"
}

const calls = fc.array(
  fc.record({
    /** Also after now, by another clock. */
    before: fc.integer({ min: -5000, max: 90_000 }),
    durationMs: fc.nat(5000),
    outcome: fc.constantFrom<Call["outcome"]>("success", "failure", "interrupted"),
    attempts: fc.nat(4),
    provenance: fc.constantFrom<Call["provenance"]>("live", "fresh", "stale")
  }),
  { maxLength: 80 }
)

/** The same, from all calls there were. */
const naive = (all: ReadonlyArray<Call>, now: number) => {
  const second = (millis: number) => Math.floor(millis / 1000)
  const ages = all
    .map((one) => ({ ...one, age: Math.max(0, second(now) - second(at - one.before)) }))
    .filter(({ age }) => age < 60)
  const durations = ages.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return {
    calls: ages.length,
    failures: ages.filter(({ outcome }) => outcome === "failure").length,
    retries: ages.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    hits: ages.filter(({ provenance }) => provenance === "fresh").length,
    stale: ages.filter(({ provenance }) => provenance === "stale").length,
    p95: durations[Math.ceil(durations.length * 0.95) - 1],
    history: Array.from({ length: 12 }, (_, slot) => ages.filter(({ age }) => 11 - Math.floor(age / 5) === slot).length)
  }
}

const ofService = (model: Model.Model, now: number) => {
  const lastMinute = Model.view(model, now).services.find(({ service }) => service === "github")?.lastMinute
  return { ...lastMinute, p95: lastMinute?.p95 }
}

describe("the rates of the last minute", () => {
  it("are those of a model that keeps every call, while calls come and time goes by", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(calls, fc.nat(70_000)), { minLength: 1, maxLength: 4 }), (steps) => {
        let model = Model.look(Model.make("/", false), snapshot)
        let now = at
        const all: Array<Call> = []
        for (const [batch, passed] of steps) {
          for (const one of batch) {
            // What comes later than it can be counted is not counted later either.
            const told = call("github", one.before, one)
            model = Model.tell(model, told, now)
            all.push({ ...one, before: Math.max(one.before, at - now) })
          }
          expect(ofService(model, now)).toEqual(naive(all, now))
          now += passed
          expect(ofService(model, now)).toEqual(naive(all, now))
        }
      }),
      { numRuns: 300 }
    )
  })

  it("never hold more than a thousand durations and two hundred services", () => {
    let model = Model.make("/", false)
    for (let n = 0; n < 3000; n++) model = Model.tell(model, call("github", 1000, { durationMs: n }), at)
    for (let n = 0; n < 500; n++) model = Model.tell(model, call(`service-${n}`, 1000), at)
    expect(model.rates.size).toBe(200)
    expect(model.happenings).toHaveLength(50)
    let one = Model.make("/", false)
    for (let n = 0; n < 3000; n++) one = Model.tell(one, call("github", 1000, { durationMs: n }), at)
    expect(one.rates.get("github")?.durations).toHaveLength(1000)
    expect(Model.view(one, at).services[0]?.lastMinute).toMatchObject({ calls: 3000, p95: 2949 })
  })
})

describe("what is known", () => {
  it("shows services nobody here knows while they are called", () => {
    const names = (now: number) => viewOf([call("theirs", 1000)], snapshot, now).services.map(({ service }) => service)
    expect(names(at)).toContain("theirs")
    expect(names(at + 61_000)).not.toContain("theirs")
  })

  it("ends an alert when its circuit closed, whoever raised it", () => {
    const open = viewOf([alert("github", 5000)])
    expect(open.alerts.active).toHaveLength(1)
    expect(open.recommendations.map(({ text }) => text)).toEqual([
      "Free some space on /.",
      "See whether github is well."
    ])
    const closed = viewOf([alert("github", 5000), transition("github", "Closed", 1000)])
    expect(closed.alerts).toMatchObject({ active: [], recent: [{ status: "firing" }] })
    expect(closed.recommendations).toHaveLength(1)
  })

  it("forgets alerts that are over after a day", () => {
    const over = alert("github", 5000, { status: "resolved" })
    expect(viewOf([over]).alerts.recent).toHaveLength(1)
    expect(viewOf([over], snapshot, at + 24 * 60 * 60 * 1000).alerts.recent).toEqual([])
  })

  it("shows the alerts of its own program too, each once", () => {
    const told = alert("github", 5000)
    const own = { ...snapshot, alerts: { active: [told.alert], recent: [told.alert] } }
    expect(viewOf([told], own).alerts).toMatchObject({ active: [{}], recent: [] })
    expect(viewOf([], own).alerts.active).toHaveLength(1)
  })

  it("counts down to the next probe from what the circuit says", () => {
    const picture = { service: "github", called: false, circuit: circuit("Open", { nextAttemptAt: at + 5000 }) }
    const view = viewOf([], { ...snapshot, services: [picture] })
    expect(view.services[0]?.circuit?.nextAttemptAt).toBe(at + 5000)
  })

  it("has the fields the documentation tells of", () => {
    const text = readFileSync(new URL("../../../../docs/status.md", import.meta.url), "utf8")
    const table = text.slice(text.indexOf("| field"))
    expect(Array.from(table.matchAll(/^\| `(\w+)`/gm), ([, name]) => name)).toEqual(Object.keys(View.fields))
  })

  it("is plain data that its Schema describes whole", () => {
    const view = viewOf([call("github", 10), transition("github", "Open", 5), alert("github", 5)])
    const decode = Schema.decodeUnknownSync(View, { onExcessProperty: "error" })
    expect(decode(JSON.parse(JSON.stringify(view)))).toEqual(view)
  })
})

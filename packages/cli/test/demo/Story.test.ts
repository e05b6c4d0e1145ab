import type { ResilienceEvent } from "@skippy/core"
import { describe, expect, it } from "vitest"
import type { DemoEvent } from "../../src/demo/DemoEvent.ts"
import * as Story from "../../src/demo/Story.ts"

type Event = ResilienceEvent.ResilienceEvent

const of = (service: string, at: number) => ({ service, policy: service, at })
const retried = (service: string, at: number): Event => ({ _tag: "RetryScheduled", ...of(service, at), delayMs: 5 })
const rejected = (service: string, at: number): Event => ({
  _tag: "CircuitRejected",
  ...of(service, at),
  key: "",
  state: "Open"
})
const opened = (service: string, at: number): Event => ({
  _tag: "CircuitTransition",
  ...of(service, at),
  key: "",
  from: "Closed",
  to: "Open",
  reason: "consecutiveFailures",
  openForMs: 1000
})

const tell = (events: ReadonlyArray<Event>) => {
  let story = Story.empty
  const told: Array<DemoEvent> = []
  for (const event of events) {
    const [now, next] = Story.add(story, event)
    told.push(...now)
    story = next
  }
  return { told, story }
}

describe("the story", () => {
  it("counts what happens again and again, and tells it before what happens once", () => {
    const { told } = tell([retried("a", 1), retried("a", 2), rejected("a", 3), opened("a", 4)])
    expect(told).toEqual([
      {
        _tag: "PoliciesActed",
        at: 4,
        service: "a",
        counts: [
          { action: "retried", times: 2 },
          { action: "refusedByCircuit", times: 1 }
        ]
      },
      {
        _tag: "CircuitChanged",
        at: 4,
        service: "a",
        from: "Closed",
        to: "Open",
        reason: "consecutiveFailures",
        openForMs: 1000
      }
    ])
  })

  it("counts for each service by itself", () => {
    const { story, told } = tell([retried("a", 1), retried("b", 2), opened("b", 3)])
    expect(told.map(({ _tag }) => _tag)).toEqual(["PoliciesActed", "CircuitChanged"])
    expect(Story.settle(story, "a", 9)[0]).toEqual([
      { _tag: "PoliciesActed", at: 9, service: "a", counts: [{ action: "retried", times: 1 }] }
    ])
  })

  it("tells nothing twice", () => {
    const { story } = tell([retried("a", 1)])
    const [, after] = Story.settle(story, "a", 2)
    expect(Story.settle(after, "a", 3)[0]).toEqual([])
  })

  it("tells of old answers, and not of those that are fresh", () => {
    const answered = (provenance: "fresh" | "staleIfError"): Event => ({
      _tag: "CacheAnswered",
      ...of("a", 1),
      provenance
    })
    const { story } = tell([answered("fresh"), answered("staleIfError")])
    expect(Story.settle(story, "a", 2)[0]).toMatchObject([{ counts: [{ action: "answeredStale", times: 1 }] }])
  })

  it("tells of alerts as they come and go", () => {
    const changed = (status: "firing" | "resolved"): Event => ({
      _tag: "AlertChanged",
      ...of("a", 1),
      status,
      alert: "CircuitOpen",
      level: "ERROR",
      title: "The circuit of a is open",
      message: "Calls are refused.",
      fingerprint: "1"
    })
    expect(tell([changed("firing"), changed("resolved")]).told).toMatchObject([
      { _tag: "AlertTold", status: "firing", title: "The circuit of a is open" },
      { _tag: "AlertTold", status: "resolved" }
    ])
  })
})

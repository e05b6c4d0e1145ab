import { describe, expect, it } from "vitest"
import { type AlertInstance, fingerprintOf } from "../../src/alert/Alert.ts"
import { standing } from "../../src/alert/AlertHistory.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"

const line = (at: number, over: Partial<AlertInstance> = {}): AlertInstance => {
  const alert = {
    name: "CircuitOpen",
    level: "ERROR" as const,
    title: "open",
    message: "it is",
    service: "reports",
    labels: {}
  }
  return {
    at,
    status: "firing",
    fingerprint: fingerprintOf(alert),
    alert,
    lasting: true,
    startsAt: at,
    lastSeenAt: at,
    count: 1,
    silenced: false,
    ...over
  }
}

const transition = (at: number, to: "Closed" | "Open"): ResilienceEvent => ({
  _tag: "CircuitTransition",
  at,
  policy: "reports",
  service: "reports",
  key: "",
  from: to === "Open" ? "Closed" : "HalfOpen",
  to,
  reason: to === "Open" ? "consecutiveFailures" : "probesSucceeded"
})

const day = 86_400_000

describe("the alerts that last, of several programs", () => {
  it("last as long as their rule says, although the program that raised them is gone", () => {
    expect(standing([line(1000)], [transition(1000, "Open")], day)).toEqual([line(1000)])
    // Without the event that raised it nothing is known of its rule.
    expect(standing([line(1000)], [], day)).toEqual([])
    expect(standing([line(1000)], [], 60_000)).toEqual([line(1000)])
  })

  it("are over when another program says so, in its log or by an event, and not by one from before", () => {
    expect(standing([line(1000)], [transition(1000, "Open"), transition(5000, "Closed")], day)).toEqual([])
    expect(standing([line(1000), line(5000, { status: "resolved" })], [transition(1000, "Open")], day)).toEqual([])
    expect(standing([line(1000)], [transition(500, "Closed"), transition(1000, "Open")], day)).toEqual([line(1000)])
  })

  it("are none that were only told once", () => {
    expect(standing([line(1000, { lasting: false })], [], 2000)).toEqual([])
  })
})

import type { ResilienceEvent } from "@skippy/core"
import { Fault, type RecordedRequest } from "@skippy/http/testing"
import { describe, expect, it } from "vitest"
import { calm } from "../../src/demo/Script.ts"
import * as Tally from "../../src/demo/Tally.ts"

type Event = ResilienceEvent.ResilienceEvent

const common = { at: 1, policy: "a", service: "a" }
const done = (more: Partial<Extract<Event, { readonly _tag: "CallDone" }>> = {}): Event => ({
  _tag: "CallDone",
  ...common,
  outcome: "success",
  attempts: 1,
  durationMs: 5,
  provenance: "live",
  ...more
})

const sum = (events: ReadonlyArray<Event>) => events.reduce(Tally.add, Tally.empty)

describe("the sums", () => {
  it("count what was answered, what failed, and what was answered from what was kept", () => {
    const { numbers } = sum([
      done(),
      done({ provenance: "stale" }),
      done({ outcome: "failure" }),
      { _tag: "AttemptDone", ...common, outcome: "failure", durationMs: 2 },
      { _tag: "RetryScheduled", ...common, delayMs: 5 },
      { _tag: "CircuitRejected", ...common, key: "", state: "Open" },
      { _tag: "TimedOut", ...common, kind: "attempt", afterMs: 5 }
    ])
    expect(numbers).toMatchObject({
      calls: 3,
      answered: 2,
      failed: 1,
      staleAnswers: 1,
      attempts: 1,
      retries: 1,
      refusedByCircuits: 1,
      timeouts: 1,
      alerts: 0
    })
  })

  it("know the call that was answered after the most attempts", () => {
    const { hardest } = sum([
      done({ requestId: "one" }),
      done({ requestId: "four", attempts: 4 }),
      done({ requestId: "nine", attempts: 9, outcome: "failure" }),
      done({ requestId: "three", attempts: 3 })
    ])
    expect(hardest).toEqual({ requestId: "four", attempts: 4 })
  })

  it("tell an outage from the probes that failed in it", () => {
    const changed = (from: "Closed" | "HalfOpen" | "Open", to: "Closed" | "HalfOpen" | "Open"): Event => ({
      _tag: "CircuitTransition",
      ...common,
      key: "",
      from,
      to,
      reason: "probeFailed"
    })
    const { numbers } = sum([
      changed("Closed", "Open"),
      changed("Open", "HalfOpen"),
      changed("HalfOpen", "Open"),
      changed("Open", "HalfOpen"),
      changed("HalfOpen", "Closed")
    ])
    expect(numbers).toMatchObject({ circuitsOpened: 1, probesFailed: 1, circuitsClosed: 1 })
  })

  const request = (more: Partial<RecordedRequest>): RecordedRequest => ({
    method: "POST",
    path: "/",
    query: {},
    headers: {},
    body: "",
    bodyLength: 0,
    at: 1,
    status: 200,
    fault: undefined,
    carriedOut: true,
    ...more
  })

  it("take for a duplicate that was avoided what was made and not heard of, and nothing else", () => {
    const { duplicatesAvoided } = Tally.requestsOf([
      request({ fault: Fault.lostAnswer }),
      request({ fault: Fault.truncate() }),
      request({}),
      request({ fault: Fault.reset, carriedOut: false }),
      request({ fault: Fault.lostAnswer, method: "GET" }),
      request({ fault: Fault.lostAnswer, status: 403 }),
      request({ fault: Fault.lostAnswer, query: { uploadType: "resumable" } })
    ])
    expect(duplicatesAvoided).toBe(2)
  })

  it("know what was sent from what came, what came twice included", () => {
    expect(Tally.requestsOf([request({ bodyLength: 5 }), request({ bodyLength: 7 })]).bytesUploaded).toBe(12)
  })

  it("do not take the usual time of an answer for a mishap", () => {
    const usual = calm({ method: "GET", url: new URL("http://a/"), headers: {} }, 0)
    expect(Tally.requestsOf([request({ fault: usual }), request({ fault: Fault.delay("2 seconds") })])).toMatchObject({
      requests: 2,
      mishaps: 1
    })
  })
})

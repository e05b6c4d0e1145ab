/**
 * The sums of a run, from the events of policies and from what reached the services. Pure.
 *
 * @module
 */
import type { ResilienceEvent } from "@skippy/core"
import type { RecordedRequest } from "@skippy/http/testing"
import type { Numbers } from "./DemoEvent.ts"
import { isMishap } from "./Script.ts"

type Event = ResilienceEvent.ResilienceEvent

/** What events sum up to, and the call with the most attempts that was answered. */
export interface Tally {
  readonly numbers: Omit<Numbers, "bytesDownloaded" | "bytesUploaded" | "duplicatesAvoided" | "mishaps" | "requests">
  readonly hardest: { readonly requestId: string; readonly attempts: number } | undefined
}

/** Nothing happened yet. */
export const empty: Tally = {
  numbers: {
    calls: 0,
    answered: 0,
    failed: 0,
    attempts: 0,
    retries: 0,
    timeouts: 0,
    refusedByCircuits: 0,
    refusedByLimiters: 0,
    staleAnswers: 0,
    circuitsOpened: 0,
    probesFailed: 0,
    circuitsClosed: 0,
    alerts: 0
  },
  hardest: undefined
}

type Counts = Partial<Record<keyof Tally["numbers"], number>>

const countsOf = (event: Event): Counts => {
  switch (event._tag) {
    case "CallDone": {
      const isAnswered = event.outcome === "success"
      return {
        calls: 1,
        answered: isAnswered ? 1 : 0,
        failed: isAnswered ? 0 : 1,
        staleAnswers: event.provenance === "stale" ? 1 : 0
      }
    }
    case "AttemptDone":
      return { attempts: 1 }
    case "RetryScheduled":
      return { retries: 1 }
    case "TimedOut":
      return { timeouts: 1 }
    case "CircuitRejected":
      return { refusedByCircuits: 1 }
    case "LimiterRejected":
      return { refusedByLimiters: 1 }
    case "CircuitTransition":
      if (event.to === "Open") return event.from === "Closed" ? { circuitsOpened: 1 } : { probesFailed: 1 }
      return { circuitsClosed: event.to === "Closed" ? 1 : 0 }
    case "AlertChanged":
      return { alerts: event.status === "firing" ? 1 : 0 }
    default:
      return {}
  }
}

const harder = ({ hardest }: Tally, event: Event): Tally["hardest"] => {
  if (event._tag !== "CallDone" || event.outcome !== "success" || event.requestId === undefined) return hardest
  const { attempts, requestId } = event
  return hardest === undefined || attempts > hardest.attempts ? { requestId, attempts } : hardest
}

/** Takes in an event. */
export const add = (tally: Tally, event: Event): Tally => {
  const { numbers } = tally
  const more = countsOf(event)
  return {
    numbers: {
      calls: numbers.calls + (more.calls ?? 0),
      answered: numbers.answered + (more.answered ?? 0),
      failed: numbers.failed + (more.failed ?? 0),
      attempts: numbers.attempts + (more.attempts ?? 0),
      retries: numbers.retries + (more.retries ?? 0),
      timeouts: numbers.timeouts + (more.timeouts ?? 0),
      refusedByCircuits: numbers.refusedByCircuits + (more.refusedByCircuits ?? 0),
      refusedByLimiters: numbers.refusedByLimiters + (more.refusedByLimiters ?? 0),
      staleAnswers: numbers.staleAnswers + (more.staleAnswers ?? 0),
      circuitsOpened: numbers.circuitsOpened + (more.circuitsOpened ?? 0),
      probesFailed: numbers.probesFailed + (more.probesFailed ?? 0),
      circuitsClosed: numbers.circuitsClosed + (more.circuitsClosed ?? 0),
      alerts: numbers.alerts + (more.alerts ?? 0)
    },
    hardest: harder(tally, event)
  }
}

/** Whether a request made something whose maker never heard of it; one that only begins an upload makes nothing. */
const isLost = ({ carriedOut, fault, method, query, status = 0 }: RecordedRequest): boolean =>
  carriedOut &&
  method === "POST" &&
  query["uploadType"] !== "resumable" &&
  status < 300 &&
  (fault?._tag === "LostAnswer" || fault?._tag === "Truncate")

/** The sums of what reached the services. */
export const requestsOf = (
  requests: ReadonlyArray<RecordedRequest>
): Pick<Numbers, "bytesUploaded" | "duplicatesAvoided" | "mishaps" | "requests"> => ({
  requests: requests.length,
  bytesUploaded: requests.reduce((total, { bodyLength }) => total + bodyLength, 0),
  mishaps: requests.filter(({ fault }) => isMishap(fault)).length,
  duplicatesAvoided: requests.filter(isLost).length
})

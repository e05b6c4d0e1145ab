/** Turns events into lines a person can follow: what happens again and again is counted, not repeated. */
import type { ResilienceEvent } from "@skippy/core"

type Event = ResilienceEvent.ResilienceEvent

/** What one event says, and whether it is worth a line each time. */
interface Said {
  readonly text: string
  readonly counted: boolean
}

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const once = (text: string): Said => ({ text, counted: false })
const counted = (text: string): Said => ({ text, counted: true })

const say = (event: Event): Said | undefined => {
  switch (event._tag) {
    case "CircuitTransition":
      switch (event.to) {
        case "Open":
          return once(`circuit OPENS (${event.reason}) for ${seconds(event.openForMs ?? 0)}`)
        case "HalfOpen":
          return once("circuit HALF-OPEN: one probe goes through")
        case "Closed":
          return once(`circuit CLOSES (${event.reason}): recovered`)
        default:
          return once(`circuit ${event.to}`)
      }
    case "CircuitRejected":
      return counted("refused at once by the open circuit")
    case "TimedOut":
      return counted(event.kind === "attempt" ? `attempt timed out after ${event.afterMs} ms` : "call ran out of time")
    case "RetryScheduled":
      return counted("retry after a back-off")
    case "RetryStopped":
      return event.reason === "retryAfterOverCap" ? counted("gave up at once: Retry-After is above the cap") : undefined
    case "BudgetExhausted":
      return counted("retry not made: the budget is used up")
    case "LimiterPenalized":
      return counted("limiter goes quiet, as Retry-After asks")
    case "LimiterRejected":
      return counted(`refused by the limiter (${event.limit}, ${event.reason})`)
    case "BulkheadRejected":
      return counted(`refused by the bulkhead (${event.reason})`)
    case "CacheAnswered":
      if (event.provenance === "staleIfError") return counted("answered from the cache although the service failed")
      return event.provenance === "staleWhileRevalidate" ? counted("answered stale, refreshed behind") : undefined
    default:
      return undefined
  }
}

/** Writes lines as they become final. */
export class Timeline {
  private readonly startedAt: number
  private readonly write: (line: string) => void
  private open = new Map<string, { readonly at: number; times: number }>()

  constructor(startedAt: number, write: (line: string) => void) {
    this.startedAt = startedAt
    this.write = write
  }

  /** A line of its own, after everything that was counted so far. */
  mark(at: number, text: string): void {
    this.flush()
    this.write(`${this.stamp(at)}  ${text}`)
  }

  add(event: Event): void {
    const said = say(event)
    if (said === undefined) return
    if (!said.counted) return this.mark(event.at, said.text)
    const known = this.open.get(said.text)
    if (known === undefined) this.open.set(said.text, { at: event.at, times: 1 })
    else known.times++
  }

  /** Writes what is still being counted. */
  flush(): void {
    for (const [text, { at, times }] of this.open) {
      this.write(`${this.stamp(at)}    ${text}${times === 1 ? "" : ` × ${times}`}`)
    }
    this.open = new Map()
  }

  private stamp(at: number): string {
    return `${((at - this.startedAt) / 1000).toFixed(2).padStart(6)} s`
  }
}

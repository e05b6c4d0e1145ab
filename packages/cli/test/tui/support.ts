/** Views and records to look at. */
import type { Alert, Journal, Snapshot } from "@skippy/core"
import { styleOf } from "../../src/output/Style.ts"
import * as Model from "../../src/tui/Model.ts"
import type { View } from "../../src/tui/View.ts"

export const at = Date.UTC(2026, 10, 16, 14, 30, 21)

export const plain = styleOf(false, true)
export const colored = styleOf(true, true)

type Circuit = NonNullable<Snapshot.ServicePicture["circuit"]>

export const circuit = (state: Circuit["state"], more: Partial<Circuit> = {}): Circuit => ({
  state,
  since: at,
  openings: 0,
  consecutiveFailures: 0,
  calls: 0,
  failures: 0,
  slow: 0,
  failureRate: 0,
  slowCallRate: 0,
  probesRunning: 0,
  ...more
})

const limiter = (remaining: number, capacity: number, per: string) => ({
  limits: [{ limit: `${capacity} per ${per}`, remaining, capacity, resetAfterMs: 0 }],
  penaltyMs: 0,
  waiting: 0
})

const services: ReadonlyArray<Snapshot.ServicePicture> = [
  { service: "google-drive", called: false, circuit: circuit("Closed"), limiter: limiter(48, 60, "1m") },
  {
    service: "github",
    called: false,
    circuit: circuit("Open", { nextAttemptAt: at + 42_001 }),
    limiter: {
      ...limiter(3, 30, "1m"),
      limits: [
        ...limiter(3, 30, "1m").limits,
        { limit: "X-RateLimit", remaining: 4999, resetAfterMs: 1000 },
        { limit: "20000 per 31d", remaining: 20_000, capacity: 20_000, resetAfterMs: 0 }
      ]
    }
  },
  {
    service: "http",
    called: false,
    circuit: circuit("HalfOpen"),
    limiter: { ...limiter(0, 100, "1m"), penaltyMs: 11_500 },
    partitions: [{ partition: "https://例え.jp", circuit: circuit("Open", { nextAttemptAt: at - 1 }) }]
  },
  { service: "bare", called: false }
]

export const snapshot: Snapshot.Snapshot = {
  at,
  services,
  events: { published: 0, dropped: 0, listeners: 0 },
  recommendations: [{ source: "health", text: "Free some space on /." }]
}

type Trace = Extract<Journal.JournalRecord, { readonly _tag: "Trace" }>["trace"]

let calls = 0

/** A call that ended so many milliseconds before `at`. */
export const call = (service: string, before: number, more: Partial<Trace> = {}): Model.Told => {
  const endedAt = at - before
  const durationMs = more.durationMs ?? 20
  return {
    _tag: "Trace",
    at: endedAt,
    trace: {
      requestId: `req_${++calls}`,
      service,
      operation: "listFiles",
      startedAt: endedAt - durationMs,
      endedAt,
      success: (more.outcome ?? "success") === "success",
      outcome: "success",
      attempts: 1,
      provenance: "live",
      lines: [],
      ...more,
      durationMs
    }
  }
}

/** The circuit of a service changed. */
export const transition = (service: string, to: Circuit["state"], before: number, key = ""): Model.Told => ({
  _tag: "Event",
  at: at - before,
  event: {
    _tag: "CircuitTransition",
    at: at - before,
    policy: service,
    service,
    key,
    from: to === "Open" ? "Closed" : "HalfOpen",
    to,
    reason: to === "Open" ? "consecutiveFailures" : "probesSucceeded"
  }
})

/** The circuit of a service is open, as the history of alerts tells it. */
export const alert = (
  service: string,
  before: number,
  more: Partial<Alert.AlertInstance> = {}
): Extract<Model.Told, { readonly _tag: "Alert" }> => ({
  _tag: "Alert",
  at: at - before,
  alert: {
    at: at - before,
    status: "firing",
    fingerprint: `alertname="CircuitOpen",service="${service}"`,
    alert: {
      name: "CircuitOpen",
      level: "ERROR",
      title: `The circuit of ${service} is open`,
      message: "Calls are refused.",
      advice: `See whether ${service} is well.`,
      service,
      labels: {}
    },
    lasting: true,
    startsAt: at - before,
    lastSeenAt: at - before,
    count: 1,
    silenced: false,
    ...more
  }
})

/** What is seen after all that. */
export const viewOf = (told: ReadonlyArray<Model.Told>, picture: Snapshot.Snapshot = snapshot, now = at): View =>
  Model.view(
    Model.look(
      told.reduce((model, one) => Model.tell(model, one, now), Model.make("/home/tester/skippy", false)),
      picture
    ),
    now
  )

/** Much at once. */
export const busy = viewOf([
  ...Array.from({ length: 60 }, (_, n) => call("google-drive", 30_000 - n * 500, { durationMs: 100 + n })),
  call("google-drive", 900, { provenance: "fresh", durationMs: 0 }),
  call("github", 800, { outcome: "failure", attempts: 3, durationMs: 1500, error: "503 of\nthe service" }),
  transition("github", "Open", 700),
  alert("github", 700),
  alert("pexels", 3_600_000, { status: "resolved" }),
  call("github", 600, { provenance: "stale", durationMs: 3 }),
  call("http", 500, { operation: "GET 例え.jp/日本語のページ" })
])

/**
 * What the demo says, as plain data: a line for people, or a line of JSON.
 *
 * @module
 */
import { ResilienceEvent } from "@skippy/core"
import { Schema } from "effect"

const { AlertLevel, CircuitStateName, CircuitTransitionReason } = ResilienceEvent

/** When, in milliseconds since the epoch, and of which service. */
const common = { at: Schema.Finite, service: Schema.String }

/** What it begins with. */
export const DemoStarted = Schema.TaggedStruct("DemoStarted", {
  at: Schema.Finite,
  /** From which the mishaps are drawn. */
  seed: Schema.Int,
  /** Where this run keeps everything. */
  path: Schema.String,
  files: Schema.Struct({
    /** Whose files are uploaded; they are read only. */
    directory: Schema.String,
    /** Whether the demo wrote them itself, because it found none that fit. */
    made: Schema.Boolean,
    count: Schema.Int,
    bytes: Schema.Int
  })
})

/** What is done with a service, or to it. */
export const Told = Schema.TaggedStruct("Told", { ...common, text: Schema.String })

/** What policies do again and again. */
export const Action = Schema.Literals([
  "retried",
  "refusedByCircuit",
  "refusedByLimiter",
  "toldToWait",
  "timedOut",
  "answeredStale"
])
/** What policies do again and again. */
export type Action = typeof Action.Type

/** What policies did since the last that was told of the service, and how often. */
export const PoliciesActed = Schema.TaggedStruct("PoliciesActed", {
  ...common,
  counts: Schema.Array(Schema.Struct({ action: Action, times: Schema.Int }))
})

/** A circuit changed its state. */
export const CircuitChanged = Schema.TaggedStruct("CircuitChanged", {
  ...common,
  from: CircuitStateName,
  to: CircuitStateName,
  reason: CircuitTransitionReason,
  openForMs: Schema.optionalKey(Schema.Finite)
})

/** An alert began to fire, or is over. */
export const AlertTold = Schema.TaggedStruct("AlertTold", {
  ...common,
  status: Schema.Literals(["firing", "resolved"]),
  level: AlertLevel,
  title: Schema.String
})

/** Something was done, and looked after: whether what Skippy promises about it is so. */
export const PromiseChecked = Schema.TaggedStruct("PromiseChecked", {
  ...common,
  kept: Schema.Boolean,
  text: Schema.String
})

/** The sums of a run. */
export const Numbers = Schema.Struct({
  calls: Schema.Int,
  answered: Schema.Int,
  failed: Schema.Int,
  attempts: Schema.Int,
  retries: Schema.Int,
  timeouts: Schema.Int,
  refusedByCircuits: Schema.Int,
  refusedByLimiters: Schema.Int,
  /** Answers that were kept, and given because the service could not be asked. */
  staleAnswers: Schema.Int,
  circuitsOpened: Schema.Int,
  /** Each lets the circuit be open for longer. */
  probesFailed: Schema.Int,
  circuitsClosed: Schema.Int,
  alerts: Schema.Int,
  /** Requests that reached a service. */
  requests: Schema.Int,
  /** Those of them that met a fault. */
  mishaps: Schema.Int,
  /** Requests that made something and whose answer was lost: each would have been a duplicate. */
  duplicatesAvoided: Schema.Int,
  /** In bodies of requests, what was sent again included. */
  bytesUploaded: Schema.Int,
  /** In files that came whole. */
  bytesDownloaded: Schema.Int
})
/** The sums of a run. */
export type Numbers = typeof Numbers.Type

/** What it ends with. */
export const DemoDone = Schema.TaggedStruct("DemoDone", {
  at: Schema.Finite,
  durationMs: Schema.Finite,
  /** Whether all promises were kept. */
  kept: Schema.Boolean,
  /** How many promises were checked. */
  promises: Schema.Int,
  /** What those that were not kept say. */
  broken: Schema.Array(Schema.String),
  numbers: Numbers,
  /** The folder of the journal. */
  journal: Schema.String,
  /** Command lines to try, and what each shows. */
  next: Schema.Array(Schema.Struct({ command: Schema.String, shows: Schema.String }))
})
/** What it ends with. */
export type DemoDone = typeof DemoDone.Type

/** Everything the demo says. */
export const DemoEvent = Schema.Union([
  DemoStarted,
  Told,
  PoliciesActed,
  CircuitChanged,
  AlertTold,
  PromiseChecked,
  DemoDone
])
/** Everything the demo says. */
export type DemoEvent = typeof DemoEvent.Type

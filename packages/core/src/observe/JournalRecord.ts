/**
 * What stands in the journal: one record a line, as JSON.
 *
 * @module
 */
import { type Option, Schema } from "effect"
import { ResilienceEvent } from "../event/ResilienceEvent.ts"
import { RequestTrace } from "./RequestTrace.ts"

/** A call that has ended. */
export const TraceRecord = Schema.TaggedStruct("Trace", { at: Schema.Finite, trace: RequestTrace })

/** Something that happened. */
export const EventRecord = Schema.TaggedStruct("Event", { at: Schema.Finite, event: ResilienceEvent })

/** One line. `at` is milliseconds since the epoch. */
export const JournalRecord = Schema.Union([TraceRecord, EventRecord])
/** One line. */
export type JournalRecord = typeof JournalRecord.Type

/** The files of a journal: calls, what happened to them, alerts, and what limiters and caches said. */
export const journalNames = ["performance", "resilience", "alerts", "statistics"] as const
/** The files of a journal. */
export type JournalName = (typeof journalNames)[number]

/** Which file a record belongs to. */
export const nameOf = (record: JournalRecord): JournalName => {
  if (record._tag === "Trace") return "performance"
  return files[record.event._tag] ?? "resilience"
}

const files: Partial<Record<ResilienceEvent["_tag"], JournalName>> = {
  AlertChanged: "alerts",
  ServiceSampled: "statistics"
}

/** What is told of each call by its trace, and need not be told again. */
const told: ReadonlySet<ResilienceEvent["_tag"]> = new Set(["CallStarted", "CallDone", "AttemptDone", "RetryScheduled"])

/** Whether an event gets a line of its own: what happens to every call does not. */
export const isRecorded = (event: ResilienceEvent): boolean =>
  !told.has(event._tag) && !(event._tag === "CacheAnswered" && event.provenance !== "staleIfError")

/** A record as its line. Records hold nothing that JSON would change, so they are written as they are. */
export const lineOf = (record: JournalRecord): string => `${JSON.stringify(record)}\n`

/** The record of a line; nothing for a line that is broken. */
export const recordOf: (line: string) => Option.Option<JournalRecord> = Schema.decodeOption(
  Schema.fromJsonString(JournalRecord)
)

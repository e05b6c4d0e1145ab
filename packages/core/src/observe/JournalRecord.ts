/**
 * What stands in the journal: one record a line, as JSON.
 *
 * @module
 */
import { Option, Schema } from "effect"
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

/** What JSON would not change between quotes. */
const plain = /^[\w.:-]*$/

/** A call that succeeded at its first attempt, without a wait: nearly all there is. */
const isEveryday = ({ attempts, lines, provenance, requestId, success }: RequestTrace): boolean =>
  success &&
  attempts === 1 &&
  provenance === "live" &&
  lines.length === 1 &&
  lines[0]?.attempt === 1 &&
  lines[0].waitMs === 0 &&
  lines[0].outcome === "success" &&
  plain.test(requestId)

/** Names that are remembered as JSON; there are few, unless they come from outside. */
const maxNames = 1000
const names = new Map<string, string>()

const nameText = (name: string): string => {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= maxNames) names.clear()
  const text = JSON.stringify(name)
  names.set(name, text)
  return text
}

const cacheText = ({ cache }: RequestTrace): string => (cache === undefined ? "" : `,"cache":"${cache}"`)

/** What is the same for all of them is one piece of text, which takes half the time of `JSON.stringify`. */
const everydayLine = (at: number, trace: RequestTrace): string =>
  `{"_tag":"Trace","at":${at},"trace":{"requestId":"${trace.requestId}","service":${nameText(trace.service)}` +
  `,"operation":${nameText(trace.operation)},"startedAt":${trace.startedAt},"endedAt":${trace.endedAt},"durationMs":` +
  `${trace.durationMs},"success":true,"outcome":"success","attempts":1,"provenance":"live"${cacheText(trace)},"lines":[{"attempt":1,` +
  `"waitMs":0,"durationMs":${trace.lines[0]?.durationMs ?? 0},"outcome":"success"}]}}\n`

/** A record as its line. Records hold nothing that JSON would change, so they are written as they are. */
export const lineOf = (record: JournalRecord): string =>
  record._tag === "Trace" && isEveryday(record.trace)
    ? everydayLine(record.at, record.trace)
    : `${JSON.stringify(record)}\n`

const decode = Schema.decodeUnknownOption(JournalRecord)

/** The record of a line; nothing for a line that is broken. `fromJsonString` takes a third longer. */
export const recordOf = (line: string): Option.Option<JournalRecord> => {
  try {
    return decode(JSON.parse(line))
  } catch {
    return Option.none()
  }
}

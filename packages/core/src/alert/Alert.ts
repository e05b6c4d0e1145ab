/**
 * What an alert is: something a person should know, how urgent it is, and which alerts are the same one.
 *
 * @module
 */
import { Schema } from "effect"
import { AlertLevel } from "../event/ResilienceEvent.ts"

export { AlertLevel } from "../event/ResilienceEvent.ts"

/** Something a person should know. */
export const Alert = Schema.Struct({
  /** What kind it is, such as `CircuitOpen`; one of a small number. */
  name: Schema.String,
  level: AlertLevel,
  title: Schema.String,
  message: Schema.String,
  /** What to do about it. */
  advice: Schema.optionalKey(Schema.String),
  /** The protected service it is about. */
  service: Schema.optionalKey(Schema.String),
  /** What else tells it from others of its name. */
  labels: Schema.Record(Schema.String, Schema.String)
})
/** Something a person should know. */
export type Alert = typeof Alert.Type

/** An alert that fires or has fired. Times are milliseconds since the epoch. */
export const AlertInstance = Schema.Struct({
  /** When it last changed. */
  at: Schema.Finite,
  status: Schema.Literals(["firing", "resolved"]),
  fingerprint: Schema.String,
  alert: Alert,
  /** Whether it has an end; otherwise it is a notice that is told once. */
  lasting: Schema.Boolean,
  startsAt: Schema.Finite,
  lastSeenAt: Schema.Finite,
  /** When it was over; absent while it fires. */
  endsAt: Schema.optionalKey(Schema.Finite),
  /** How often it was raised since `startsAt`. */
  count: Schema.Finite,
  /** Whether a silence kept it from being sent. */
  silenced: Schema.Boolean
})
/** An alert that fires or has fired. */
export type AlertInstance = typeof AlertInstance.Type

const rank = new Map(AlertLevel.literals.map((level, index) => [level, index]))

/** Whether `level` is at least as urgent as `least`. */
export const isAtLeast = (level: AlertLevel, least: AlertLevel): boolean =>
  (rank.get(level) ?? 0) >= (rank.get(least) ?? 0)

/** All labels of an alert, its name and service among them; its level is not one, for it may rise. */
export const labelsOf = ({ labels, name, service }: Pick<Alert, "name" | "service" | "labels">) => ({
  ...labels,
  alertname: name,
  ...(service === undefined ? {} : { service })
})

/** What makes two alerts the same: all labels, in the order of their names. */
export const fingerprintOf = (alert: Pick<Alert, "name" | "service" | "labels">): string =>
  Object.entries(labelsOf(alert))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(",")

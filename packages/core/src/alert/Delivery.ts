/**
 * Alerts that are sent by hand, at once, for whoever has to know who took them.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"
import { type Alert, AlertInstance, fingerprintOf, isAtLeast } from "./Alert.ts"
import { groupLabels } from "./AlertState.ts"
import type { Outlet } from "./Outlet.ts"
import { isSilenced, type Silence } from "./Silence.ts"

/** What became of an alert at one sink. */
export const Delivery = Schema.Struct({
  sink: Schema.String,
  /** `silenced`: a silence is about it. `belowLevel`: the sink is only told what is more urgent. */
  status: Schema.Literals(["sent", "failed", "silenced", "belowLevel"]),
  /** Why it did not arrive. */
  problem: Schema.optionalKey(Schema.String),
  category: Schema.optionalKey(ErrorCategory)
})
/** What became of an alert at one sink. */
export type Delivery = typeof Delivery.Type

/** An alert that was sent, and who took it. */
export const Sent = Schema.Struct({ alert: AlertInstance, deliveries: Schema.Array(Delivery) })
/** An alert that was sent, and who took it. */
export type Sent = typeof Sent.Type

/** An alert that is told once. */
export const sentOf = (alert: Alert, silences: ReadonlyArray<Silence>, at: number): AlertInstance => ({
  at,
  status: "firing",
  fingerprint: fingerprintOf(alert),
  alert,
  lasting: false,
  startsAt: at,
  lastSeenAt: at,
  count: 1,
  silenced: isSilenced(alert, silences, at)
})

/** Sends an alert to a sink that wants it. */
export const deliver = (
  { send, sink: { kind, level, name } }: Outlet,
  one: AlertInstance,
  groupBy: ReadonlyArray<string>
): Effect.Effect<Delivery> => {
  const { alert, at, silenced } = one
  if (!isAtLeast(alert.level, level)) return Effect.succeed({ sink: name, status: "belowLevel" })
  if (kind === "notify" && silenced) return Effect.succeed({ sink: name, status: "silenced" })
  const group = kind === "log" ? {} : groupLabels(alert, groupBy)
  return Effect.map(send({ at, group, reason: "changed", alerts: [one] }), (undelivered): Delivery =>
    undelivered === undefined ? { sink: name, status: "sent" } : { sink: name, status: "failed", ...undelivered }
  )
}

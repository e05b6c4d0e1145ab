/**
 * What the log of alerts of several programs comes to: which alerts last now, although the program that raised one is gone
 * and another one saw its end. Pure.
 *
 * @module
 */
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"
import { type AlertInstance, fingerprintOf } from "./Alert.ts"
import type { Signal } from "./AlertModel.ts"
import * as Rules from "./AlertRules.ts"

/** The default of `resolveAfter`. */
const resolveAfterMillis = 300_000

/** An alert that fired when it was written down last, and until when nothing else says that it is over. */
interface Standing {
  readonly instance: AlertInstance
  expiresAt: number
}

const signalsOf = (rules: ReadonlyArray<Rules.Rule>, event: ResilienceEvent): ReadonlyArray<Signal> =>
  rules.flatMap((rule) => rule.on(event) ?? [])

const hear = (standing: Map<string, Standing>, signal: Signal, at: number): void => {
  const fingerprint = signal._tag === "Resolve" ? signal.fingerprint : fingerprintOf(signal.alert)
  const one = standing.get(fingerprint)
  if (one === undefined || at < one.instance.at) return
  if (signal._tag === "Resolve") standing.delete(fingerprint)
  else one.expiresAt = at + (signal.resolveAfterMillis ?? resolveAfterMillis)
}

/**
 * The alerts that last at `now`, the newest first: those whose last line in the log says that they fire, unless a later
 * event of the journal ends them, or nothing has raised them for as long as their rule says. `events` are those since the
 * first of the log's lines, in order; notices never last.
 */
export const standing = (
  log: ReadonlyArray<AlertInstance>,
  events: ReadonlyArray<ResilienceEvent>,
  now: number,
  rules: ReadonlyArray<Rules.Rule> = Rules.defaults
): ReadonlyArray<AlertInstance> => {
  const all = new Map<string, Standing>()
  for (const instance of log) {
    const { fingerprint, lasting, lastSeenAt, status } = instance
    if (lasting && status === "firing") all.set(fingerprint, { instance, expiresAt: lastSeenAt + resolveAfterMillis })
    else all.delete(fingerprint)
  }
  for (const event of events) {
    for (const signal of signalsOf(rules, event)) hear(all, signal, event.at)
  }
  return Array.from(all.values())
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ instance }) => instance)
    .toSorted((a, b) => b.startsAt - a.startsAt)
}

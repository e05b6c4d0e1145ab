/**
 * What the state machine of alerts is made of: what is said to it, what it remembers, what it answers.
 *
 * @module
 */
import type { Alert, AlertInstance, AlertLevel } from "./Alert.ts"
import type { Silence } from "./Silence.ts"

/** Times in milliseconds. */
export interface StateOptions {
  /** Labels whose values make a group. */
  readonly groupBy: ReadonlyArray<string>
  readonly groupWaitMillis: number
  readonly groupIntervalMillis: number
  readonly repeatIntervalMillis: number
  readonly resolveAfterMillis: number
  /** Alerts remembered at once. */
  readonly maxAlerts: number
}

/** An alert is true now. */
export interface Raise {
  readonly _tag: "Raise"
  readonly alert: Alert
  /** It fires only when raised so often within so long. */
  readonly after?: { readonly times: number; readonly withinMillis: number } | undefined
  /** It is over when not raised again for so long; `Infinity` waits for a `Resolve`. */
  readonly resolveAfterMillis?: number | undefined
  /** It has no end: it is told once, and never resolved. */
  readonly notice?: boolean | undefined
}

/** An alert is not true any more. */
export interface Resolve {
  readonly _tag: "Resolve"
  readonly fingerprint: string
}

/** What rules and people say about alerts. */
export type Signal = Raise | Resolve

/** What sinks are to tell: the alerts of one group that fire, and those that are over since it was told last. */
export interface Notification {
  readonly at: number
  readonly group: Readonly<Record<string, string>>
  /** Why it is told: something changed, or it has been true for long. */
  readonly reason: "changed" | "repeated"
  readonly alerts: ReadonlyArray<AlertInstance>
}

/** An alert that was raised. */
export interface Entry {
  readonly fingerprint: string
  readonly group: string
  /** It has no end. */
  notice: boolean
  alert: Alert
  status: "pending" | "firing" | "resolved"
  /** When a pending one was raised, as many times as it has to be. */
  seen: Array<number>
  at: number
  startsAt: number
  lastSeenAt: number
  endsAt: number | undefined
  count: number
  resolveAfterMillis: number
  expiresAt: number
  /** How urgent it was when sinks were told that it fires; `undefined` before that. */
  told: AlertLevel | undefined
}

/** Alerts that are told together. */
export interface Group {
  readonly labels: Readonly<Record<string, string>>
  readonly members: Set<Entry>
  notifyAt: number
  sentAt: number | undefined
}

/** Everything that is known of alerts. Mutable: only the functions of this file change it. */
export interface AlertState {
  readonly entries: Map<string, Entry>
  readonly groups: Map<string, Group>
  silences: ReadonlyArray<Silence>
  /** Alerts given up because there were too many at once. */
  overflow: number
}

/** No alerts. */
export const empty = (): AlertState => ({ entries: new Map(), groups: new Map(), silences: [], overflow: 0 })

/**
 * Which alerts fire, and what has to be told of them when: a state machine without time of its own.
 *
 * It works as Prometheus' Alertmanager does: alerts with the same labels are one alert, alerts that belong together are
 * told together, a group is told again only after `groupInterval` when something changed and after `repeatInterval` when
 * nothing did, and an alert nobody raises any more is over after `resolveAfter`. Two things differ: a resolved notice
 * follows each firing one even under a silence, so no incident stays open elsewhere; and a notice, which has no end, is
 * told once and remembered only to leave out its repetitions.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#route.
 *
 * @module
 */
import { type Alert, type AlertInstance, fingerprintOf, isAtLeast, labelsOf } from "./Alert.ts"
import type { AlertState, Entry, Group, Notification, Raise, Signal, StateOptions } from "./AlertModel.ts"
import { isSilenced, matches, type Silence } from "./Silence.ts"

export { type AlertState, empty, type Notification, type Raise, type Signal, type StateOptions } from "./AlertModel.ts"

const instanceOf = (state: AlertState, entry: Entry, now: number): AlertInstance => ({
  at: entry.at,
  status: entry.status === "resolved" ? "resolved" : "firing",
  fingerprint: entry.fingerprint,
  alert: entry.alert,
  lasting: !entry.notice,
  startsAt: entry.startsAt,
  lastSeenAt: entry.lastSeenAt,
  ...(entry.endsAt === undefined ? {} : { endsAt: entry.endsAt }),
  count: entry.count,
  silenced: isSilenced(entry.alert, state.silences, now)
})

/** A group that was told has to be left alone for a while; a new one waits a little for company. */
const schedule = (group: Group, options: StateOptions, now: number): void => {
  const at =
    group.sentAt === undefined
      ? now + options.groupWaitMillis
      : Math.max(now, group.sentAt + options.groupIntervalMillis)
  group.notifyAt = Math.min(group.notifyAt, at)
}

/** The labels of the group an alert belongs to. */
export const groupLabels = (alert: Alert, groupBy: ReadonlyArray<string>): Group["labels"] => {
  const all: Readonly<Record<string, string>> = labelsOf(alert)
  return Object.fromEntries(groupBy.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name] ?? ""]] : [])))
}

const groupOf = (state: AlertState, alert: Alert, options: StateOptions): readonly [key: string, group: Group] => {
  const labels = groupLabels(alert, options.groupBy)
  const key = JSON.stringify(labels)
  const known = state.groups.get(key)
  if (known !== undefined) return [key, known]
  const group: Group = { labels, members: new Set(), notifyAt: Infinity, sentAt: undefined }
  state.groups.set(key, group)
  return [key, group]
}

const forget = (state: AlertState, entry: Entry): void => {
  state.entries.delete(entry.fingerprint)
  const group = state.groups.get(entry.group)
  group?.members.delete(entry)
}

/** Whether sinks have to be told of it: it fires, and was not told, or not as urgent as it is. */
const isFresh = ({ alert, status, told }: Entry): boolean =>
  status === "firing" && (told === undefined || !isAtLeast(told, alert.level))

const scheduleEntry = (state: AlertState, entry: Entry, options: StateOptions, now: number): void => {
  const group = state.groups.get(entry.group)
  if (group !== undefined) schedule(group, options, now)
}

/** What is given up first: what everybody knows, then notices, then what lasts and nobody was told, and that last. */
const worthOf = ({ notice, status, told }: Entry): number => {
  if (status === "pending" || (notice && told !== undefined)) return 0
  if (notice) return 1
  return told === undefined ? 2 : 3
}

const isWorthLess = (a: Entry, b: Entry): boolean => {
  const [less, more] = [worthOf(a), worthOf(b)]
  return less < more || (less === more && !isAtLeast(a.alert.level, b.alert.level))
}

/** Makes room for one more: the least urgent and the oldest of what is worth least goes. An end that waits to be told stays. */
const makeRoom = (state: AlertState, options: StateOptions, now: number): ReadonlyArray<AlertInstance> => {
  const entries = Array.from(state.entries.values()).filter(({ status }) => status !== "resolved")
  const [first, ...rest] = entries
  if (first === undefined || entries.length < options.maxAlerts) return []
  const victim = rest.reduce((least, entry) => (isWorthLess(entry, least) ? entry : least), first)
  if (worthOf(victim) > 0) state.overflow++
  if (victim.status === "firing" && !victim.notice) return end(state, victim, options, now)
  forget(state, victim)
  return []
}

const enter = (state: AlertState, alert: Alert, fingerprint: string, options: StateOptions, now: number): Entry => {
  const [key, group] = groupOf(state, alert, options)
  const entry: Entry = {
    fingerprint,
    group: key,
    notice: false,
    alert,
    status: "pending",
    seen: [],
    at: now,
    startsAt: now,
    lastSeenAt: now,
    endsAt: undefined,
    count: 0,
    resolveAfterMillis: options.resolveAfterMillis,
    expiresAt: now,
    told: undefined
  }
  state.entries.set(fingerprint, entry)
  group.members.add(entry)
  return entry
}

/** A notice that was not told must not be forgotten before. */
const expiryOf = ({ notice, resolveAfterMillis, told }: Entry, now: number): number =>
  notice && told === undefined ? Infinity : now + resolveAfterMillis

/** One that fires is raised again. */
const again = (
  state: AlertState,
  entry: Entry,
  { alert, notice = false }: Raise,
  options: StateOptions,
  now: number
): ReadonlyArray<AlertInstance> => {
  const rose = !isAtLeast(entry.alert.level, alert.level)
  const stays = entry.notice && !notice
  entry.count++
  entry.alert = alert
  if (stays) {
    // What was told as a notice is not known to last.
    entry.notice = false
    entry.told = undefined
  }
  entry.expiresAt = expiryOf(entry, now)
  if (isFresh(entry)) scheduleEntry(state, entry, options, now)
  if (!rose && !stays) return []
  entry.at = now
  return [instanceOf(state, entry, now)]
}

const raise = (state: AlertState, signal: Raise, options: StateOptions, now: number): ReadonlyArray<AlertInstance> => {
  const { after, alert, notice = false, resolveAfterMillis = options.resolveAfterMillis } = signal
  const fingerprint = fingerprintOf(alert)
  const known = state.entries.get(fingerprint)
  const given = known === undefined ? makeRoom(state, options, now) : []
  const entry = known ?? enter(state, alert, fingerprint, options, now)
  entry.lastSeenAt = now
  entry.resolveAfterMillis = resolveAfterMillis
  if (entry.status === "firing") return again(state, entry, signal, options, now)
  if (after !== undefined) {
    entry.seen = [...entry.seen, now].slice(-after.times)
    const first = entry.seen.length < after.times ? undefined : entry.seen[0]
    if (first === undefined || now - first > after.withinMillis) {
      if (entry.status === "pending") entry.expiresAt = now + after.withinMillis
      return given
    }
  }
  // One that was over and not yet told so goes on as if it had never ended.
  Object.assign(entry, {
    alert,
    notice,
    status: "firing",
    at: now,
    startsAt: now,
    endsAt: undefined,
    count: 1,
    seen: []
  })
  entry.expiresAt = expiryOf(entry, now)
  if (isFresh(entry)) scheduleEntry(state, entry, options, now)
  return [...given, instanceOf(state, entry, now)]
}

const end = (state: AlertState, entry: Entry, options: StateOptions, now: number): ReadonlyArray<AlertInstance> => {
  if (entry.status !== "firing") {
    if (entry.status === "pending") forget(state, entry)
    return []
  }
  // A notice has no end: it is forgotten when it was told, and not before.
  if (entry.notice) {
    if (entry.told !== undefined) forget(state, entry)
    return []
  }
  Object.assign(entry, { status: "resolved", at: now, endsAt: now, expiresAt: Infinity })
  const change = instanceOf(state, entry, now)
  // What nobody was told about ends without a word.
  if (entry.told === undefined) forget(state, entry)
  else scheduleEntry(state, entry, options, now)
  return [change]
}

/** Takes a signal in; answers the alerts that began to fire, rose in level, or ended with it. */
export const signal = (
  state: AlertState,
  signal: Signal,
  options: StateOptions,
  now: number
): ReadonlyArray<AlertInstance> => {
  if (signal._tag === "Raise") return raise(state, signal, options, now)
  const entry = state.entries.get(signal.fingerprint)
  return entry === undefined ? [] : end(state, entry, options, now)
}

/** What a moment brings. */
export interface Tick {
  /** Alerts that ended because nobody raised them again. */
  readonly changes: ReadonlyArray<AlertInstance>
  readonly notifications: ReadonlyArray<Notification>
}

/** An alert whose end was told; what was raised meanwhile still counts towards the next. */
const leave = (state: AlertState, entry: Entry, now: number): void => {
  if (entry.seen.length === 0) return forget(state, entry)
  Object.assign(entry, { status: "pending", told: undefined, expiresAt: now + entry.resolveAfterMillis })
}

const tell = (state: AlertState, group: Group, options: StateOptions, now: number): Notification | undefined => {
  const members = Array.from(group.members)
  const firing = members.filter((entry) => entry.status === "firing" && !isSilenced(entry.alert, state.silences, now))
  const fresh = firing.filter(isFresh)
  const over = members.filter(({ status }) => status === "resolved")
  const lasting = firing.filter(({ notice }) => !notice)
  const repeated =
    lasting.length > 0 && group.sentAt !== undefined && now - group.sentAt >= options.repeatIntervalMillis
  const changed = fresh.length > 0 || over.length > 0
  group.notifyAt = Infinity
  if (changed || repeated) {
    group.sentAt = now
    for (const entry of firing) {
      entry.told = entry.alert.level
      entry.expiresAt = Math.min(entry.expiresAt, now + entry.resolveAfterMillis)
    }
  }
  const alerts = [...new Set([...fresh, ...lasting]), ...over].map((entry) => instanceOf(state, entry, now))
  for (const entry of over) leave(state, entry, now)
  if (lasting.length > 0 && group.sentAt !== undefined) group.notifyAt = group.sentAt + options.repeatIntervalMillis
  if (!changed && !repeated) return undefined
  return { at: now, group: group.labels, reason: changed ? "changed" : "repeated", alerts }
}

/** Lets time pass; `everything` tells what still waits for its time, for the end of a program. */
export const tick = (state: AlertState, options: StateOptions, now: number, everything = false): Tick => {
  const changes: Array<AlertInstance> = []
  for (const entry of Array.from(state.entries.values())) {
    if (entry.expiresAt > now) continue
    changes.push(...end(state, entry, options, now))
  }
  const lasting = state.silences.filter(({ endsAt }) => endsAt > now)
  setSilences(state, lasting, options, now)
  const notifications: Array<Notification> = []
  for (const [key, group] of Array.from(state.groups)) {
    if (group.notifyAt <= now || (everything && waitsToBeTold(group))) {
      const notification = tell(state, group, options, now)
      if (notification !== undefined) notifications.push(notification)
    }
    // A group is remembered until it may be told again, so that one alert after the other does not get around the interval.
    const rested = group.sentAt === undefined || now - group.sentAt >= options.groupIntervalMillis
    if (group.members.size === 0 && rested) state.groups.delete(key)
  }
  return { changes, notifications }
}

const waitsToBeTold = (group: Group): boolean =>
  Array.from(group.members).some((entry) => entry.status === "resolved" || isFresh(entry))

/** When the next tick is due; `Infinity` when nothing waits. */
export const nextAt = (state: AlertState, options: StateOptions): number => {
  let at = Infinity
  for (const { expiresAt } of state.entries.values()) at = Math.min(at, expiresAt)
  for (const { members, notifyAt, sentAt } of state.groups.values()) {
    at = Math.min(at, notifyAt)
    if (members.size === 0) at = Math.min(at, (sentAt ?? 0) + options.groupIntervalMillis)
  }
  for (const { endsAt } of state.silences) at = Math.min(at, endsAt)
  return at
}

/** What a silence kept from being told is told now, if it still fires. */
const ended = (state: AlertState, silence: Silence, options: StateOptions, now: number): void => {
  for (const entry of state.entries.values()) {
    const group = state.groups.get(entry.group)
    if (entry.status !== "firing" || group === undefined || !matches(silence, entry.alert)) continue
    if (isFresh(entry)) schedule(group, options, now)
    // Its repetition may have fallen into the silence.
    else if (group.sentAt !== undefined) {
      group.notifyAt = Math.min(group.notifyAt, Math.max(now, group.sentAt + options.repeatIntervalMillis))
    }
  }
}

/** From now on these silences keep matching alerts from being told until they end; what only others did is told. */
export const setSilences = (
  state: AlertState,
  silences: ReadonlyArray<Silence>,
  options: StateOptions,
  now: number
): void => {
  const ids = new Set(silences.map(({ id }) => id))
  const gone = state.silences.filter(({ id }) => !ids.has(id))
  state.silences = silences
  for (const silence of gone) ended(state, silence, options, now)
}

/** The alerts that fire, the newest first; notices that were told are over. */
export const active = (state: AlertState, now: number): ReadonlyArray<AlertInstance> =>
  Array.from(state.entries.values())
    .filter(({ notice, status }) => status === "firing" && !notice)
    .map((entry) => instanceOf(state, entry, now))
    .toSorted((a, b) => b.startsAt - a.startsAt)

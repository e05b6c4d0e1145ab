/**
 * What one sink knows, and what it has yet to be told. Nothing leaves a backlog before it has arrived.
 *
 * @module
 */
import { type AlertInstance, type AlertLevel, isAtLeast } from "./Alert.ts"
import type { Notification } from "./AlertState.ts"
import type { Sink } from "./sink/Sink.ts"

/** What a sink has yet to be told. */
export interface Backlog {
  readonly add: (notification: Notification) => void
  /** What to send next; `undefined` when there is nothing. */
  readonly next: () => Notification | undefined
  /** The last answer of `next` has arrived. */
  readonly arrived: () => void
  /** Alerts that wait. */
  readonly waiting: () => number
  /** Alerts given up because too many waited. */
  readonly lost: () => number
}

/** Alerts that may wait for somebody to be told; above it the oldest are lost. */
const maxNews = 1000

/** The same for a log, which is told much more. */
const maxLines = 100_000

/** A sink that fails is told to those beside it, and to none that is far: there it could only fail again. */
const concerns = (sink: Sink, { alert }: AlertInstance): boolean =>
  alert.name !== "AlertSinkFailing" || (!sink.remote && alert.labels["sink"] !== sink.name)

/** Every change, in order. */
const ofLog = (sink: Sink): Backlog => {
  let lines: ReadonlyArray<AlertInstance> = []
  let added: Array<AlertInstance> = []
  let lost = 0
  const settle = (): void => {
    lines = [...lines, ...added]
    added = []
    const over = lines.length - maxLines
    if (over <= 0) return
    lines = lines.slice(over)
    lost += over
  }
  let sending = 0
  return {
    add: ({ alerts }) => {
      added.push(...alerts.filter((one) => isAtLeast(one.alert.level, sink.level) && concerns(sink, one)))
      if (added.length >= maxLines) settle()
    },
    next: () => {
      settle()
      const last = lines.at(-1)
      sending = lines.length
      return last === undefined ? undefined : { at: last.at, group: {}, reason: "changed", alerts: lines }
    },
    arrived: () => {
      lines = lines.slice(sending)
    },
    waiting: () => lines.length + added.length,
    lost: () => lost
  }
}

/** One group of alerts, as one sink sees it. */
interface GroupNews {
  readonly labels: Notification["group"]
  /** What the sink has not been told, by fingerprint. */
  readonly news: Map<string, AlertInstance>
  /** What lasts, to be told along with the news. */
  lasting: ReadonlyArray<AlertInstance>
  at: number
  reason: Notification["reason"]
}

/** What is new to this sink, group by group: the news of others in a group are no reason to tell it again. */
const ofPerson = (sink: Sink): Backlog => {
  /** What it was told is firing, and how urgent that was. */
  const told = new Map<string, AlertLevel>()
  const groups = new Map<string, GroupNews>()
  let lost = 0
  let sending: { readonly key: string; readonly alerts: ReadonlyArray<AlertInstance> } | undefined

  const wants = ({ alert, fingerprint }: AlertInstance): boolean =>
    isAtLeast(alert.level, sink.level) || told.has(fingerprint)
  const isNews = ({ alert, fingerprint, lasting }: AlertInstance): boolean => {
    const level = told.get(fingerprint)
    return !lasting || level === undefined || !isAtLeast(level, alert.level)
  }
  const groupOf = ({ at, group, reason }: Notification): GroupNews => {
    const key = JSON.stringify(group)
    const known = groups.get(key)
    if (known !== undefined) return Object.assign(known, { at, reason })
    const made: GroupNews = { labels: group, news: new Map(), lasting: [], at, reason }
    groups.set(key, made)
    return made
  }
  const waiting = (): number => groups.values().reduce((sum, { news }) => sum + news.size, 0)
  const trim = (): void => {
    for (const { news } of groups.values()) {
      for (const fingerprint of news.keys()) {
        if (waiting() <= maxNews) return
        news.delete(fingerprint)
        lost++
      }
    }
  }
  return {
    add: (notification) => {
      const group = groupOf(notification)
      const alerts = notification.alerts.filter((one) => concerns(sink, one))
      const firing = alerts.filter((one) => one.status === "firing" && wants(one))
      group.lasting = firing.filter(({ lasting }) => lasting)
      for (const one of firing) {
        if (isNews(one) || notification.reason === "repeated") group.news.set(one.fingerprint, one)
      }
      for (const one of alerts) {
        // What began while the sink was out of reach is told although it is over: somebody may look for the reason.
        const known = told.has(one.fingerprint) || group.news.has(one.fingerprint)
        if (one.status === "resolved" && known) group.news.set(one.fingerprint, one)
      }
      trim()
    },
    next: () => {
      for (const [key, { at, labels, lasting, news, reason }] of groups) {
        if (news.size === 0) {
          if (lasting.length === 0) groups.delete(key)
          continue
        }
        const fresh = Array.from(news.values())
        const alerts = [
          ...fresh.filter(({ status }) => status === "firing"),
          ...lasting.filter(({ fingerprint }) => !news.has(fingerprint)),
          ...fresh.filter(({ status }) => status === "resolved")
        ]
        sending = { key, alerts }
        return { at, group: labels, reason, alerts }
      }
      return undefined
    },
    arrived: () => {
      if (sending === undefined) return
      const news = groups.get(sending.key)?.news
      for (const one of sending.alerts) {
        const { alert, fingerprint, lasting, status } = one
        if (news?.get(fingerprint) === one) news.delete(fingerprint)
        if (status === "resolved") told.delete(fingerprint)
        else if (lasting) told.set(fingerprint, alert.level)
      }
      sending = undefined
    },
    waiting,
    lost: () => lost
  }
}

/** The backlog of a sink. */
export const make = (sink: Sink): Backlog => (sink.kind === "log" ? ofLog(sink) : ofPerson(sink))

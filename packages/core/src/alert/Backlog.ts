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
  /** It has not. What is refused as wrong three times in a row would be refused for ever, and is given up. */
  readonly failed: (how: "transient" | "refused" | "final") => void
  /** Alerts that wait. */
  readonly waiting: () => number
  /** Alerts given up: too many waited, or the sink never took them. */
  readonly lost: () => number
}

/** Alerts that may wait for somebody to be told; above it the oldest are lost. */
const maxNews = 1000

/** The same for a log, which is told much more. */
const maxLines = 100_000

const maxRefusals = 3

/** A sink that fails is told to those beside it, and to none that is far: there it could only fail again. */
const concerns = (sink: Sink, { alert }: AlertInstance): boolean =>
  alert.name !== "AlertSinkFailing" || (!sink.remote && alert.labels["sink"] !== sink.name)

/** Every change, in order. */
const ofLog = (sink: Sink): Backlog => {
  let sending: ReadonlyArray<AlertInstance> = []
  let queue: Array<AlertInstance> = []
  let lost = 0
  let refusals = 0
  const newest = (lines: ReadonlyArray<AlertInstance>): ReadonlyArray<AlertInstance> => {
    lost += Math.max(0, lines.length - maxLines)
    return lines.slice(-maxLines)
  }
  return {
    add: ({ alerts }) => {
      queue.push(...alerts.filter((one) => isAtLeast(one.alert.level, sink.level) && concerns(sink, one)))
      // Seldom, so that a full queue is not moved with every line.
      if (queue.length >= 2 * maxLines) queue = [...newest(queue)]
    },
    next: () => {
      sending = newest([...sending, ...queue])
      queue = []
      const last = sending.at(-1)
      return last === undefined ? undefined : { at: last.at, group: {}, reason: "changed", alerts: sending }
    },
    arrived: () => {
      sending = []
      refusals = 0
    },
    failed: (how) => {
      refusals = how === "refused" ? refusals + 1 : 0
      if (how !== "final" && refusals < maxRefusals) return
      refusals = 0
      lost += sending.length
      sending = []
    },
    waiting: () => sending.length + queue.length,
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
  /** How often in a row it did not arrive; others come first. */
  failures: number
  /** How often in a row it was refused as wrong. */
  refusals: number
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
    const made: GroupNews = { labels: group, news: new Map(), lasting: [], at, reason, failures: 0, refusals: 0 }
    groups.set(key, made)
    return made
  }
  /** All news, the oldest first. */
  const order = new Map<string, GroupNews>()
  const put = (group: GroupNews, one: AlertInstance): void => {
    group.news.set(one.fingerprint, one)
    order.set(one.fingerprint, group)
  }
  const drop = (group: GroupNews, fingerprint: string): void => {
    group.news.delete(fingerprint)
    order.delete(fingerprint)
  }
  /** Whose end is given up counts as never told, so that the sink hears of it when it fires again. */
  const giveUp = (group: GroupNews, fingerprint: string): void => {
    if (group.news.get(fingerprint)?.status === "resolved") told.delete(fingerprint)
    drop(group, fingerprint)
    group.lasting = group.lasting.filter((one) => one.fingerprint !== fingerprint)
    lost++
  }
  const trim = (): void => {
    for (const [fingerprint, group] of order) {
      if (order.size <= maxNews) return
      giveUp(group, fingerprint)
    }
  }
  return {
    add: (notification) => {
      const group = groupOf(notification)
      const alerts = notification.alerts.filter((one) => concerns(sink, one))
      const firing = alerts.filter((one) => one.status === "firing" && wants(one))
      group.lasting = firing.filter(({ lasting }) => lasting)
      for (const one of firing) {
        // Its end may be on the way, so that it fires again is news, whatever the sink has been told.
        const isBack = group.news.get(one.fingerprint)?.status === "resolved"
        if (isBack || isNews(one) || notification.reason === "repeated") put(group, one)
      }
      for (const one of alerts) {
        // What began while the sink was out of reach is told although it is over: somebody may look for the reason.
        const known = told.has(one.fingerprint) || group.news.has(one.fingerprint)
        if (one.status === "resolved" && known) put(group, one)
      }
      trim()
    },
    next: () => {
      let best: readonly [key: string, group: GroupNews] | undefined
      for (const [key, group] of groups) {
        if (group.news.size === 0) {
          if (group.lasting.length === 0) groups.delete(key)
        } else if (best === undefined || group.failures < best[1].failures) best = [key, group]
      }
      if (best === undefined) return undefined
      const [key, { at, labels, lasting, news, reason }] = best
      const fresh = Array.from(news.values())
      const alerts = [
        ...fresh.filter(({ status }) => status === "firing"),
        ...lasting.filter(({ fingerprint }) => !news.has(fingerprint)),
        ...fresh.filter(({ status }) => status === "resolved")
      ]
      sending = { key, alerts }
      return { at, group: labels, reason, alerts }
    },
    arrived: () => {
      if (sending === undefined) return
      const group = groups.get(sending.key)
      if (group !== undefined) Object.assign(group, { failures: 0, refusals: 0 })
      for (const one of sending.alerts) {
        const { alert, fingerprint, lasting, status } = one
        if (group?.news.get(fingerprint) === one) drop(group, fingerprint)
        if (status === "resolved") told.delete(fingerprint)
        else if (lasting) told.set(fingerprint, alert.level)
      }
      sending = undefined
    },
    failed: (how) => {
      const group = sending === undefined ? undefined : groups.get(sending.key)
      if (group === undefined) return
      group.failures++
      group.refusals = how === "refused" ? group.refusals + 1 : 0
      if (how !== "final" && group.refusals < maxRefusals) return
      group.refusals = 0
      // Not what came in meanwhile: that was never tried.
      for (const one of sending?.alerts ?? []) {
        if (group.news.get(one.fingerprint) === one) giveUp(group, one.fingerprint)
      }
    },
    waiting: () => order.size,
    lost: () => lost
  }
}

/** The backlog of a sink. */
export const make = (sink: Sink): Backlog => (sink.kind === "log" ? ofLog(sink) : ofPerson(sink))

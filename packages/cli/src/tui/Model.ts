/**
 * What somebody who watches knows: it takes in what happened and what circuits and limits say, and answers what is to be
 * seen. Pure, and bounded whatever happens.
 *
 * @module
 */
import { type Alert, AlertHistory, AlertRules, type Journal, type ResilienceEvent, type Snapshot } from "@skippy/core"
import * as Rates from "./Rates.ts"
import type { Happening, ServiceView, View } from "./View.ts"

/** Something that happened: a record of the journal, or a line of the history of alerts. */
export type Told = Journal.JournalRecord | { readonly _tag: "Alert"; readonly at: number; readonly alert: Instance }

type Instance = Alert.AlertInstance
type Event = ResilienceEvent.ResilienceEvent
type Trace = Extract<Journal.JournalRecord, { readonly _tag: "Trace" }>["trace"]

/** What somebody who watches knows. */
export interface Model {
  /** The folder that is watched. */
  readonly path: string
  readonly sandbox: boolean
  readonly rates: ReadonlyMap<string, Rates.Rates>
  /** The last lines of the history of alerts, and the events that say which of them last. */
  readonly alerts: ReadonlyArray<Instance>
  readonly events: ReadonlyArray<Event>
  readonly happenings: ReadonlyArray<Happening>
  readonly seen: number
  readonly snapshot: Snapshot.Snapshot | undefined
}

/** Things that are shown of what happened. */
const maxHappenings = 50
/** Services whose calls are counted; a journal may name any number. */
const maxServices = 200
/** Lines of the history of alerts that are remembered, and events that say which of them last. */
const maxAlerts = 200
const maxEvents = 500
/** Alerts that are shown although they are over. */
const maxRecent = 50
const day = 24 * 60 * 60 * 1000

/** Nothing is known yet. */
export const make = (path: string, sandbox: boolean): Model => ({
  path,
  sandbox,
  rates: new Map(),
  alerts: [],
  events: [],
  happenings: [],
  seen: 0,
  snapshot: undefined
})

/** The newest of a list, one more among them. */
const last = <A>(all: ReadonlyArray<A>, one: A, most: number): ReadonlyArray<A> => [...all.slice(1 - most), one]

/** Of a map its newest, which were set last. */
const newest = <A>(all: ReadonlyMap<string, A>, key: string, one: A, most: number): ReadonlyMap<string, A> => {
  const map = new Map(all)
  map.delete(key)
  map.set(key, one)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
  return map
}

const happened = (model: Model, happening: Happening): Model => ({
  ...model,
  happenings: last(model.happenings, happening, maxHappenings),
  seen: model.seen + 1
})

const withCall = (model: Model, trace: Trace, now: number): Model => {
  const { attempts, durationMs, endedAt: at, error, operation, outcome, provenance, requestId, service } = trace
  const counted: Rates.Counted = {
    at,
    durationMs,
    failed: outcome === "failure" || outcome === "defect",
    retries: Math.max(0, attempts - 1),
    hit: provenance === "fresh",
    stale: provenance === "stale" || provenance === "fallback"
  }
  const rates = Rates.add(model.rates.get(service) ?? Rates.none, counted, now)
  return happened(
    { ...model, rates: newest(model.rates, service, rates, maxServices) },
    {
      _tag: "Call",
      at,
      service,
      operation,
      requestId,
      outcome,
      provenance,
      durationMs,
      attempts,
      ...(error === undefined ? {} : { error })
    }
  )
}

const withEvent = (model: Model, event: Event): Model => {
  const telling = AlertRules.defaults.some((rule) => rule.on(event) !== undefined)
  const next = telling ? { ...model, events: last(model.events, event, maxEvents) } : model
  if (event._tag !== "CircuitTransition") return next
  const { at, from, key, policy, reason, service = policy, to } = event
  return happened(next, { _tag: "Circuit", at, service, key, from, to, reason })
}

/** Takes in something that happened. */
export const tell = (model: Model, told: Told, now: number): Model => {
  switch (told._tag) {
    case "Trace":
      return withCall(model, told.trace, now)
    case "Event":
      return withEvent(model, told.event)
    case "Alert":
      return { ...model, alerts: last(model.alerts, told.alert, maxAlerts) }
  }
}

/** Takes in what circuits and limits say now. */
export const look = (model: Model, snapshot: Snapshot.Snapshot): Model => ({ ...model, snapshot })

/** The alerts of the history, and those of this program, which may keep none. */
const alertsOf = ({ alerts, events, snapshot }: Model, now: number): View["alerts"] => {
  const own = snapshot?.alerts
  const active = new Map<string, Instance>()
  const recent = new Map<string, Instance>()
  for (const one of [...AlertHistory.standing(alerts, events, now), ...(own?.active ?? [])])
    active.set(one.fingerprint, one)
  for (const one of [...(own?.recent ?? []), ...alerts]) {
    if (now - one.at < day && !active.has(one.fingerprint)) recent.set(one.fingerprint, one)
  }
  return {
    active: Array.from(active.values()).toSorted((a, b) => b.startsAt - a.startsAt),
    recent: Array.from(recent.values())
      .toSorted((a, b) => b.at - a.at)
      .slice(0, maxRecent)
  }
}

const serviceOf = (model: Model, picture: Snapshot.ServicePicture, now: number): ServiceView => {
  const { cache, circuit, limiter, partitions, service } = picture
  return {
    service,
    ...(circuit === undefined ? {} : { circuit }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(limiter === undefined ? {} : { limiter }),
    ...(cache === undefined ? {} : { kept: cache.size }),
    lastMinute: Rates.lastMinute(model.rates.get(service) ?? Rates.none, now)
  }
}

/** Services of other programs, which this one does not know, are seen while they are called. */
const strangersOf = (model: Model, known: ReadonlyArray<ServiceView>, now: number): ReadonlyArray<ServiceView> =>
  Array.from(model.rates, ([service, rates]) => ({ service, lastMinute: Rates.lastMinute(rates, now) })).filter(
    ({ lastMinute, service }) => lastMinute.calls > 0 && !known.some((one) => one.service === service)
  )

/** What this program advises, and what the alerts of others do. */
const recommendationsOf = (
  { snapshot }: Model,
  active: ReadonlyArray<Instance>
): ReadonlyArray<Snapshot.Recommendation> => {
  const own = snapshot?.recommendations ?? []
  const texts = new Set(own.map(({ text }) => text))
  const others: Array<Snapshot.Recommendation> = []
  for (const { alert } of active) {
    const { advice, service } = alert
    if (advice === undefined || texts.has(advice)) continue
    texts.add(advice)
    others.push({ source: "alert", ...(service === undefined ? {} : { service }), text: advice })
  }
  return [...own, ...others]
}

/** What is to be seen now. */
export const view = (model: Model, now: number): View => {
  const services = (model.snapshot?.services ?? []).map((picture) => serviceOf(model, picture, now))
  const alerts = alertsOf(model, now)
  return {
    at: now,
    path: model.path,
    sandbox: model.sandbox,
    services: [...services, ...strangersOf(model, services, now)],
    alerts,
    happenings: model.happenings,
    seen: model.seen,
    recommendations: recommendationsOf(model, alerts.active)
  }
}

/**
 * Which events make an alert, and which end one.
 *
 * A rule looks at one event and remembers nothing: "so often within so long" is part of what it says, and is counted
 * where alerts are kept.
 *
 * @module
 */
import type { ResilienceEvent } from "../event/ResilienceEvent.ts"
import { type Alert, fingerprintOf } from "./Alert.ts"
import type { Raise, Signal } from "./AlertState.ts"

/** A rule: what one event says about alerts, if anything. */
export interface Rule {
  readonly name: string
  readonly on: (event: ResilienceEvent) => Signal | undefined
}

/** Services of this prefix are the sinks' own; what happens to them makes no alerts but `AlertSinkFailing`. */
export const sinkService = "alerts/"

type Of<Tag extends ResilienceEvent["_tag"]> = Extract<ResilienceEvent, { readonly _tag: Tag }>

const serviceOf = (event: ResilienceEvent): string => event.service ?? event.policy

const minute = 60_000

const raise = (alert: Alert, more: Omit<Raise, "_tag" | "alert"> = {}): Raise => ({ _tag: "Raise", alert, ...more })
const resolve = (alert: Pick<Alert, "name" | "service" | "labels">): Signal => ({
  _tag: "Resolve",
  fingerprint: fingerprintOf(alert)
})

const requestOf = ({ requestId }: ResilienceEvent): string => (requestId === undefined ? "" : ` (last: ${requestId})`)

const reasons: Readonly<Record<Of<"CircuitTransition">["reason"], string>> = {
  consecutiveFailures: "too many failures in a row",
  failureRate: "too many of the last calls failed",
  slowCallRate: "too many of the last calls were slow",
  openElapsed: "its open time is over",
  probeFailed: "the probe failed",
  probeSlow: "the probe was slow",
  probesSucceeded: "the probes succeeded",
  manual: "by hand",
  restored: "as it was before"
}

/** The circuit of a key is forgotten when nobody uses it, without a word; while somebody does, it opens again and again. */
const keyedUntil = ({ openForMs = 0 }: Of<"CircuitTransition">): number => Math.max(60 * minute, 3 * openForMs)

/** The circuit of a service opened (ERROR); over when it closes. */
export const circuitOpened: Rule = {
  name: "CircuitOpen",
  on: (event) => {
    if (event._tag !== "CircuitTransition") return undefined
    const service = serviceOf(event)
    const about = { name: "CircuitOpen", service, labels: event.key === "" ? {} : { key: event.key } }
    switch (event.to) {
      case "Open":
      case "ForcedOpen": {
        const wait = event.openForMs === undefined ? "" : `; it is tried again in ${event.openForMs / 1000} s`
        return raise(
          {
            ...about,
            level: "ERROR",
            title: `The circuit of ${service} is open`,
            message: `Calls are refused or answered from the cache: ${reasons[event.reason]}${wait}.`,
            advice:
              event.to === "ForcedOpen"
                ? "Somebody opened it by hand; close or reset it when the reason is gone."
                : `See whether ${service} is well; the circuit closes by itself when it is.`
          },
          { resolveAfterMillis: event.key === "" || event.to === "ForcedOpen" ? Infinity : keyedUntil(event) }
        )
      }
      case "HalfOpen":
        return undefined
      default:
        return resolve(about)
    }
  }
}

/** Calls of a service failed although they were retried, three times within a minute (ERROR). */
export const retriesExhausted: Rule = {
  name: "RetriesExhausted",
  on: (event) => {
    if (event._tag !== "RetryStopped" || (event.reason !== "attemptsExhausted" && event.reason !== "budget")) {
      return undefined
    }
    const service = serviceOf(event)
    return raise(
      {
        name: "RetriesExhausted",
        level: "ERROR",
        service,
        labels: {},
        title: `Calls to ${service} fail although they are retried`,
        message: `${event.attempts} attempts were not enough${event.error === undefined ? "" : `: ${event.error}`}${requestOf(event)}`,
        advice: `See what ${service} answers; more attempts help only against short trouble.`
      },
      { after: { times: 3, withinMillis: minute } }
    )
  }
}

/** The limiter of a service refused ten calls within a minute (WARNING). */
export const limiterStarved: Rule = {
  name: "LimiterStarved",
  on: (event) => {
    if (event._tag !== "LimiterRejected") return undefined
    const service = serviceOf(event)
    return raise(
      {
        name: "LimiterStarved",
        level: "WARNING",
        service,
        labels: {},
        title: `The quota of ${service} is used up`,
        message: `The limit ${event.limit} refuses calls (${event.reason})${requestOf(event)}.`,
        advice: "Ask less often, cache more, or ask the provider for a larger quota."
      },
      { after: { times: 10, withinMillis: minute } }
    )
  }
}

/** A cache answered because the service could not (WARNING). */
export const staleServed: Rule = {
  name: "StaleServed",
  on: (event) => {
    if (event._tag !== "CacheAnswered" || event.provenance !== "staleIfError") return undefined
    const service = serviceOf(event)
    const age = event.ageMs === undefined ? "" : `, ${Math.round(event.ageMs / 1000)} s old`
    return raise({
      name: "StaleServed",
      level: "WARNING",
      service,
      labels: {},
      title: `Callers of ${service} get old answers`,
      message: `The cache answers while the service fails${age}${requestOf(event)}.`,
      advice: `Nothing is lost while the cache lasts; see whether ${service} is well.`
    })
  }
}

/** The event bus lost events (WARNING). */
export const eventsDropped: Rule = {
  name: "EventsDropped",
  on: (event) =>
    event._tag === "EventsDropped"
      ? raise({
          name: "EventsDropped",
          level: "WARNING",
          labels: {},
          title: "Events were lost",
          message: `A listener was too slow for ${event.count} events; metrics, traces and journal miss them.`,
          advice: "Look for a slow listener, or give the bus a larger capacity."
        })
      : undefined
}

/** A component is degraded (WARNING) or down (CRITICAL); over when it is ok. */
export const healthChanged: Rule = {
  name: "Unhealthy",
  on: (event) => {
    if (event._tag !== "HealthChanged") return undefined
    const about = { name: "Unhealthy", labels: { component: event.component } }
    if (event.to === "ok") return resolve(about)
    return raise(
      {
        ...about,
        level: event.to === "down" ? "CRITICAL" : "WARNING",
        title: `${event.component} is ${event.to}`,
        message: event.reason ?? `It was ${event.from} before.`
      },
      { resolveAfterMillis: Infinity }
    )
  }
}

/** A journal cannot be written (ERROR); over when it can. */
export const journalFailing: Rule = {
  name: "JournalFailing",
  on: (event) => {
    if (event._tag !== "JournalFailed" && event._tag !== "JournalRecovered") return undefined
    const about = { name: "JournalFailing", labels: { directory: event.directory } }
    if (event._tag === "JournalRecovered") return resolve(about)
    return raise(
      {
        ...about,
        level: "ERROR",
        title: "The journal cannot be written",
        message: `${event.directory}: ${event.error}. Calls go on; records wait in memory, the oldest are lost when there are too many.`,
        advice: "Make room on the disk, or the folder writable; the journal goes on by itself."
      },
      { resolveAfterMillis: Infinity }
    )
  }
}

/** A sink cannot hand alerts over (ERROR); told to the other sinks of this machine only, over when it can. */
export const sinkFailing: Rule = {
  name: "AlertSinkFailing",
  on: (event) => {
    if (event._tag !== "AlertSinkFailed" && event._tag !== "AlertSinkRecovered") return undefined
    const about = { name: "AlertSinkFailing", labels: { sink: event.sink } }
    if (event._tag === "AlertSinkRecovered") return resolve(about)
    return raise(
      {
        ...about,
        level: "ERROR",
        title: `Alerts do not reach ${event.sink}`,
        message: event.error ?? "It cannot be reached.",
        advice: "Check its address, its credentials and the way to it."
      },
      { resolveAfterMillis: Infinity }
    )
  }
}

/** A shared store does not answer (ERROR); over when it does. */
export const storeAway: Rule = {
  name: "StoreAway",
  on: (event) => {
    if (event._tag !== "StoreAway" && event._tag !== "StoreBack") return undefined
    const about = { name: "StoreAway", labels: { store: event.store } }
    if (event._tag === "StoreBack") return resolve(about)
    return raise(
      {
        ...about,
        level: "ERROR",
        title: `The shared store (${event.store}) is away`,
        message: `${event.error}. Calls go on; limits, circuits and budgets are decided by what is configured for that.`,
        advice: "See whether the store is well; it is used again by itself as soon as it answers."
      },
      { resolveAfterMillis: Infinity }
    )
  }
}

/** All of them. */
export const defaults: ReadonlyArray<Rule> = [
  circuitOpened,
  retriesExhausted,
  limiterStarved,
  staleServed,
  eventsDropped,
  healthChanged,
  journalFailing,
  sinkFailing,
  storeAway
]

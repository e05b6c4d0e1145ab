/**
 * A rate limiter as a state machine: several limits that are taken together or not at all, the quotas the service itself
 * speaks of, and a quiet time after it said that it had enough.
 *
 * @module
 */
import type { DecidedBy, SharedStoreName } from "../event/ResilienceEvent.ts"
import * as LimitParts from "./LimitParts.ts"
import * as QuotaState from "./QuotaState.ts"

/** The limits of a limiter. Another object means that they were changed. */
export interface LimitConfig {
  readonly limits: ReadonlyArray<LimitParts.Limit>
}

/** What was counted for one key. */
export interface Limits {
  config: LimitConfig
  parts: ReadonlyArray<LimitParts.LimitPart>
  /** `undefined` until the service speaks of one. */
  quotas: QuotaState.Quotas | undefined
  quietUntil: number
  /** The latest time seen, and what is added to a clock that went backward so that time goes on from there. */
  latest: number
  skew: number
}

/** The weight was taken. */
export interface Taken {
  readonly _tag: "Taken"
  readonly weight: number
  /** When, by the machine's own clock, and a note of each limit; it is given back with these. */
  readonly at: number
  readonly notes: ReadonlyArray<number>
  /** The limits it was taken from. */
  readonly config: LimitConfig
  /** Who decided, where counts are shared. */
  readonly store?: DecidedBy
}

/** The weight does not fit now. */
export interface Wait {
  readonly _tag: "Wait"
  /** Milliseconds after which it may fit; `Infinity` for a weight that never will. */
  readonly millis: number
  /** The limit that is in the way, or `penalty`. */
  readonly limit: string
  /** Who decided, where counts are shared. */
  readonly store?: DecidedBy
}

/** The answer to "may I take this?". */
export type Answer = Taken | Wait

/** The name a quiet time goes by in refusals. */
export const penalty = "penalty"

/** The names of shared stores in refusals, where nothing is let through while they are away. */
export const awayStore: Readonly<Record<SharedStoreName, string>> = {
  sqlite: "the shared store (sqlite)",
  redis: "the shared store (redis)"
}

/** Limits that have counted nothing. */
export const make = (config: LimitConfig, now: number): Limits => ({
  config,
  parts: config.limits.map((limit) => LimitParts.make(limit, now)),
  quotas: undefined,
  quietUntil: -Infinity,
  latest: now,
  skew: 0
})

const timeOf = (state: Limits, now: number): number => {
  const time = now + state.skew
  if (time >= state.latest) return (state.latest = time)
  state.skew += state.latest - time
  return state.latest
}

/** Whether what was counted under one limit counts under the other. */
const isSame = (a: LimitParts.Limit, b: LimitParts.Limit): boolean => a._tag === b._tag && a.perMillis === b.perMillis

/** Carries the consumption over to other limits: those of the same kind and period keep what they counted. */
const change = (state: Limits, config: LimitConfig, now: number): void => {
  const old = [...state.parts]
  state.parts = config.limits.map((limit) => {
    const at = old.findIndex((part) => isSame(part.limit, limit))
    const [kept] = at < 0 ? [] : old.splice(at, 1)
    return kept === undefined ? LimitParts.make(limit, now) : kept.under(limit, now)
  })
  state.config = config
}

const enter = (state: Limits, config: LimitConfig, now: number): number => {
  const time = timeOf(state, now)
  if (state.config !== config) change(state, config, time)
  return time
}

const neverFits = (config: LimitConfig, weight: number): Wait | undefined => {
  for (const limit of config.limits) {
    if (weight > LimitParts.capacityOf(limit)) return { _tag: "Wait", millis: Infinity, limit: limit.name }
  }
  return undefined
}

const obstacle = (state: Limits, weight: number, time: number): Wait | undefined => {
  let millis = Math.max(0, state.quietUntil - time)
  let limit = penalty
  for (const part of state.parts) {
    const wait = part.waitFor(weight, time)
    if (wait > millis) {
      millis = wait
      limit = part.limit.name
    }
  }
  const quota = state.quotas && QuotaState.obstacle(state.quotas, weight, time)
  if (quota !== undefined && quota.millis > millis) return { _tag: "Wait", millis: quota.millis, limit: quota.name }
  return millis > 0 ? { _tag: "Wait", millis, limit } : undefined
}

/** Takes `weight` from all limits, or from none. */
export const take = (state: Limits, config: LimitConfig, weight: number, now: number): Answer => {
  const time = enter(state, config, now)
  const [only] = state.parts
  if (
    only !== undefined &&
    state.parts.length === 1 &&
    state.quotas === undefined &&
    state.quietUntil <= time &&
    only.waitFor(weight, time) === 0
  ) {
    return { _tag: "Taken", weight, at: time, notes: [only.take(weight, time)], config }
  }
  const wait = obstacle(state, weight, time)
  if (wait !== undefined) return neverFits(config, weight) ?? wait
  if (state.quotas !== undefined) QuotaState.take(state.quotas, weight, time)
  return { _tag: "Taken", weight, at: time, notes: state.parts.map((part) => part.take(weight, time)), config }
}

/** The soonest moment at which `ahead` and then `weight` can be through; takes nothing. */
export const estimate = (
  state: Limits,
  config: LimitConfig,
  ahead: number,
  weight: number,
  now: number
): Wait | undefined => neverFits(config, weight) ?? obstacle(state, ahead + weight, enter(state, config, now))

/** Gives back what was taken and not used, to the limits that are still there. */
export const giveBack = (state: Limits, config: LimitConfig, taken: Taken, now: number): void => {
  const time = enter(state, config, now)
  state.parts.forEach((part, index) => {
    const then = taken.config === config ? index : taken.config.limits.findIndex((limit) => isSame(limit, part.limit))
    const note = taken.notes[then]
    if (note !== undefined) part.giveBack(taken.weight, taken.at, note, time)
  })
  if (state.quotas !== undefined) QuotaState.giveBack(state.quotas, taken.weight, taken.at, time)
}

/** Takes the service's word for its quotas. */
export const observe = (
  state: Limits,
  config: LimitConfig,
  quotas: ReadonlyArray<QuotaState.Quota>,
  now: number
): void => {
  const time = enter(state, config, now)
  const known = (state.quotas ??= new Map())
  for (const quota of quotas) QuotaState.observe(known, quota, time)
  if (known.size === 0) state.quotas = undefined
}

/** Nobody takes anything for `millis`; never shortens an earlier quiet time. */
export const penalize = (state: Limits, config: LimitConfig, millis: number, now: number): void => {
  state.quietUntil = Math.max(state.quietUntil, enter(state, config, now) + millis)
}

/** What can be read of one limit. */
export interface LimitView {
  readonly limit: string
  /** Whole tokens that can be taken now. */
  readonly remaining: number
  /** Milliseconds until the limit is as new. */
  readonly resetAfterMillis: number
}

/** What can be read of a limiter's state. */
export interface LimitsView {
  readonly limits: ReadonlyArray<LimitView>
  /** Milliseconds left of a quiet time, 0 without one. */
  readonly penaltyMillis: number
}

/** Reads without taking. */
export const view = (state: Limits, config: LimitConfig, now: number): LimitsView => {
  const time = enter(state, config, now)
  const quotas = Array.from(state.quotas ?? []).filter(([, { resetAt }]) => resetAt > time)
  return {
    limits: [
      ...state.parts.map((part) => ({
        limit: part.limit.name,
        remaining: part.remaining(time),
        resetAfterMillis: part.resetAfter(time)
      })),
      ...quotas.map(([limit, { remaining, resetAt }]) => ({ limit, remaining, resetAfterMillis: resetAt - time }))
    ],
    penaltyMillis: Math.max(0, state.quietUntil - time)
  }
}

/** Whether the state equals a new one, so that forgetting it changes nothing. */
export const isIdle = (state: Limits, now: number): boolean => {
  const time = timeOf(state, now)
  if (state.quotas !== undefined) {
    QuotaState.forget(state.quotas, time)
    if (state.quotas.size > 0) return false
    state.quotas = undefined
  }
  return state.quietUntil <= time && state.parts.every((part) => part.resetAfter(time) <= 0)
}

/**
 * When a token is used, renewed or refused: data and pure transitions. `TokenCache` runs them.
 *
 * Times are milliseconds since the epoch.
 *
 * @module
 */
import { Redacted } from "effect"
import type { AuthError } from "./AuthError.ts"
import type { AccessToken } from "./TokenProvider.ts"

/** The numbers, in one place; all in milliseconds. */
export const defaults = {
  /** How long before its end a token is renewed; never before half of its life is over. */
  early: 5 * 60_000,
  /** A token that ends sooner is not sent any more: it could end on the way. At most a tenth of its life. */
  reserve: 30_000,
  /** How long a final refusal (`signInAgain`) is repeated to whoever asks, without asking Google again. */
  refusal: 10_000,
  /** How long after a refused token was replaced the one that replaced it is not replaced, should it be refused, too. */
  again: 10_000,
  /** How long after an early renewal failed the next is tried, while the token is still good. */
  pause: 10_000
} as const

/** A token and the moments that follow from its end. */
interface Held {
  readonly token: AccessToken
  /** From then on it is renewed, while it is used. */
  readonly renewAt: number
  /** From then on it is not used. */
  readonly unusableAt: number
}

/** A renewal that is under way. */
interface Flight {
  readonly id: number
  /** Those who cannot go on without it. */
  readonly waiters: number
  /** It was begun early, for nobody in particular: it goes on when nobody waits. */
  readonly early: boolean
}

/** What is known. */
export interface State {
  readonly held: Held | undefined
  readonly flight: Flight | undefined
  readonly flights: number
  /** A refusal that is repeated for a moment. */
  readonly refusal: { readonly error: AuthError; readonly until: number } | undefined
  readonly pausedUntil: number
  /** Until then a token that is refused is kept: it replaced another one that was refused, and a third would be, too. */
  readonly keptUntil: number
}

/** Nothing is known. */
export const initial: State = {
  held: undefined,
  flight: undefined,
  flights: 0,
  refusal: undefined,
  pausedUntil: 0,
  keptUntil: 0
}

/** What whoever asks for a token gets. */
export type Decision =
  /** This token; `start` is the renewal to begin meanwhile. */
  | { readonly _tag: "Use"; readonly token: AccessToken; readonly start: number | undefined }
  /** The outcome of a renewal, which is to be begun when it is new. */
  | { readonly _tag: "Wait"; readonly flight: number; readonly isNew: boolean }
  | { readonly _tag: "Refuse"; readonly error: AuthError }

/** What became of a renewal. */
export type Outcome =
  | { readonly _tag: "Renewed"; readonly token: AccessToken }
  | { readonly _tag: "Failed"; readonly error: AuthError }
  /** It was interrupted, or has a defect. */
  | { readonly _tag: "Ended" }

const hold = (token: AccessToken, now: number): Held => {
  if (token.expiresAt === undefined) return { token, renewAt: Infinity, unusableAt: Infinity }
  const life = Math.max(0, token.expiresAt - now)
  return {
    token,
    renewAt: token.expiresAt - Math.min(defaults.early, life / 2),
    unusableAt: token.expiresAt - Math.min(defaults.reserve, life / 10)
  }
}

const begin = (state: State, waiters: number): readonly [number, State] => {
  const id = state.flights + 1
  return [id, { ...state, flights: id, flight: { id, waiters, early: waiters === 0 } }]
}

const wait = (state: State): readonly [Decision, State] => {
  const { flight } = state
  if (flight === undefined) {
    const [id, next] = begin(state, 1)
    return [{ _tag: "Wait", flight: id, isNew: true }, next]
  }
  return [
    { _tag: "Wait", flight: flight.id, isNew: false },
    { ...state, flight: { ...flight, waiters: flight.waiters + 1 } }
  ]
}

/** Somebody asks for a token. */
export const ask = (state: State, now: number): readonly [Decision, State] => {
  const { flight, held, pausedUntil, refusal } = state
  if (held !== undefined && now < held.unusableAt) {
    const { token } = held
    if (now < held.renewAt || flight !== undefined || now < pausedUntil) {
      return [{ _tag: "Use", token, start: undefined }, state]
    }
    const [start, next] = begin(state, 0)
    return [{ _tag: "Use", token, start }, next]
  }
  if (flight === undefined && refusal !== undefined && now < refusal.until) {
    return [{ _tag: "Refuse", error: refusal.error }, state]
  }
  return wait(state)
}

const isSame = (a: AccessToken, b: AccessToken): boolean => Redacted.value(a.value) === Redacted.value(b.value)

/**
 * Somebody was refused with a token: it is not used any more, unless it is another than the present one already, or came
 * a moment ago for one that was refused.
 */
export const reject = (state: State, rejected: AccessToken, now: number): readonly [Decision, State] => {
  const { held, keptUntil } = state
  return held === undefined || now < keptUntil || !isSame(held.token, rejected)
    ? ask(state, now)
    : ask({ ...state, held: undefined, keptUntil: now + defaults.again }, now)
}

/** A renewal is over. Of one that was given up meanwhile nothing is kept. */
export const settle = (state: State, flight: number, outcome: Outcome, now: number): State => {
  if (state.flight?.id !== flight) return state
  const over: State = { ...state, flight: undefined }
  switch (outcome._tag) {
    case "Renewed":
      return { ...over, held: hold(outcome.token, now), refusal: undefined, pausedUntil: 0 }
    case "Failed": {
      const { error } = outcome
      const refusal = error.reason === "signInAgain" ? { error, until: now + defaults.refusal } : undefined
      return { ...over, refusal, pausedUntil: now + defaults.pause }
    }
    case "Ended":
      return over
  }
}

/** Somebody does not wait any more. Answers whether the renewal is to be ended, because nobody else does. */
export const leave = (state: State, id: number): readonly [boolean, State] => {
  const { flight } = state
  if (flight?.id !== id) return [false, state]
  const waiters = flight.waiters - 1
  return waiters > 0 || flight.early
    ? [false, { ...state, flight: { ...flight, waiters } }]
    : [true, { ...state, flight: undefined }]
}

/**
 * Waiting for somebody to pick, as Google wants to be asked. Pure: what was seen, and what to do next.
 *
 * - The next question comes after `pollInterval`, as the last answer said it, and never after the time is over: then a last
 *   one is asked at its end.
 * - The time is over after `timeoutIn`, counted from the answer that told it (the last one that did), when the session
 *   itself ends, or after the time the caller gives, whatever comes first. Where Google says no end of the session it is a
 *   day. A `timeoutIn` of 0 is "stop"
 *   (https://developers.google.com/photos/picker/reference/rest/v1/sessions#PollingConfig).
 * - A question that fails as services fail for a while is asked again, five in a row at most: whoever picks takes longer than
 *   that. These five are Skippy's own.
 *
 * @module
 */

/** What is known while waiting. Times are in milliseconds since the epoch. */
export interface State {
  /** When the caller's time is over. */
  readonly own: number
  /** When Google's time is over, as it was told last. */
  readonly told: number
  /** When the session ends. */
  readonly end: number
  /** Between two questions. */
  readonly intervalMillis: number
  /** Questions in a row that failed. */
  readonly failures: number
}

/** What a question came to. */
export type Seen =
  | {
      readonly _tag: "Answer"
      readonly mediaItemsSet: boolean
      readonly pollMillis: number | undefined
      readonly timeoutMillis: number | undefined
      readonly expiresAt: number | undefined
    }
  /** It failed, and may work later: after `retryAfterMillis` at the earliest. */
  | { readonly _tag: "Trouble"; readonly retryAfterMillis: number }

/** What to do next. */
export type Decision =
  | { readonly _tag: "Picked" }
  /** Ask again after that time. */
  | { readonly _tag: "Wait"; readonly millis: number }
  /** Nobody has picked in time. */
  | { readonly _tag: "Over" }
  /** It has failed too often. */
  | { readonly _tag: "GiveUp" }

/** So many questions may fail in a row. */
export const maxFailures = 5

/** So long is waited for a session whose end Google does not say: Skippy's own. */
const longestMillis = 24 * 60 * 60_000

/** Begins to wait at a moment, for so long at most. */
export const begin = (now: number, timeoutMillis: number, intervalMillis: number): State => ({
  own: now + timeoutMillis,
  told: Infinity,
  end: now + longestMillis,
  intervalMillis,
  failures: 0
})

const after = (state: State, waitMillis: number, now: number): Decision => {
  const left = Math.min(state.own, state.told, state.end) - now
  return left <= 0 ? { _tag: "Over" } : { _tag: "Wait", millis: Math.min(waitMillis, left) }
}

/** What to do after something was seen at a moment. */
export const step = (state: State, seen: Seen, now: number): readonly [Decision, State] => {
  if (seen._tag === "Trouble") {
    const failures = state.failures + 1
    const next = { ...state, failures }
    const waitMillis = Math.max(state.intervalMillis, seen.retryAfterMillis)
    return [failures >= maxFailures ? { _tag: "GiveUp" } : after(next, waitMillis, now), next]
  }
  const next: State = {
    ...state,
    told: seen.timeoutMillis === undefined ? state.told : now + seen.timeoutMillis,
    end: seen.expiresAt ?? state.end,
    intervalMillis: seen.pollMillis ?? state.intervalMillis,
    failures: 0
  }
  return [seen.mediaItemsSet ? { _tag: "Picked" } : after(next, next.intervalMillis, now), next]
}

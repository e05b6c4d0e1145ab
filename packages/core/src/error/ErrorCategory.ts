/**
 * What kind of trouble an error is, separate from which error it is, so a caller can catch "anything throttled" across
 * providers and a policy can decide without knowing the provider.
 *
 * @module
 */
import { Cause, Duration, Predicate, Schema } from "effect"

/**
 * The categories every Skippy error carries in `category`.
 *
 * - `transient`: the service or the way to it is in trouble; the same call may work later.
 * - `throttled`: a quota was met; the same call works after `retryAfter`.
 * - `auth`: the credentials are missing, expired or lack a permission.
 * - `notFound`: the thing asked for does not exist.
 * - `invalid`: the request itself is wrong; repeating it is pointless.
 * - `conflict`: the request collides with the present state of the thing.
 * - `fatal`: final for another reason; neither repeating nor waiting helps.
 */
export const ErrorCategory = Schema.Literals([
  "transient",
  "throttled",
  "auth",
  "notFound",
  "invalid",
  "conflict",
  "fatal"
])

/** One of the seven categories. */
export type ErrorCategory = typeof ErrorCategory.Type

const categories: ReadonlySet<unknown> = new Set(ErrorCategory.literals)

const isCategory = (u: unknown): u is ErrorCategory => categories.has(u)

/**
 * The category of any error: its own `category` field when it has one, else `transient`, because an error nobody
 * described is most often an outage.
 *
 * @example
 * ```ts
 * import { categoryOf } from "@skippy/core"
 *
 * console.log(categoryOf({ category: "notFound" }), categoryOf(new Error("socket hang up")))
 * ```
 *
 * ```text
 * notFound transient
 * ```
 */
export const categoryOf = (error: unknown): ErrorCategory =>
  Predicate.hasProperty(error, "category") && isCategory(error.category) ? error.category : "transient"

/**
 * How long the service asked to be left alone, when the error says so in `retryAfter` (a `Duration`, or milliseconds).
 */
export const retryAfterOf = (error: unknown): Duration.Duration | undefined => {
  if (!Predicate.hasProperty(error, "retryAfter")) return undefined
  const hint = error.retryAfter
  if (Duration.isDuration(hint)) return hint
  return Predicate.isNumber(hint) && hint >= 0 ? Duration.millis(hint) : undefined
}

/** Which policy refused the call, when the error is a refusal of Skippy's own (`refusedBy` on the error). */
export const refusedBy = (error: unknown): string | undefined =>
  Predicate.hasProperty(error, "refusedBy") && Predicate.isString(error.refusedBy) ? error.refusedBy : undefined

/**
 * Whether it is certain that the service did not carry the request out: a policy refused it, the service throttled it,
 * or the error says `delivered: false` (not connected, for example). Only then may a call that is not idempotent be
 * repeated.
 */
export const certainlyNotCarriedOut = (error: unknown): boolean =>
  refusedBy(error) !== undefined ||
  categoryOf(error) === "throttled" ||
  (Predicate.hasProperty(error, "delivered") && error.delivered === false)

/** The first typed error of a cause, or the first defect, or `undefined` for an interruption. */
export const errorOfCause = (cause: Cause.Cause<unknown>): unknown => {
  for (const reason of cause.reasons) {
    if (reason._tag === "Fail") return reason.error
  }
  for (const reason of cause.reasons) {
    if (reason._tag === "Die") return reason.defect
  }
  return undefined
}

/** A short text for an error: its message, or its tag; never its fields, which may hold secrets. */
export const describeError = (error: unknown): string => {
  const tag = Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag) ? error._tag : undefined
  const message = Predicate.hasProperty(error, "message") && Predicate.isString(error.message) ? error.message : ""
  if (message !== "") return tag === undefined ? message : `${tag}: ${message}`
  return tag ?? (Predicate.isString(error) ? error : "unknown error")
}

/**
 * What a retry policy can be told, its defaults and its checks.
 *
 * @module
 */
import { Duration, Predicate, type Schedule } from "effect"
import { type ErrorCategory, categoryOf } from "../error/ErrorCategory.ts"
import { checkInteger, checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import * as Backoff from "./Backoff.ts"
import type { RetryBudget } from "./RetryBudget.ts"

/** How often, how soon and after which errors a call is repeated. */
export interface Options {
  /** Names the policy in events. */
  readonly name: string
  /** All attempts, the first included: 3 means at most two retries. Default 3. */
  readonly maxAttempts?: number | undefined
  /** The delays. Default: exponential, 1 s base, factor 2, at most 60 s, full jitter. Not together with `schedule`. */
  readonly backoff?: Backoff.Options | undefined
  /** Any schedule instead of `backoff`; its input is the error, and its end ends the retrying. */
  readonly schedule?: Schedule.Schedule<unknown> | undefined
  /** A delay for one error; replaces the scheduled one when it answers. `attempt` is the one that failed. */
  readonly delayFor?: ((error: unknown, attempt: number) => Duration.Input | undefined) | undefined
  /**
   * Which errors are worth another attempt: categories, or a predicate. Default `["transient", "throttled"]`. An error
   * with `retryable: false` never is.
   */
  readonly when?: ReadonlyArray<ErrorCategory> | ((error: unknown) => boolean) | undefined
  /**
   * The longest `retryAfter` that is obeyed. When the service asks for more, the call fails at once: waiting less would
   * break its word, waiting longer would hang the caller. Default 60 seconds.
   */
  readonly maxRetryAfter?: Duration.Input | undefined
  /**
   * Whether doing the work twice is the same as doing it once. Otherwise only failures that certainly were not carried
   * out are repeated. Default: what the call says (`CurrentCall.idempotent`), and `false` outside of one.
   */
  readonly idempotent?: boolean | undefined
  /** Shared by all retries and hedges of a service; a retry it does not allow is not made. */
  readonly budget?: RetryBudget | undefined
}

/** The defaults, in one place. */
export const defaults = {
  maxAttempts: 3,
  when: ["transient", "throttled"],
  maxRetryAfter: "60 seconds"
} as const satisfies { readonly when: ReadonlyArray<ErrorCategory>; readonly [option: string]: unknown }

/** Checked options. */
export interface Resolved {
  readonly name: string
  readonly maxAttempts: number
  readonly schedule: Schedule.Schedule<unknown>
  readonly delayFor: (error: unknown, attempt: number) => number | undefined
  readonly isRetryable: (error: unknown) => boolean
  readonly maxRetryAfterMillis: number
  readonly idempotent: boolean | undefined
  readonly budget: RetryBudget | undefined
}

const policy = "Retry"

const predicateOf = (when: Exclude<Options["when"], undefined>): ((error: unknown) => boolean) => {
  if (Predicate.isFunction(when)) return when
  const categories = new Set<ErrorCategory>(when)
  checkOption(categories.size > 0, policy, "when", "[]", `name at least one category, or set "maxAttempts" to 1`)
  return (error) => categories.has(categoryOf(error))
}

const forbidsRetry = (error: unknown): boolean => Predicate.hasProperty(error, "retryable") && error.retryable === false

/** Checks the options and fills in the defaults; throws `InvalidOptionError`. */
export const resolve = (options: Options): Resolved => {
  checkOption(
    options.schedule === undefined || options.backoff === undefined,
    policy,
    "schedule",
    "given together with backoff",
    "give one of them: a schedule replaces the back-off"
  )
  const wanted = predicateOf(options.when ?? defaults.when)
  const { delayFor } = options
  return {
    name: options.name,
    maxAttempts: checkInteger(policy, "maxAttempts", options.maxAttempts ?? defaults.maxAttempts, 1),
    schedule: options.schedule ?? Backoff.exponential(options.backoff),
    delayFor: (error, attempt) => {
      const delay = delayFor?.(error, attempt)
      return delay === undefined ? undefined : checkMillis(policy, "delayFor", delay)
    },
    isRetryable: (error) => !forbidsRetry(error) && wanted(error),
    maxRetryAfterMillis: checkMillis(policy, "maxRetryAfter", options.maxRetryAfter ?? defaults.maxRetryAfter),
    idempotent: options.idempotent,
    budget: options.budget
  }
}

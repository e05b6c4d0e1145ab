/**
 * Names combinations of policies that work against each other.
 *
 * Each option for itself is valid; together they do what nobody meant: a timeout the deadline never lets happen, retries
 * of many instances in step, a hedge that doubles a write.
 *
 * @module
 */
import { Duration, Schema } from "effect"
import { formatMillis } from "../error/Refusal.ts"
import * as Backoff from "../policy/Backoff.ts"
import { defaults as bulkheadDefaults } from "../policy/Bulkhead.ts"
import { defaults as breakerDefaults } from "../policy/CircuitBreakerOptions.ts"
import { defaults as retryDefaults } from "../policy/RetryOptions.ts"
import type { Policies } from "./PolicyConfig.ts"

/** One dangerous combination. */
export const Diagnostic = Schema.Struct({
  /** `error`: it cannot do what it says. `warning`: it does harm when things go wrong. */
  severity: Schema.Literals(["error", "warning"]),
  rule: Schema.String,
  message: Schema.String,
  fix: Schema.String
})
/** One dangerous combination. */
export type Diagnostic = typeof Diagnostic.Type

/** What lint looks at. */
export interface Subject {
  readonly config: Policies
  /** The operations of the service, and whether they are idempotent; those that were called, in a running program. */
  readonly operations?: ReadonlyMap<string, boolean> | undefined
}

interface Facts {
  readonly deadline: number
  readonly timeout: number
  readonly maxAttempts: number
  readonly retry: Policies["retry"]
  readonly config: Policies
  readonly notIdempotent: ReadonlyArray<string>
}

const millis = (duration: Duration.Duration | false | undefined, otherwise: Duration.Input = Infinity): number =>
  Duration.toMillis(duration === false || duration === undefined ? Duration.fromInputUnsafe(otherwise) : duration)

const factsOf = ({ config, operations }: Subject): Facts => ({
  deadline: millis(config.deadline),
  timeout: millis(config.timeout),
  maxAttempts: config.retry === false ? 1 : (config.retry.maxAttempts ?? retryDefaults.maxAttempts),
  retry: config.retry,
  config,
  notIdempotent: Array.from(operations ?? []).flatMap(([operation, idempotent]) => (idempotent ? [] : [operation]))
})

type Rule = (facts: Facts) => ReadonlyArray<Finding>

type Finding = Omit<Diagnostic, "rule">
const error = (message: string, fix: string): ReadonlyArray<Finding> => [{ severity: "error", message, fix }]
const warning = (message: string, fix: string): ReadonlyArray<Finding> => [{ severity: "warning", message, fix }]
const fine: ReadonlyArray<never> = []

type Waiting = Policies["rateLimit"] | Policies["bulkhead"]

/** The time limits of all ways through the service, with the place they stand in. */
const timesOf = ({ config, deadline, timeout }: Facts) => [
  { at: "", deadline, timeout },
  ...Object.entries(config.lanes).flatMap(([name, lane]) =>
    lane.timeout === undefined && lane.deadline === undefined
      ? []
      : [
          {
            at: `lanes.${name}.`,
            deadline: lane.deadline === undefined ? deadline : millis(lane.deadline),
            timeout: lane.timeout === undefined ? timeout : millis(lane.timeout)
          }
        ]
  )
]

/** What callers wait for, by the name it has in the configuration, and the deadline that is theirs. */
type Wait = readonly [where: string, part: Waiting, deadline: number]

const waitsOf = ({ config, deadline }: Facts): ReadonlyArray<Wait> => [
  ["rateLimit", config.rateLimit, deadline],
  ["bulkhead", config.bulkhead, deadline],
  ...Object.entries(config.lanes).flatMap(([name, lane]): ReadonlyArray<Wait> => {
    const own = lane.deadline === undefined ? deadline : millis(lane.deadline)
    return [
      [`lanes.${name}.rateLimit`, lane.rateLimit, own],
      [`lanes.${name}.bulkhead`, lane.bulkhead, own]
    ]
  })
]

const rules: Readonly<Record<string, Rule>> = {
  "no-time-limit": (facts) =>
    timesOf(facts).flatMap(({ at, deadline, timeout }) =>
      deadline === Infinity && timeout === Infinity
        ? error(
            "neither a timeout nor a deadline: a hanging service hangs every caller",
            `set "${at}timeout" or "${at}deadline"`
          )
        : fine
    ),
  "timeout-not-below-deadline": (facts) =>
    timesOf(facts).flatMap(({ at, deadline, timeout }) =>
      timeout !== Infinity && timeout >= deadline
        ? error(
            `the timeout (${formatMillis(timeout)}) is not shorter than the deadline (${formatMillis(deadline)}), so it never happens and nothing is retried`,
            `set "${at}timeout" to at most half of "${at}deadline"`
          )
        : fine
    ),
  "no-time-for-a-retry": ({ deadline, maxAttempts, retry, timeout }) => {
    if (retry === false || maxAttempts === 1 || timeout >= deadline) return fine
    const first = timeout + millis(retry.baseDelay, Backoff.defaults.base)
    return first >= deadline
      ? warning(
          `after one timeout (${formatMillis(timeout)}) and the first back-off no time of the deadline (${formatMillis(deadline)}) is left for a retry`,
          `lower "timeout" or "retry.baseDelay", or raise "deadline"`
        )
      : fine
  },
  "retry-without-jitter": ({ config, maxAttempts, retry }) =>
    retry !== false && maxAttempts > 1 && retry.jitter === "none" && config.rateLimit !== false
      ? warning(
          "retries without jitter on a shared quota: clients that failed together come back together",
          `set "retry.jitter" to "full"`
        )
      : fine,
  "repeats-without-budget": ({ config, maxAttempts }) =>
    config.budget === false && (maxAttempts > 1 || config.hedge !== false)
      ? warning(
          `no budget: during an outage ${maxAttempts} attempts for each call multiply the load`,
          `leave "budget" at its default`
        )
      : fine,
  "hedge-on-non-idempotent-call": ({ config, notIdempotent }) =>
    config.hedge !== false && notIdempotent.length > 0
      ? warning(
          `the service is hedged, but ${notIdempotent.join(", ")} ${notIdempotent.length === 1 ? "is" : "are"} not idempotent and will never be`,
          "mark calls that are safe to repeat with idempotent: true, or give the others a service of their own without a hedge"
        )
      : fine,
  "hedge-after-timeout": ({ config, timeout }) => {
    if (config.hedge === false || config.hedge.after === undefined) return fine
    const after = millis(config.hedge.after)
    return after >= timeout
      ? error(
          `the hedge waits ${formatMillis(after)}, but the attempt is over after ${formatMillis(timeout)}`,
          `set "hedge.after" well below "timeout", near the slowest normal answer`
        )
      : fine
  },
  "hedge-without-rule": ({ config }) =>
    config.hedge !== false && config.hedge.after !== undefined && config.hedge.quantile !== undefined
      ? error(`"hedge.after" and "hedge.quantile" exclude each other; the fixed delay wins`, "give one of them")
      : fine,
  "too-many-attempts": ({ maxAttempts }) =>
    maxAttempts > 10
      ? warning(
          `${maxAttempts} attempts: what failed ten times will most likely fail again, and the load is multiplied`,
          `set "retry.maxAttempts" to 3 to 5`
        )
      : fine,
  "wait-beyond-deadline": (facts) =>
    waitsOf(facts).flatMap(([where, part, deadline]) =>
      part !== false && part.maxWait !== undefined && millis(part.maxWait) >= deadline
        ? warning(
            `a wait of ${formatMillis(millis(part.maxWait))} can use up the whole deadline (${formatMillis(deadline)})`,
            `set "${where}.maxWait" below "deadline"`
          )
        : fine
    ),
  "lane-holds-the-bulkhead": ({ config }) => {
    if (config.bulkhead === false) return fine
    const all = config.bulkhead.concurrency ?? bulkheadDefaults.concurrency
    return Object.entries(config.lanes).flatMap(([name, { bulkhead, rateLimit }]) => {
      const own = bulkhead === false ? Infinity : (bulkhead.concurrency ?? bulkheadDefaults.concurrency)
      return rateLimit !== false && own >= all
        ? warning(
            `calls that wait for the pace of lane "${name}" can hold all ${all} permits of the service`,
            `set "lanes.${name}.bulkhead.concurrency" below ${all}`
          )
        : fine
    })
  },
  "one-call-opens-circuit": ({ config, maxAttempts }) => {
    if (config.circuitBreaker === false) return fine
    const failures = config.circuitBreaker.consecutiveFailures ?? breakerDefaults.consecutiveFailures
    return failures !== false && failures < maxAttempts
      ? warning(
          `the circuit opens after ${failures} failed attempts, but a single call makes up to ${maxAttempts}`,
          `set "circuitBreaker.consecutiveFailures" to at least ${maxAttempts}`
        )
      : fine
  },
  "probe-reclaimed-early": ({ config, deadline, timeout }) => {
    if (config.circuitBreaker === false) return fine
    const probe = millis(config.circuitBreaker.probeTimeout, breakerDefaults.probeTimeout)
    const longest = Math.min(timeout, deadline)
    return probe < longest
      ? warning(
          `a probe loses its slot after ${formatMillis(probe)}, but an attempt may take ${longest === Infinity ? "for ever" : formatMillis(longest)}`,
          `set "circuitBreaker.probeTimeout" to at least "timeout"`
        )
      : fine
  },
  "retry-after-beyond-deadline": ({ deadline, maxAttempts, retry }) =>
    retry !== false && maxAttempts > 1 && retry.maxRetryAfter !== undefined && millis(retry.maxRetryAfter) >= deadline
      ? warning(
          `a Retry-After of up to ${formatMillis(millis(retry.maxRetryAfter))} is obeyed, but the deadline is ${formatMillis(deadline)}`,
          `set "retry.maxRetryAfter" below "deadline"`
        )
      : fine
}

/** The names of all rules. */
export const ruleNames: ReadonlyArray<string> = Object.keys(rules)

/** All dangerous combinations of a service, errors first. */
export const lint = (subject: Subject): ReadonlyArray<Diagnostic> => {
  const facts = factsOf(subject)
  const all = Object.entries(rules).flatMap(([rule, check]) =>
    check(facts).map(({ fix, message, severity }): Diagnostic => ({ severity, rule, message, fix }))
  )
  return all.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"))
}

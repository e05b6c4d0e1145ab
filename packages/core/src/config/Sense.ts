/**
 * Names values that can be read, but make no sense, alone or together.
 *
 * @module
 */
import { Duration } from "effect"
import type { ServiceName } from "../pipeline/Catalog.ts"
import type { Problem } from "./Problem.ts"
import { type Key, type KeyOf, serviceNames } from "./Settings.ts"
import { durationText, valueText } from "./SettingText.ts"
import { durationAt, isSet, numberAt, originText, type Values } from "./Values.ts"

/** More attempts than this hardly ever help. */
export const manyAttempts = 10

const none: ReadonlyArray<Problem> = []

const warning = (values: Values, key: Key, problem: string, fix: string): ReadonlyArray<Problem> => {
  const settled = values.get(key)
  if (settled === undefined) return none
  const origin = originText(settled.origin)
  return [{ severity: "warning", key, value: valueText(settled.value), origin, problem, fix }]
}

interface Pair {
  readonly one: KeyOf<"duration">
  readonly other: KeyOf<"duration">
  readonly isDoubtful: (one: Duration.Duration, other: Duration.Duration) => boolean
  readonly problem: (one: string, other: string) => string
  readonly fix: string
}

/** Two durations that somebody set so that they work against each other; told at the one that was set. */
const pair = (values: Values, { fix, isDoubtful, one, other, problem }: Pair): ReadonlyArray<Problem> => {
  const first = durationAt(values, one)
  const second = durationAt(values, other)
  if (first === undefined || second === undefined || !isDoubtful(first, second)) return none
  const key = isSet(values, one) ? one : other
  return warning(values, key, problem(durationText(first), durationText(second)), fix)
}

const attempts = (values: Values, key: KeyOf<"integer">): ReadonlyArray<Problem> =>
  (numberAt(values, key) ?? 1) > manyAttempts
    ? warning(
        values,
        key,
        "what failed ten times will most likely fail again, and the load is multiplied",
        "give 3 to 5 attempts"
      )
    : none

const ofService = (values: Values, service: ServiceName): ReadonlyArray<Problem> => {
  const inherited = values.get(`${service}.max_attempts`) === values.get("retry.max_attempts")
  return [
    // What is inherited is told once, where it is set.
    ...(inherited ? none : attempts(values, `${service}.max_attempts`)),
    ...pair(values, {
      one: `${service}.deadline`,
      other: `${service}.timeout`,
      isDoubtful: Duration.isLessThan,
      problem: (deadline, timeout) =>
        `the deadline of the whole call (${deadline}) is shorter than one attempt may take (${timeout})`,
      fix: `make ${service}.timeout at most half of ${service}.deadline`
    }),
    ...pair(values, {
      one: `${service}.base_delay`,
      other: `${service}.deadline`,
      isDoubtful: Duration.isGreaterThanOrEqualTo,
      problem: (delay, deadline) =>
        `the wait before the second attempt (${delay}) uses up the deadline (${deadline}), so nothing is retried`,
      fix: `make ${service}.base_delay a small part of ${service}.deadline`
    }),
    ...pair(values, {
      one: `${service}.circuit_breaker_timeout`,
      other: `${service}.timeout`,
      isDoubtful: Duration.isLessThan,
      problem: (open, timeout) =>
        `the circuit is open for ${open}, shorter than one attempt may take (${timeout}), so it spares nobody`,
      fix: `make ${service}.circuit_breaker_timeout longer than ${service}.timeout`
    })
  ]
}

const mail = (values: Values): ReadonlyArray<Problem> => {
  const server = isSet(values, "alerts.smtp_url")
  const to = isSet(values, "alerts.email_to")
  if (server === to) return none
  return server
    ? warning(values, "alerts.smtp_url", "there is a mail server, but nobody to write to", "set alerts.email_to too")
    : warning(values, "alerts.email_to", "there is nobody who delivers the mail", "set alerts.smtp_url too")
}

/** All that makes no sense, as warnings. */
export const doubts = (values: Values): ReadonlyArray<Problem> => [
  ...attempts(values, "retry.max_attempts"),
  ...serviceNames.flatMap((service) => ofService(values, service)),
  ...mail(values)
]

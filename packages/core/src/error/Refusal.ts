/**
 * What the refusals of all policies share: they name the policy, say why, never reached the service, and cost no stack
 * trace, because a refusal is an everyday answer that must stay cheap while a service is down.
 *
 * @module
 */
import { Schema } from "effect"

/** V8 and JavaScriptCore read this; elsewhere it is a plain property nobody reads. */
const stackControl: ErrorConstructor & { stackTraceLimit?: number } = Error

/**
 * Builds an error without capturing a stack. A stack trace of a refusal points at Skippy, never at a fault, and costs
 * more than the whole decision.
 */
export const withoutStack = <E>(make: () => E): E => {
  const limit = stackControl.stackTraceLimit
  if (limit === undefined) return make()
  stackControl.stackTraceLimit = 0
  try {
    return make()
  } finally {
    stackControl.stackTraceLimit = limit
  }
}

/** The field all refusals have. */
export const requestField = {
  /** The call that was refused; absent outside of a pipeline. */
  requestId: Schema.optionalKey(Schema.String)
}

/** `12 s`, `1.5 s`, `250 ms`: a wait as a person would write it. */
export const formatMillis = (millis: number): string =>
  millis < 1000 ? `${Math.ceil(millis)} ms` : `${Math.ceil(millis / 100) / 10} s`

/** How a message names the call it belongs to: what to look for in journal, traces and logs. */
export const inRequest = (requestId: string | undefined): string => (requestId === undefined ? "" : ` [${requestId}]`)

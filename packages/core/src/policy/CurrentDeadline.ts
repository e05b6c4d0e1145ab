/**
 * What is left of the time of a call: a wait that cannot fit is not started.
 *
 * @module
 */
import { Context, type Fiber } from "effect"
import { CallScope } from "../event/CurrentCall.ts"
import { nowOf } from "../store/Now.ts"

/** The moment this fiber's call has to be over, in milliseconds since the epoch; `Infinity` without a deadline. */
export const deadlineOf = (fiber: Fiber.Fiber<unknown, unknown>): number => fiber.getRef(CallScope).deadline

/** Milliseconds left for this fiber; never negative, `Infinity` without a deadline. */
export const remainingMillis = (fiber: Fiber.Fiber<unknown, unknown>): number => {
  const deadline = deadlineOf(fiber)
  return deadline === Infinity ? Infinity : Math.max(0, deadline - nowOf(fiber))
}

/** The same context with another deadline. */
export const withDeadline = <R>(context: Context.Context<R>, deadline: number): Context.Context<R> =>
  Context.add(context, CallScope, { call: Context.get(context, CallScope).call, deadline })

/**
 * The moment by which the call has to be over, visible to all that is inside of it: a wait that cannot fit is not
 * started.
 *
 * @module
 */
import { Context, type Fiber } from "effect"
import { nowOf } from "../store/Now.ts"

/** The deadline of this fiber in milliseconds since the epoch; `Infinity` without one. */
export const CurrentDeadline: Context.Reference<number> = Context.Reference<number>(
  "@skippy/core/policy/CurrentDeadline",
  { defaultValue: () => Infinity }
)

/** Milliseconds left for this fiber; never negative, `Infinity` without a deadline. */
export const remainingMillis = (fiber: Fiber.Fiber<unknown, unknown>): number => {
  const deadline = fiber.getRef(CurrentDeadline)
  return deadline === Infinity ? Infinity : Math.max(0, deadline - nowOf(fiber))
}

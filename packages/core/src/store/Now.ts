/**
 * The time, as the fiber that asks sees it.
 *
 * @module
 */
import { Clock, type Fiber } from "effect"

/** Milliseconds since the epoch by the fiber's `Clock`. */
export const nowOf = (fiber: Fiber.Fiber<unknown, unknown>): number =>
  fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()

/**
 * Tells a client how far a call is, when it asked for that.
 *
 * @module
 */
import { Clock, Effect, Predicate } from "effect"
import type { McpSchema, McpServer } from "effect/ai"
import type { Done } from "./Tool.ts"

/** How often a client is told at most. The end is always told. */
export const everyMillis = 50

/** What was told last. */
export interface Told {
  readonly at: number
  readonly progress: number
}

/** Before anything was told. */
export const nothingTold: Told = { at: Number.NEGATIVE_INFINITY, progress: Number.NEGATIVE_INFINITY }

/** Whether this is told: more than before, as the protocol asks, and not too soon after it unless it is the end. Pure. */
export const isDue = (told: Told, { progress, total }: Done, now: number): boolean =>
  Number.isFinite(progress) && progress > told.progress && (progress === total || now - told.at >= everyMillis)

type Context = McpSchema.McpRequestContext["Service"]
type Notifications = McpServer.McpServer["Service"]["notifications"]

const tokenOf = ({ requestMetadata }: Context): string | number | undefined => {
  if (!Predicate.hasProperty(requestMetadata, "progressToken")) return undefined
  const { progressToken } = requestMetadata
  return Predicate.isString(progressToken) || Predicate.isNumber(progressToken) ? progressToken : undefined
}

/** Of one call. A client that reads slowly slows the work: nothing is kept for it. */
export const make = (
  notifications: Notifications,
  context: Context
): ((done: Done) => Effect.Effect<void, never, McpSchema.McpRequestContext>) => {
  const progressToken = tokenOf(context)
  if (progressToken === undefined) return () => Effect.void
  let told = nothingTold
  return (done) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      if (!isDue(told, done, at)) return Effect.void
      told = { at, progress: done.progress }
      return notifications["notifications/progress"]({ progressToken, ...done })
    })
}

/**
 * Something that goes around every call and every attempt, such as a tracer's span. The pipeline knows only this door;
 * what stands behind it is the business of `observe`.
 *
 * @module
 */
import { Context, type Effect } from "effect"
import type { CurrentCall } from "./CurrentCall.ts"

/** What goes around calls and attempts. It must not change their results. */
export interface CallObserver {
  readonly call: <A, E, R>(effect: Effect.Effect<A, E, R>, call: CurrentCall) => Effect.Effect<A, E, R>
  /** `call.attempt` is the number of the attempt. */
  readonly attempt: <A, E, R>(effect: Effect.Effect<A, E, R>, call: CurrentCall) => Effect.Effect<A, E, R>
}

/** The observer pipelines are made with; none by default, which costs nothing. */
export const CallObserver: Context.Reference<CallObserver | undefined> = Context.Reference<CallObserver | undefined>(
  "@skippy/core/event/CallObserver",
  { defaultValue: () => undefined }
)

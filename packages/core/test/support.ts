/** What several tests share. */
import { Cause, Effect, Exit } from "effect"

/** The message of the defect an effect dies with. */
export const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isSuccess(exit)) return "succeeded"
    const defect = exit.cause.reasons.find(Cause.isDieReason)
    return defect === undefined ? "no defect" : String(defect.defect)
  })

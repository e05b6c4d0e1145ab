/**
 * Everything Skippy offers. It brings all services with it, so it is loaded when it is needed.
 *
 * @module
 */
import { Effect } from "effect"
import type { UsageError } from "../output/Failure.ts"
import type { Offer } from "./Register.ts"
import { resources, resourceTemplates } from "./resources/resilience.ts"
import { select, type Selection } from "./Selection.ts"
import { tools } from "./tools/index.ts"

export { register } from "./Register.ts"

/** What is offered of it. Resources change nothing and are few: they are always there. */
export const offerOf = (selection: Selection, confirms: boolean): Effect.Effect<Offer, UsageError> =>
  Effect.map(Effect.fromResult(select(tools, selection)), (chosen) => ({
    tools: chosen,
    resources,
    resourceTemplates,
    confirms
  }))

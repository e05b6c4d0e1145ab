/**
 * `skippy limit`.
 *
 * @module
 */
import { Snapshot } from "@skippy/core"
import { Effect, Schema } from "effect"
import { type Form } from "../output/Output.ts"
import { table } from "../output/Style.ts"
import { answering } from "./Operation.ts"
import { limiterText } from "./pictures.ts"
import { summaries } from "./summaries.ts"

const Limit = Schema.Struct({ service: Schema.String, limiter: Snapshot.ServicePicture.fields.limiter })
type Limit = typeof Limit.Type

const form: Form<ReadonlyArray<Limit>, ReadonlyArray<Limit>> = {
  schema: Schema.Array(Limit),
  text: (all) =>
    table(all.map(({ limiter, service }) => [service, limiter === undefined ? "no limit" : limiterText(limiter)]))
}

/** `skippy limit`. */
export const limit = answering(
  "limit",
  {
    summary: summaries.limit,
    more: "Limits are those of all commands of the same folder.",
    examples: [["limit", "calls that can be made now"]]
  },
  {},
  form,
  (_, { snapshot }) =>
    Effect.map(snapshot, ({ services }) =>
      services.flatMap(({ limiter, service }) => (limiter === undefined ? [] : [{ service, limiter }]))
    )
)

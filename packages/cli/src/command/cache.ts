/**
 * `skippy cache`.
 *
 * @module
 */
import { Snapshot } from "@skippy/core"
import { Effect, Schema } from "effect"
import { Flag } from "effect/cli"
import { type Form } from "../output/Output.ts"
import { count, table } from "../output/Style.ts"
import { forget, Forgotten, forgottenText } from "./caches.ts"
import { answering, group, maybeArgument } from "./Operation.ts"
import { summaries } from "./summaries.ts"

const Kept = Schema.Struct({
  service: Schema.String,
  /** How many answers are kept. */
  size: Snapshot.ServicePicture.fields.cache.schema.fields.size
})
type Kept = typeof Kept.Type

const form: Form<ReadonlyArray<Kept>, ReadonlyArray<Kept>> = {
  schema: Schema.Array(Kept),
  text: (all) => table(all.map(({ service, size }) => [service, count(size, "answer")]))
}

const stats = answering(
  "stats",
  {
    summary: "Show how many answers are kept for each service",
    examples: [["cache stats", "those of earlier commands of the same folder included"]]
  },
  {},
  form,
  (_, { snapshot }) =>
    Effect.map(snapshot, ({ services }) =>
      services.flatMap(({ cache, service }) => (cache === undefined ? [] : [{ service, size: cache.size }]))
    )
)

const clear = answering(
  "clear",
  {
    summary: "Forget answers that are kept",
    more: "They are asked for anew; nothing else is lost.",
    examples: [
      ["cache clear", "of all services"],
      ["cache clear github --pattern 'listPullRequests*'", "of one service, some of them"]
    ]
  },
  {
    service: maybeArgument("service", "All services without one"),
    pattern: Flag.String("pattern").pipe(
      Flag.withDefault("*"),
      Flag.withMetavar("TEXT"),
      Flag.withDescription("Which ones: * stands for anything; the operation comes first")
    )
  },
  {
    schema: Schema.Array(Forgotten),
    text: forgottenText
  },
  ({ pattern, service }, world) => forget(world, pattern, service)
)

/** `skippy cache`. */
export const cache = group("cache", summaries.cache, [stats, clear])

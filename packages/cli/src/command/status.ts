/**
 * `skippy status`.
 *
 * @module
 */
import { Snapshot } from "@skippy/core"
import { Effect } from "effect"
import { marked, oneLine, table } from "../output/Style.ts"
import { answering } from "./Operation.ts"
import { circuitCell, limiterText } from "./pictures.ts"
import { summaries } from "./summaries.ts"

/** `skippy status`. */
export const status = answering(
  "status",
  {
    summary: summaries.status,
    more: "Circuits, limits and what is kept are those of all commands of the same folder.",
    examples: [
      ["status", "a line for each service"],
      ["status --json", "everything that is known"]
    ]
  },
  {},
  {
    schema: Snapshot.Snapshot,
    text: ({ recommendations, services }, style) =>
      [
        table(
          services.map(({ cache, circuit, limiter, service }) => [
            service,
            circuit === undefined ? "no circuit" : circuitCell(circuit, style),
            limiter === undefined ? "no limit" : limiterText(limiter),
            cache === undefined ? "" : `${cache.size} kept`
          ])
        ),
        ...services.flatMap(({ partitions = [], service }) =>
          partitions.map(
            ({ circuit, partition }) => `${service} ${oneLine(partition)}: ${marked(circuitCell(circuit, style))}`
          )
        ),
        ...recommendations.map(({ text }) => style.poor(`→ ${oneLine(text)}`))
      ].join("\n")
  },
  // Its advice is that of health.
  (_, { health, snapshot }) => Effect.andThen(health, snapshot)
)

/**
 * `skippy policy`.
 *
 * @module
 */
import { Lint } from "@skippy/core"
import { Effect, Schema } from "effect"
import { answering, argument, group } from "./Operation.ts"
import { summaries } from "./summaries.ts"

const Explanation = Schema.Struct({
  service: Schema.String,
  /** A line for each stage, the outermost first. */
  stages: Schema.Array(Schema.String),
  /** Combinations of policies that work against each other. */
  diagnostics: Schema.Array(Lint.Diagnostic)
})

const explain = answering(
  "explain",
  {
    summary: "Show what a call to a service goes through, and what of it works against each other",
    examples: [
      ["policy explain google-drive", "retries, limits, circuit, timeouts"],
      ["policy explain github --set github.max_attempts=1", "with another setting"]
    ]
  },
  { service: argument("service", "google-drive, google-photos, github, pexels or http") },
  {
    schema: Explanation,
    text: ({ diagnostics, stages }, style) =>
      [
        ...stages,
        ...diagnostics.map(
          ({ fix, message, severity }) =>
            `${severity === "error" ? style.bad(severity) : style.poor(severity)} ${message}; ${fix}`
        )
      ].join("\n")
  },
  ({ service }, { resilience }) =>
    Effect.gen(function* () {
      const { describe, lint } = yield* resilience
      return {
        service,
        stages: (yield* describe(service)).split("\n"),
        diagnostics: yield* lint(service)
      }
    })
)

/** `skippy policy`. */
export const policy = group("policy", summaries.policy, [explain])

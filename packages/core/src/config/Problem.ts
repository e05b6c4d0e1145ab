/**
 * What is wrong with a configuration, with the place it comes from and what to do.
 *
 * @module
 */
import { Schema } from "effect"

/** One thing that is wrong. */
export const Problem = Schema.Struct({
  /** `error`: the program cannot start with it. `warning`: it can, but hardly as meant. */
  severity: Schema.Literals(["error", "warning"]),
  /** The setting, or the name that is none. */
  key: Schema.String,
  /** What was given, as text; `<redacted>` for secrets, and for names that are no setting. */
  value: Schema.String,
  /** `environment SKIPPY_RETRY_MAX_ATTEMPTS` or `skippy.toml: retry.max_attempts`. */
  origin: Schema.String,
  problem: Schema.String,
  fix: Schema.String
})
/** One thing that is wrong. */
export type Problem = typeof Problem.Type

/** One line for a problem. */
export const problemLine = ({ fix, key, origin, problem, value }: Problem): string => {
  const given = value === "" ? key : `${key} is ${value}`
  return `${given} (${origin}): ${problem}; ${fix}`
}

/** Errors before warnings, else in their order. */
export const errorsFirst = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> =>
  problems.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"))

/**
 * What people read of a configuration.
 *
 * @module
 */
import type { Configuration } from "@skippy/core"
import { oneLine, type Style } from "../output/Style.ts"

/** A line for each problem, with what to do. */
export const problemsText = (all: ReadonlyArray<Configuration.Problem>, style: Style): string =>
  all.length === 0
    ? style.good("the configuration is fine")
    : all
        .map(({ fix, key, origin, problem, severity, value }) => {
          const mark = severity === "error" ? style.bad("error") : style.poor("warning")
          return `${mark} ${oneLine(`${key}${value === "" ? "" : ` is ${value}`} (${origin}): ${problem}; ${fix}`)}`
        })
        .join("\n")

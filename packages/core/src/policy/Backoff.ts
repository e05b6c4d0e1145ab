/**
 * Delays that grow, as schedules: exponential with a cap and four kinds of jitter. They serve the retry policy, the open
 * time of circuits, and anything else that takes a `Schedule`.
 *
 * @example
 * ```ts
 * import { Backoff } from "@skippy/core"
 * import { Duration, Effect, Schedule } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const step = yield* Schedule.toStep(Backoff.exponential({ base: "1 second", max: "5 seconds", jitter: "none" }))
 *   for (let n = 0; n < 4; n++) {
 *     const [, delay] = yield* step(0, undefined)
 *     console.log(Duration.format(delay))
 *   }
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 1s
 * 2s
 * 4s
 * 5s
 * ```
 *
 * @module
 */
import { Duration, Effect, Random, Schedule } from "effect"
import { checkMillis, checkNumber } from "../error/InvalidOptionError.ts"

/**
 * How chance spreads a delay `d`, so that clients that failed together do not return together. `none`: d. `full`: from 0
 * to d. `equal`: from d/2 to d. `decorrelated`: from the base to three times the delay before.
 *
 * The names and formulas are those of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 */
export type Jitter = "none" | "full" | "equal" | "decorrelated"

/** An exponential delay. */
export interface Options {
  /** The delay before the first retry, before jitter. Default 1 second. */
  readonly base?: Duration.Input | undefined
  /** What each delay is multiplied by for the next; at least 1. Default 2. */
  readonly factor?: number | undefined
  /** No delay is longer. Default 60 seconds. */
  readonly max?: Duration.Input | undefined
  /** Default `full`. With `decorrelated` the factor is not used. */
  readonly jitter?: Jitter | undefined
}

/** The defaults, in one place. */
export const defaults = { base: "1 second", factor: 2, max: "60 seconds", jitter: "full" } as const

const decorrelated = (base: number, max: number): Schedule.Schedule<Duration.Duration> =>
  Schedule.fromStep(
    Effect.sync(() => {
      let previous = base
      return () =>
        Effect.map(Random.next, (chance): [Duration.Duration, Duration.Duration] => {
          previous = Math.min(max, base + chance * (previous * 3 - base))
          const delay = Duration.millis(previous)
          return [delay, delay]
        })
    })
  )

/** An endless schedule of growing delays. */
export const exponential = (options: Options = {}): Schedule.Schedule<Duration.Duration> => {
  const base = checkMillis("Backoff", "base", options.base ?? defaults.base, 0)
  const max = checkMillis("Backoff", "max", options.max ?? defaults.max, 0)
  const factor = checkNumber("Backoff", "factor", options.factor ?? defaults.factor, 1)
  const jitter = options.jitter ?? defaults.jitter
  if (jitter === "decorrelated") return decorrelated(Math.min(base, max), max)
  const spread = (millis: number): Effect.Effect<Duration.Input> => {
    switch (jitter) {
      case "none":
        return Effect.succeed(millis)
      case "full":
        return Effect.map(Random.next, (chance) => chance * millis)
      case "equal":
        return Effect.map(Random.next, (chance) => millis / 2 + (chance * millis) / 2)
    }
  }
  return Schedule.modifyDelay(Schedule.exponential(base, factor), ({ duration }) =>
    spread(Math.min(max, Duration.toMillis(duration)))
  )
}

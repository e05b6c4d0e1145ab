/**
 * The configuration of a program: every setting with its value and where it comes from.
 *
 * The strongest source decides: flag, environment, project file (`skippy.toml`), user file, default. A wrong value stops
 * the program at its start with one error that names everything that is wrong; `validate` tells the same, and the
 * warnings, without stopping.
 *
 * @example
 * ```ts
 * import { Configuration, Resilience } from "@skippy/core"
 * import { Effect, FileSystem, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const configuration = yield* Configuration.Configuration
 *   console.log(configuration.get("github.token"), configuration.get("retry.max_attempts"))
 *   const resilience = yield* Resilience
 *   console.log((yield* resilience.describe("github")).includes("5 attempts"))
 * })
 *
 * const configuration = Configuration.layer({
 *   environment: { SKIPPY_GITHUB_TOKEN: "ghp_example", SKIPPY_RETRY_MAX_ATTEMPTS: "5" }
 * })
 * const resilience = Layer.unwrap(
 *   Effect.map(Configuration.Configuration, ({ services }) => Resilience.layer({ services }))
 * )
 *
 * // A real program provides the file system of its platform.
 * const layer = resilience.pipe(Layer.provideMerge(configuration), Layer.provide(FileSystem.layerNoop({})))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * <redacted> 5
 * true
 * ```
 *
 * @module
 */
import { Context, type Duration, Effect, type FileSystem, Layer, type Redacted, Schema } from "effect"
import type { AlertLevel } from "../event/ResilienceEvent.ts"
import type { PolicyConfigInput } from "../pipeline/PolicyConfig.ts"
import * as Away from "../store/away/Away.ts"
import { errorsFirst, Problem, problemLine } from "./Problem.ts"
import { servicePolicies } from "./ServicePolicies.ts"
import type { Setting, Value } from "./Setting.ts"
import { type Key, type KeyOf, settings } from "./Settings.ts"
import { valueText } from "./SettingText.ts"
import * as Sources from "./Sources.ts"
import { resolve, type Resolution } from "./Validation.ts"
import { originText, type Values } from "./Values.ts"

export { Problem } from "./Problem.ts"
export type { Setting } from "./Setting.ts"
export { defaults } from "./Sources.ts"
export type { Options } from "./Sources.ts"

/** A configuration the program cannot start with, with everything that is wrong with it. */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>()("ConfigurationError", {
  /** Errors first, then warnings; the message names the errors. */
  problems: Schema.Array(Problem)
}) {
  readonly category = "invalid"

  override get message(): string {
    const errors = this.problems.filter(({ severity }) => severity === "error")
    return `the configuration cannot work:\n${errors.map((problem) => `  ${problemLine(problem)}`).join("\n")}`
  }
}

/** A setting as it is now. */
export interface Line {
  readonly setting: Setting
  /** As text, `<redacted>` for a secret; `undefined` when it is not set. */
  readonly value: string | undefined
  /** `environment SKIPPY_PATH`, `skippy.toml: path`, `default`. */
  readonly origin: string
}

/** Answers the value of a setting; `undefined` when it is not set and has no default. */
export interface Get {
  (key: "path"): string
  (key: "alerts.level"): AlertLevel
  (key: "retry.max_attempts"): number
  (key: "retry.base_delay"): Duration.Duration
  (key: KeyOf<"secret">): Redacted.Redacted | undefined
  (key: KeyOf<"duration">): Duration.Duration | undefined
  (key: KeyOf<"integer">): number | undefined
  (key: KeyOf<"text" | "url">): string | undefined
}

/** The configuration of a program. */
export interface Shape {
  /** The folder of everything that survives the program. */
  readonly path: string
  /** What is set for the services of the catalog, for `Resilience.layer({ services })`. */
  readonly services: Readonly<Record<string, PolicyConfigInput>>
  /** What is set for a shared store that is away, for the layer of that store. */
  readonly store: Away.AwayOptions
  readonly get: Get
  /** All settings, in their order. */
  readonly list: ReadonlyArray<Line>
  /** The warnings: with an error there is no configuration. */
  readonly problems: ReadonlyArray<Problem>
}

const lineOf = (values: Values, setting: Setting): Line => {
  const settled = values.get(setting.key)
  return settled === undefined
    ? { setting, value: undefined, origin: "default" }
    : { setting, value: valueText(settled.value), origin: originText(settled.origin) }
}

const isWhenAway = Schema.is(Away.WhenAway)

const shapeOf = ({ problems, values }: Resolution): Shape => {
  function get(key: "path"): string
  function get(key: "alerts.level"): AlertLevel
  function get(key: "retry.max_attempts"): number
  function get(key: "retry.base_delay"): Duration.Duration
  function get(key: KeyOf<"secret">): Redacted.Redacted | undefined
  function get(key: KeyOf<"duration">): Duration.Duration | undefined
  function get(key: KeyOf<"integer">): number | undefined
  function get(key: KeyOf<"text" | "url">): string | undefined
  function get(key: Key): Value | undefined {
    return values.get(key)?.value
  }
  const whenAway = get("store.when_away")
  return {
    path: get("path"),
    services: servicePolicies(values),
    store: { whenAway: isWhenAway(whenAway) ? whenAway : undefined, timeout: get("store.timeout") },
    get,
    list: settings.map((setting) => lineOf(values, setting)),
    problems
  }
}

/** The configuration of this program. */
export class Configuration extends Context.Service<Configuration, Shape>()("@skippy/core/config/Configuration") {}

const load = (options: Sources.Options) =>
  Effect.map(Sources.read(options), (reading): Resolution => {
    const { problems, values } = resolve(reading.sources)
    return { values, problems: errorsFirst([...reading.problems, ...problems]) }
  })

/** Everything that is wrong with the configuration, errors first; fails never. */
export const validate = (
  options: Sources.Options = {}
): Effect.Effect<ReadonlyArray<Problem>, never, FileSystem.FileSystem> =>
  Effect.map(load(options), ({ problems }) => problems)

/** Reads the configuration once; with any error in it there is none, but one `ConfigurationError` with all of them. */
export const layer = (
  options: Sources.Options = {}
): Layer.Layer<Configuration, ConfigurationError, FileSystem.FileSystem> =>
  Layer.effect(
    Configuration,
    Effect.flatMap(load(options), (resolution) =>
      resolution.problems.some(({ severity }) => severity === "error")
        ? Effect.fail(new ConfigurationError({ problems: resolution.problems }))
        : Effect.succeed(shapeOf(resolution))
    )
  )

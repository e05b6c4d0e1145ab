/**
 * Where everything is, and the configuration that says so.
 *
 * Flags are over the environment, that over `skippy.toml` in the working directory, that over the user's file in
 * `XDG_CONFIG_HOME`. The folder of everything is `path` of these, else `skippy` in `XDG_STATE_HOME`.
 *
 * @module
 */
import { homedir } from "node:os"
import { join, resolve } from "node:path"
import { Configuration } from "@skippy/core"
import { Files } from "@skippy/http/authoring"
import { Effect, Layer } from "effect"
import type { Lifetime, Places, WorldOptions } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import { environment } from "./Environment.ts"

/** What a world stands on. */
export interface Settled {
  readonly places: Places
  readonly configuration: Configuration.Shape
  readonly lifetime: Lifetime
  /** From which the configuration was read. */
  readonly sources: Configuration.Options
}

const isSet = (text: string | undefined): text is string => text !== undefined && text.trim() !== ""

/** A folder of the XDG specification (https://specifications.freedesktop.org/basedir-spec/latest/); relative ones do not count. */
const xdg = (variable: string, otherwise: ReadonlyArray<string>): string => {
  const given = process.env[variable]
  return isSet(given) && given.startsWith("/") ? given : join(homedir(), ...otherwise)
}

/** The settings of the project, in the working directory. */
export const projectFile = "skippy.toml"

/** The user's own settings. */
export const userFile = (): string => join(xdg("XDG_CONFIG_HOME", [".config"]), "skippy", "skippy.toml")

/** Where settings are read from. */
export const sourcesOf = ({ path, settings }: WorldOptions): Configuration.Options => ({
  flags: { ...settings, ...(path === undefined ? {} : { path }) },
  environment: environment(),
  projectFile,
  userFile: userFile()
})

const placesOf = (
  { list, path }: Configuration.Shape,
  { path: flag, sandbox }: WorldOptions
): Pick<Places, "origin" | "path"> => {
  const line = list.find(({ setting }) => setting.key === "path")
  const [folder, origin] =
    line?.origin === "default"
      ? [join(xdg("XDG_STATE_HOME", [".local", "state"]), "skippy"), "default (XDG_STATE_HOME)"]
      : [resolve(path), flag === undefined ? (line?.origin ?? "") : "flag --path"]
  return { path: sandbox ? join(folder, "sandbox") : folder, origin }
}

/** Reads the configuration once, and settles where everything is. */
export const settle = (options: WorldOptions): Effect.Effect<Settled, AnyFailure> =>
  Effect.gen(function* () {
    const sources = sourcesOf(options)
    const configuration = yield* Effect.provide(Configuration.Configuration, Configuration.layer(sources))
    return {
      sources,
      configuration,
      lifetime: options.lifetime,
      places: {
        ...placesOf(configuration, options),
        isSandbox: options.sandbox
      }
    }
  }).pipe(Effect.provide(Files.layer))

/** Everything that is wrong with the configuration, errors first. */
export const problemsOf = (options: WorldOptions): Effect.Effect<ReadonlyArray<Configuration.Problem>> =>
  Configuration.validate(sourcesOf(options)).pipe(Effect.provide(Layer.orDie(Files.layer)))

/**
 * Where values come from, and how they are read: flags, environment, project file, user file.
 *
 * Nothing is judged here but whether a source can be read at all. Values stay redacted, because only the setting they
 * belong to tells whether they are secrets.
 *
 * @module
 */
import { ConfigProvider, Effect, FileSystem, Predicate, Redacted, Result } from "effect"
import { Toml } from "effect/encoding"
import type { Problem } from "./Problem.ts"
import { scriptVariables, settingOfKey, settings } from "./Settings.ts"

/** The sources, the strongest first. */
export const sourceNames = ["flag", "environment", "project file", "user file"] as const

/** One of the sources. */
export type SourceName = (typeof sourceNames)[number]

/** One name and what is given for it. */
export interface Entry {
  /** As it is written: a key, or an environment variable. */
  readonly name: string
  readonly raw: Redacted.Redacted<unknown>
}

/** What one source gives. */
export interface Source {
  readonly name: SourceName
  /** The path of a file; else the name of the source. */
  readonly where: string
  readonly entries: ReadonlyArray<Entry>
}

/** What the sources give, and which could not be read. */
export interface Reading {
  readonly sources: ReadonlyArray<Source>
  readonly problems: ReadonlyArray<Problem>
}

/** Which sources there are. */
export interface Options {
  /** Values by key, as the command line gives them; `undefined` is not given. */
  readonly flags?: Readonly<Record<string, unknown>> | undefined
  /** The environment, such as `process.env`; an empty text is not given. Default: the current `ConfigProvider`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** The file of the project; it need not exist. Default `skippy.toml` in the working directory. */
  readonly projectFile?: string | undefined
  /** The file of the user, such as `/home/me/.config/skippy.toml`; it need not exist. Default: none. */
  readonly userFile?: string | undefined
}

/** The defaults, in one place. */
export const defaults = { projectFile: "skippy.toml" } as const

const nothing: ReadonlyArray<Problem> = []

/** A name and its value, hidden; a command line may have hidden it already. */
export const entry = (name: string, raw: unknown): Entry => ({
  name,
  raw: Redacted.isRedacted(raw) ? raw : Redacted.make(raw)
})

/** The flags that are given. */
export const ofFlags = (flags: Readonly<Record<string, unknown>>): Source => ({
  name: "flag",
  where: "flag",
  entries: Object.entries(flags).flatMap(([key, raw]) => (raw === undefined ? [] : [entry(key, raw)]))
})

const isOurs = (name: string): boolean => name.startsWith("SKIPPY_") && !scriptVariables.has(name)

/** The variables of an environment that begin with `SKIPPY_`. */
export const ofEnvironment = (environment: Readonly<Record<string, string | undefined>>): Source => ({
  name: "environment",
  where: "environment",
  entries: Object.entries(environment).flatMap(([name, raw]) =>
    isOurs(name) && raw !== undefined && raw !== "" ? [entry(name, raw)] : []
  )
})

/** No variable has more words than this; a provider that makes names up must not hold the program. */
const deepest = 16

/** The variables below a prefix, as far as the provider can tell: the default one splits names at `_`. */
const variablesBelow = (
  provider: ConfigProvider.ConfigProvider,
  path: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<readonly [name: string, value: string]>, ConfigProvider.SourceError> =>
  Effect.gen(function* () {
    const node = yield* provider.load(path)
    if (node === undefined) return []
    const own = node.value === undefined ? [] : [[path.join("_"), node.value] as const]
    if (node._tag !== "Record" || path.length === deepest) return own
    const below = yield* Effect.forEach(node.keys, (key) => variablesBelow(provider, [...path, key]))
    return [...own, ...below.flat()]
  })

const ofProvider = Effect.gen(function* () {
  const provider = yield* ConfigProvider.ConfigProvider
  const found = new Map(yield* variablesBelow(provider, ["SKIPPY"]))
  // A provider that cannot list its names still answers for those it is asked for.
  for (const { env } of settings) {
    const node = yield* provider.load([env])
    if (node?.value !== undefined) found.set(env, node.value)
  }
  return ofEnvironment(Object.fromEntries(found))
})

const unreadable = (origin: string, problem: string, fix: string): Problem => ({
  severity: "error",
  key: origin,
  value: "",
  origin,
  problem,
  fix
})

const readEnvironment = (environment: Options["environment"]): Effect.Effect<Reading> =>
  environment === undefined
    ? Effect.match(ofProvider, {
        onFailure: ({ message }) => ({
          sources: [],
          problems: [unreadable("environment", `it cannot be read: ${message}`, "check the ConfigProvider")]
        }),
        onSuccess: (source) => ({ sources: [source], problems: nothing })
      })
    : Effect.succeed({ sources: [ofEnvironment(environment)], problems: nothing })

const isTable = (raw: unknown): raw is { readonly [key: PropertyKey]: unknown } =>
  Predicate.isReadonlyObject(raw) && !Predicate.isDate(raw)

const flatten = (table: object, prefix: string): ReadonlyArray<Entry> =>
  Object.entries(table).flatMap(([name, raw]) => {
    const key = `${prefix}${name}`
    return isTable(raw) && settingOfKey(key) === undefined ? flatten(raw, `${key}.`) : [entry(key, raw)]
  })

/** What the parser says, without the values it quotes: one of them may be a secret somebody forgot to put in quotes. */
const withoutValues = (message: string): string => message.replace(/^(Invalid|Integer)(.*?) '.*'/s, "$1$2")

/** The text of a TOML file as a source. */
export const ofToml = (name: SourceName, where: string, toml: string): Reading =>
  Result.match(Toml.parse(toml), {
    onFailure: ({ message }): Reading => {
      const [place = "its place"] = /line \d+, column \d+/.exec(message) ?? []
      return {
        sources: [],
        problems: [unreadable(where, `it is not TOML: ${withoutValues(message)}`, `correct ${place}`)]
      }
    },
    onSuccess: (table): Reading => ({ sources: [{ name, where, entries: flatten(table, "") }], problems: nothing })
  })

const readToml = (name: SourceName, path: string): Effect.Effect<Reading, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* Effect.match(fs.readFileString(path), {
      onFailure: ({ message, reason }): Reading =>
        reason._tag === "NotFound"
          ? { sources: [], problems: nothing }
          : {
              sources: [],
              problems: [unreadable(path, `it cannot be read: ${message}`, "make it a file you may read, or remove it")]
            },
      onSuccess: (toml) => ofToml(name, path, toml)
    })
  })

/** Reads all sources, the strongest first. */
export const read = (options: Options = {}): Effect.Effect<Reading, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { environment, flags = {}, projectFile = defaults.projectFile, userFile } = options
    const readings: ReadonlyArray<Reading> = [
      { sources: [ofFlags(flags)], problems: nothing },
      yield* readEnvironment(environment),
      yield* readToml("project file", projectFile),
      ...(userFile === undefined ? [] : [yield* readToml("user file", userFile)])
    ]
    return {
      sources: readings.flatMap(({ sources }) => sources),
      problems: readings.flatMap(({ problems }) => problems)
    }
  })

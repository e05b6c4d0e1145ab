/**
 * `skippy config`.
 *
 * @module
 */
import { AtomicFile, Configuration, Folder, settings } from "@skippy/core"
import { Duration, Effect, FileSystem, Option, Path, Predicate, Redacted, Schema } from "effect"
import { exitCodes } from "../output/ExitCode.ts"
import { UsageError } from "../output/Failure.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count, oneLine, table } from "../output/Style.ts"
import { answering, group, maybeArgument, on, telling } from "./Operation.ts"
import { problemsText } from "./problems.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const Line = Schema.Struct({
  key: Schema.String,
  /** `<redacted>` for a secret; `null` when it is not set. */
  value: Schema.NullOr(Schema.String),
  /** Where it comes from: `environment SKIPPY_PATH`, `skippy.toml: path`, `default`. */
  origin: Schema.String,
  /** Its environment variable. */
  variable: Schema.String,
  description: Schema.String
})
type Line = typeof Line.Type

const lines: Form<ReadonlyArray<Line>, ReadonlyArray<Line>> = {
  schema: Schema.Array(Line),
  text: (all, style) =>
    table(all.map(({ key, origin, value }) => [key, value ?? (["not set", style.dim] as const), [origin, style.dim]]))
}

const show = answering(
  "show",
  {
    summary: "Show the settings, each with where it comes from",
    more: "A flag (--set) is over the environment, that over skippy.toml in the working directory, that over the user's file, that over the default. Secrets are not shown.",
    examples: [
      ["config show", "what somebody has set"],
      ["config show --defaults", "everything"],
      ["config show github", "all of one service"]
    ]
  },
  {
    part: maybeArgument("part", "A key, or what keys begin with"),
    defaults: on("defaults", "Also what nobody has set")
  },
  lines,
  ({ defaults, part }, { configuration, places }) =>
    Effect.gen(function* () {
      const { list } = yield* configuration
      const { origin, path } = yield* places
      const all = list.map(({ setting, ...line }): Line => ({
        key: setting.key,
        value: setting.key === "path" ? path : (line.value ?? null),
        origin: setting.key === "path" ? origin : line.origin,
        variable: setting.env,
        description: setting.description
      }))
      const wanted = part === undefined ? all : all.filter(({ key }) => key === part || key.startsWith(`${part}.`))
      if (wanted.length === 0)
        return yield* new UsageError({
          problem: `there is no setting "${part ?? ""}"; see: skippy config show --defaults`
        })
      return part === undefined && !defaults
        ? wanted.filter(({ key, origin }) => key === "path" || origin !== "default")
        : wanted
    })
)

const problems: Form<ReadonlyArray<Configuration.Problem>, ReadonlyArray<Configuration.Problem>> = {
  schema: Schema.Array(Configuration.Problem),
  text: problemsText
}

const validate = telling(
  "validate",
  {
    summary: "Check all settings, and tell everything that is wrong at once",
    more: "The exit code is 2 when there is an error; warnings do not count.",
    examples: [["config validate", "of flags, environment and files"]]
  },
  {},
  [{ schema: problems.schema, many: false }],
  () =>
    Effect.gen(function* () {
      const output = yield* Output
      const all = yield* (yield* World).problems
      yield* output.value(problems, all)
      const errors = all.filter(({ severity }) => severity === "error").length
      if (errors > 0)
        return yield* new Reported({
          problem: `the configuration has ${count(errors, "error")}`,
          exitCode: exitCodes.usage
        })
      return undefined
    })
)

const tomlOf = (value: unknown): string => {
  if (Duration.isDuration(value)) return String(Duration.toSeconds(value))
  return Predicate.isNumber(value) || Predicate.isBoolean(value) ? String(value) : JSON.stringify(value)
}

/** A file in which every setting is a comment with its default. Secrets have no place in a file of a project. */
const template = (isForProject: boolean): string =>
  [
    "# Settings of skippy. Take the # away from those you want to change.",
    "# Environment variables are over this file; see them all: skippy config show --defaults",
    ...(isForProject ? ["# Tokens and keys do not belong here: set their environment variables."] : []),
    "",
    ...settings
      .filter(({ type }) => !isForProject || type !== "secret")
      .flatMap(({ check, default: value, description, env, key }) => [
        `# ${description} (${env}; ${check})`,
        `# ${key} = ${value === undefined || Redacted.isRedacted(value) ? '"…"' : tomlOf(value)}`,
        ""
      ])
  ].join("\n")

const init = answering(
  "init",
  {
    summary: "Begin a file of settings",
    more: "It is skippy.toml in the working directory, or the user's own; every setting is in it as a comment.",
    examples: [
      ["config init", "for this project"],
      ["config init --user", "for everything you do"]
    ]
  },
  {
    user: on("user", "The file of the user"),
    overwrite: on("overwrite", "Replace a file that is there")
  },
  {
    schema: Schema.Struct({ file: Schema.String }),
    text: ({ file }, style) => `${style.good("begun")} ${oneLine(file)}`
  },
  ({ overwrite, user }) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const paths = yield* Path.Path
      const world = yield* World
      const given = yield* world.files
      const file = paths.resolve(user ? given.userFile : given.projectFile)
      const there = yield* Effect.option(fs.stat(file))
      if (Option.isSome(there) && !overwrite)
        return yield* new UsageError({ problem: `${file} is there already; give --overwrite to replace it` })
      if (Option.isSome(there) && there.value.type === "Directory")
        return yield* new UsageError({ problem: `${file} is a directory; remove it` })
      yield* Folder.make(paths.dirname(file))
      // A link is followed, not replaced.
      const at = Option.isSome(there) ? yield* fs.realPath(file) : file
      yield* AtomicFile.write(at, template(!user), { mode: user ? 0o600 : 0o644 })
      return { file }
    })
)

/** `skippy config`. */
export const config = group("config", summaries.config, [show, validate, init])

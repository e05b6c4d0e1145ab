/**
 * `skippy` itself. Only the groups a command line names are loaded; of the others help knows what they are for.
 *
 * @module
 */
import { Effect } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { all } from "./Globals.ts"
import type { AnyFailure } from "../output/Failure.ts"
import type { Needs } from "./Operation.ts"
import { summaries } from "./summaries.ts"

/** A group, loaded only when it is wanted; else what help tells of it. */
const entry = <const N extends keyof typeof summaries>(
  name: N,
  load: () => Promise<Command.Command<N, never, {}, AnyFailure, Needs>>
) => ({
  name,
  pick: (isWanted: boolean): Effect.Effect<Command.Command<N, never, {}, AnyFailure, Needs>> =>
    isWanted ? Effect.promise(load) : Effect.succeed(Command.make(name).pipe(Command.withDescription(summaries[name])))
})

const entries = [
  entry("drive", () => import("./drive.ts").then(({ drive }) => drive)),
  entry("photos", () => import("./photos.ts").then(({ photos }) => photos)),
  entry("github", () => import("./github.ts").then(({ github }) => github)),
  entry("pexels", () => import("./pexels.ts").then(({ pexels }) => pexels)),
  entry("http", () => import("./http.ts").then(({ http }) => http)),
  entry("auth", () => import("./auth.ts").then(({ auth }) => auth)),
  entry("config", () => import("./config.ts").then(({ config }) => config)),
  entry("doctor", () => import("./doctor.ts").then(({ doctor }) => doctor)),
  entry("policy", () => import("./policy.ts").then(({ policy }) => policy)),
  entry("status", () => import("./status.ts").then(({ status }) => status)),
  entry("health", () => import("./health.ts").then(({ health }) => health)),
  entry("metrics", () => import("./metrics.ts").then(({ metrics }) => metrics)),
  entry("alert", () => import("./alert.ts").then(({ alert }) => alert)),
  entry("journal", () => import("./journal.ts").then(({ journal }) => journal)),
  entry("breaker", () => import("./breaker.ts").then(({ breaker }) => breaker)),
  entry("cache", () => import("./cache.ts").then(({ cache }) => cache)),
  entry("limit", () => import("./limit.ts").then(({ limit }) => limit)),
  entry("mcp", () => import("./mcp.ts").then(({ mcp }) => mcp)),
  entry("sandbox", () => import("./sandbox.ts").then(({ sandbox }) => sandbox)),
  entry("demo", () => import("./demo.ts").then(({ demo }) => demo))
] as const

/** The names of the groups, in the order of help. */
export const names: ReadonlyArray<string> = entries.map(({ name }) => name)

/** Completions are of everything there is. */
const wantsAll = (args: ReadonlyArray<string>): boolean => args.some((arg) => arg.startsWith("--completions"))

/** The command for a command line. */
export const load = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const wanted = new Set<string>(wantsAll(args) ? names : args)
    const commands = yield* Effect.all(entries.map(({ name, pick }) => pick(wanted.has(name))))
    return Command.make("skippy").pipe(
      Command.withDescription("Calls other people's APIs, and gets through their bad days"),
      Command.withSubcommands(commands),
      Command.withGlobalFlags(all)
    )
  })

/** The flags the parser brings: help, version, completions and the level of the log. */
export const config = CliConfig.make({
  builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions, GlobalFlag.LogLevel]
})

/**
 * How commands are made: with help and examples, a documented result, the world they work with, and an output.
 *
 * @module
 */
import {
  Context,
  Effect,
  type FileSystem,
  Option,
  type Path,
  type Schema,
  type Scope,
  type Stdio,
  type Stream,
  type Terminal
} from "effect"
import { Argument, Command, Flag, type GlobalFlag } from "effect/cli"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type { Channels } from "../output/Channels.ts"
import type { AnyFailure } from "../output/Failure.ts"
import { type Form, layer, Output } from "../output/Output.ts"
import { Color, Folder, Json, Sandbox, Settings } from "./Globals.ts"
import { type Lifetime, World, Worlds } from "./World.ts"

/** What `--json` writes, when it is not always the same. */
export interface Result {
  /** `with --all`. */
  readonly when?: string | undefined
  readonly schema: Schema.Constraint
  /** Whether there is a line for each of many. */
  readonly many: boolean
}

/** What `--json` writes; for documentation and tests. */
export const Results: Context.Reference<ReadonlyArray<Result>> = Context.Reference<ReadonlyArray<Result>>(
  "@skippy/cli/command/Results",
  { defaultValue: () => [] }
)

/** What help says of a command. */
export interface About {
  readonly summary: string
  /** More than the summary says. */
  readonly more?: string | undefined
  readonly alias?: string | undefined
  /** Command lines without `skippy`, and what each does. */
  readonly examples: ReadonlyArray<readonly [command: string, description: string]>
  /** Default: `command`. */
  readonly lifetime?: Lifetime | undefined
}

type Config = Command.Command.Config
type Infer<C extends Config> = Command.Command.Config.Infer<C>

/** What the parser needs of the platform. */
type CliEnvironment = ChildProcessSpawner | FileSystem.FileSystem | Path.Path | Stdio.Stdio | Terminal.Terminal

/** What commands need of the runtime. */
export type Needs =
  | Channels
  | CliEnvironment
  | GlobalFlag.Setting.Identifier<"color" | "json" | "path" | "sandbox" | "set">
  | Worlds

/** What a command may use. */
export type Uses = Channels | CliEnvironment | Output | Scope.Scope | World

/** A command that does something. */
export type Leaf<Name extends string, Input> = Command.Command<Name, Input, {}, AnyFailure, Needs>

const inWorld = (
  effect: Effect.Effect<void, AnyFailure, Uses>,
  lifetime: Lifetime = "command"
): Effect.Effect<void, AnyFailure, Needs> =>
  Effect.gen(function* () {
    const worlds = yield* Worlds
    const sandbox = (yield* Sandbox) || (yield* worlds.inSandbox)
    const world = yield* worlds.make({ path: yield* Folder, settings: yield* Settings, sandbox, lifetime })
    const output = layer({ json: yield* Json, color: yield* Color })
    yield* effect.pipe(Effect.provideService(World, world), Effect.provide(output))
  }).pipe(Effect.scoped)

/** A command that says everything itself. */
export const telling = <const Name extends string, const C extends Config>(
  name: Name,
  about: About,
  config: C,
  results: ReadonlyArray<Result>,
  run: (input: Infer<C>) => Effect.Effect<void, AnyFailure, Uses>
): Leaf<Name, Infer<C>> => {
  const command = Command.make(name, config, (input) => inWorld(run(input), about.lifetime)).pipe(
    Command.withDescription(about.more === undefined ? about.summary : `${about.summary}\n\n${about.more}`),
    Command.withShortDescription(about.summary),
    Command.withExamples(about.examples.map(([line, description]) => ({ command: `skippy ${line}`, description }))),
    Command.annotate(Results, results)
  )
  return about.alias === undefined ? command : Command.withAlias(command, about.alias)
}

/** A command with one result. */
export const answering = <const Name extends string, const C extends Config, A, I>(
  name: Name,
  about: About,
  config: C,
  form: Form<A, I>,
  run: (input: Infer<C>, world: World["Service"]) => Effect.Effect<A, AnyFailure, Uses>
): Leaf<Name, Infer<C>> =>
  telling(name, about, config, [{ schema: form.schema, many: false }], (input) =>
    Effect.gen(function* () {
      const output = yield* Output
      const value = yield* run(input, yield* World)
      yield* output.value(form, value)
      const badNews = form.verdict?.(value)
      if (badNews !== undefined) return yield* badNews
      return undefined
    })
  )

/** What is answered, and how. */
export interface Answer<Input, A, I> {
  readonly form: Form<A, I>
  readonly run: (input: Input, world: World["Service"]) => Effect.Effect<A, AnyFailure, Uses>
}

/** What is answered one by one, and how. */
export interface Answers<Input, A, I> {
  readonly form: Form<A, I>
  readonly run: (input: Input, world: World["Service"]) => Stream.Stream<A, AnyFailure, Uses>
}

/** A command that answers some, or with `--all` each of many when it comes. */
export const listing = <const Name extends string, const C extends Config, A, I, B, J>(
  name: Name,
  about: About,
  config: C,
  some: Answer<Command.Command.Config.InferValue<NoInfer<C>>, A, I>,
  each: Answers<Command.Command.Config.InferValue<NoInfer<C>>, B, J>
) =>
  telling(
    name,
    about,
    { input: config, all },
    [
      { schema: some.form.schema, many: false },
      { when: "with --all", schema: each.form.schema, many: true }
    ],
    ({ all, input }): Effect.Effect<void, AnyFailure, Uses> =>
      Effect.gen(function* () {
        const output = yield* Output
        const world = yield* World
        if (all) yield* output.each(each.form, each.run(input, world))
        else yield* output.value(some.form, yield* some.run(input, world))
      })
  )

/** A group of commands. */
export const group = <const Name extends string, const Commands extends ReadonlyArray<Command.Command.Any>>(
  name: Name,
  summary: string,
  commands: Commands
) => Command.make(name).pipe(Command.withDescription(summary), Command.withSubcommands(commands))

const all = Flag.Boolean("all").pipe(
  Flag.withoutNegation,
  Flag.withDefault(false),
  Flag.withDescription("All there are, each when it comes; with --json one line for each")
)

/** A switch that is off unless it is given. */
export const on = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

/** A switch that is on unless `--no-…` is given. */
export const off = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withDefault(true), Flag.withDescription(description))

/** A flag that need not be given. */
export const maybe = <A>(flag: Flag.Flag<A>, description: string): Flag.Flag<A | undefined> =>
  flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined), Flag.withDescription(description))

/** A text that need not be given. */
export const text = (name: string, metavar: string, description: string): Flag.Flag<string | undefined> =>
  maybe(Flag.withMetavar(Flag.String(name), metavar), description)

/** A number that need not be given. */
export const number = (name: string, description: string): Flag.Flag<number | undefined> =>
  maybe(Flag.withMetavar(Flag.Int(name), "N"), description)

/** An argument that has to be given. */
export const argument = (name: string, description: string): Argument.Argument<string> =>
  Argument.String(name).pipe(Argument.withDescription(description))

/** An argument that need not be given. */
export const maybeArgument = (name: string, description: string): Argument.Argument<string | undefined> =>
  Argument.String(name).pipe(
    Argument.optional,
    Argument.map(Option.getOrUndefined),
    Argument.withDescription(description)
  )

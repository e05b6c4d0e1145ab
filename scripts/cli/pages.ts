/**
 * The command line as its own help describes it, for whoever makes a reference of it.
 *
 * @module
 */
import { NodeServices } from "@effect/platform-node"
import { config, load, Results } from "@skippy/cli"
import { Context, Effect, Layer } from "effect"
import { CliConfig, CliOutput, Command, type HelpDoc } from "effect/cli"

/** A command: what its help says, what it answers with `--json`, and the commands below it. */
export interface Page {
  /** The words after `skippy`; none for the program itself. */
  readonly path: ReadonlyArray<string>
  readonly help: HelpDoc.HelpDoc
  readonly results: (typeof Results)["Service"]
  readonly children: ReadonlyArray<Page>
}

const root = await Effect.runPromise(load(["--completions"]))

/** What help says of a command. */
const helpOf = (path: ReadonlyArray<string>): Promise<HelpDoc.HelpDoc> => {
  let doc: HelpDoc.HelpDoc | undefined
  const presenter: CliOutput.Presenter = {
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "Help") doc = event.helpDoc
      })
  }
  const platform = Layer.mergeAll(
    NodeServices.layer,
    Layer.succeed(CliOutput.Presenter, presenter),
    Layer.succeed(CliConfig.CliConfig, config)
  )
  // Help runs no command, so nothing of what commands need is asked for.
  const run = Command.runWith(root, { version: "" })([...path, "--help"]) as Effect.Effect<
    void,
    unknown,
    NodeServices.NodeServices
  >
  return Effect.runPromise(Effect.provide(run, platform)).then(() => {
    if (doc === undefined) throw new Error(`there is no help of skippy ${path.join(" ")}`)
    return doc
  })
}

const pageOf = async (command: Command.Command.Any, path: ReadonlyArray<string>): Promise<Page> => {
  const children = command.subcommands.flatMap(({ commands }) => commands)
  return {
    path,
    help: await helpOf(path),
    results: Context.get(command.annotations, Results),
    children: await Promise.all(children.map((child) => pageOf(child, [...path, child.name])))
  }
}

/** The program, and all commands of it. */
export const program: Page = await pageOf(root, [])

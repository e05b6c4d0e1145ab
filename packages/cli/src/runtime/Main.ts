/**
 * Runs one command line in this process: from its words to its exit code.
 *
 * @module
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Exit, Fiber, Layer, Logger, References, type Scope } from "effect"
import { CliConfig, CliOutput, Command } from "effect/cli"
import { config, load } from "../command/Root.ts"
import { Channels } from "../output/Channels.ts"
import { failureOf, failureText } from "../output/Failure.ts"
import { presenter, wantedOf } from "../output/Help.ts"
import { exitCodes, type ExitCode } from "../output/ExitCode.ts"
import * as ChannelsNode from "./ChannelsNode.ts"
import { version } from "./Version.ts"
import * as WorldsNode from "./WorldsNode.ts"

/** The log is no result: it goes to stderr, one line for each entry. */
const logger = Logger.withConsoleError(Logger.formatLogFmt)

/** Ends the command when somebody presses Ctrl-C, or the system wants it to end; the second time at once. */
const interruptible = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        let asked = false
        const interrupt = () => {
          if (asked) process.exit(exitCodes.interrupted)
          asked = true
          fiber.interruptUnsafe()
        }
        process.on("SIGINT", interrupt)
        process.on("SIGTERM", interrupt)
        return interrupt
      }),
      (interrupt) =>
        Effect.sync(() => {
          process.off("SIGINT", interrupt)
          process.off("SIGTERM", interrupt)
        })
    )
  )

const program = (args: ReadonlyArray<string>): Effect.Effect<ExitCode, never, Channels> =>
  Effect.gen(function* () {
    const channels = yield* Channels
    const wanted = wantedOf(args)
    const command = yield* load(args)
    const platform = Layer.mergeAll(
      NodeServices.layer,
      WorldsNode.layer,
      Layer.succeed(CliConfig.CliConfig, config),
      Layer.succeed(CliOutput.Presenter, yield* presenter(wanted)),
      Logger.layer([logger])
    )
    const fiber = yield* Command.runWith(command, { version })(args).pipe(
      Effect.provideService(References.MinimumLogLevel, "Warn"),
      Effect.provide(platform),
      Effect.forkChild
    )
    yield* interruptible(fiber)
    const exit = yield* Fiber.await(fiber)
    if (Exit.isSuccess(exit)) return exitCodes.ok
    const { exitCode, report } = failureOf(exit.cause)
    if (report !== undefined) yield* channels.err(`${wanted.json ? JSON.stringify(report) : failureText(report)}\n`)
    return exitCode
  }).pipe(Effect.scoped)

/** Warnings for programmers: of SQLite, which Node calls experimental, and of looking for a cloud where there is none. */
const unheard: ReadonlySet<string> = new Set(["ExperimentalWarning", "MetadataLookupWarning"])

const quiet = (): void => {
  process.removeAllListeners("warning")
  process.on("warning", ({ message, name }) => {
    if (!unheard.has(name)) process.stderr.write(`${name}: ${message}\n`)
  })
}

/** Runs a command line; answers its exit code when all is written. */
export const main = (args: ReadonlyArray<string>): Promise<ExitCode> => {
  quiet()
  return Effect.runPromise(Effect.provide(program(args), ChannelsNode.layer))
}

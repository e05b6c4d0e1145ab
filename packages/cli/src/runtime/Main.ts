/**
 * Runs one command line in this process: from its words to its exit code.
 *
 * @module
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit, Fiber, Layer, Logger, References, type Scope, Stdio, Stream } from "effect"
import { CliConfig, CliOutput, Command } from "effect/cli"
import { config, load } from "../command/Root.ts"
import { Channels } from "../output/Channels.ts"
import { failureOf, failureText, UsageError } from "../output/Failure.ts"
import { presenter, wantedOf } from "../output/Help.ts"
import { exitCodes, type ExitCode } from "../output/ExitCode.ts"
import { oneLine } from "../output/Style.ts"
import { unreadable } from "./Arguments.ts"
import * as ChannelsNode from "./ChannelsNode.ts"
import { version } from "./Version.ts"
import * as WorldsNode from "./WorldsNode.ts"

/** The log is no result: it goes to stderr, one line for each entry, and names in it do not talk to the terminal. */
const logger = Logger.withConsoleError(Logger.map(Logger.formatLogFmt, oneLine))

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/**
 * Ends this process now. Whoever listens for its end is told; then it ends by the signal, since `process.exit` waits for
 * work of the system, and a disk that is away never does it.
 */
const endAtOnce = (): void => {
  process.once("exit", () => {
    process.removeAllListeners("SIGINT")
    process.kill(process.pid, "SIGINT")
  })
  process.exit(exitCodes.interrupted)
}

/** Ends the command when somebody presses Ctrl-C or closes the terminal, or the system wants it to end; then at once. */
const interruptible = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        let asked = false
        const interrupt = () => {
          if (asked) endAtOnce()
          asked = true
          fiber.interruptUnsafe()
        }
        for (const signal of signals) process.on(signal, interrupt)
        return interrupt
      }),
      (interrupt) =>
        Effect.sync(() => {
          for (const signal of signals) process.off(signal, interrupt)
        })
    )
  )

/** What Node has for a command. */
const services = Layer.effect(
  Stdio.Stdio,
  // The process does not end while its stdin is read.
  Effect.map(Stdio.Stdio, (stdio) =>
    Stdio.make({
      ...stdio,
      stdin: Stream.ensuring(
        stdio.stdin,
        Effect.sync(() => process.stdin.destroy())
      )
    })
  )
).pipe(Layer.provideMerge(NodeServices.layer))

const program = (args: ReadonlyArray<string>): Effect.Effect<ExitCode, never, Channels> =>
  Effect.gen(function* () {
    const channels = yield* Channels
    const wanted = wantedOf(args)
    const tell = (cause: Cause.Cause<unknown>) => {
      const { exitCode, report } = failureOf(cause)
      if (report === undefined) return Effect.succeed(exitCode)
      return Effect.as(channels.err(`${wanted.json ? JSON.stringify(report) : failureText(report)}\n`), exitCode)
    }
    const unclear = unreadable(args)
    if (unclear !== undefined)
      return yield* tell(Cause.fail(new UsageError({ problem: `"${unclear}" is not UTF-8; give it in UTF-8` })))
    const command = yield* load(args)
    const platform = Layer.mergeAll(
      services,
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
    const exitCode = Exit.isSuccess(exit) ? exitCodes.ok : yield* tell(exit.cause)
    if (exitCode !== exitCodes.ok) return exitCode
    // What help and completions could not write is known only now.
    const written = yield* Effect.exit(channels.flush)
    return Exit.isSuccess(written) ? exitCodes.ok : yield* tell(written.cause)
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

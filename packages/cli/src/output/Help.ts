/**
 * Help, and errors of the command line. Help that was asked for is a result; with an error it is not.
 *
 * @module
 */
import { Effect } from "effect"
import { CliOutput } from "effect/cli"
import { Channels } from "./Channels.ts"
import { exitCodes } from "./ExitCode.ts"
import { failureText, type FailureReport } from "./Failure.ts"

/** What the command line itself asked for, before it was understood. */
export interface Wanted {
  readonly json: boolean
  readonly color: "always" | "auto" | "never"
}

/** What can be read off a command line that is not understood. */
export const wantedOf = (args: ReadonlyArray<string>): Wanted => {
  const color = args.findLast((arg) => arg.startsWith("--color"))
  const value = color?.includes("=") === true ? color.slice("--color=".length) : args[args.indexOf(color ?? "") + 1]
  return { json: args.includes("--json"), color: value === "always" || value === "never" ? value : "auto" }
}

const usageReport = (messages: ReadonlyArray<string>, path: ReadonlyArray<string>): FailureReport => ({
  error: {
    tag: "UsageError",
    message: messages.join("; "),
    category: "invalid",
    exitCode: exitCodes.usage,
    retryable: false,
    hints: [`see what it takes: ${path.join(" ")} --help`]
  }
})

/** Shows help and errors of the command line. */
export const presenter = (wanted: Wanted): Effect.Effect<CliOutput.Presenter, never, Channels> =>
  Effect.map(Channels, (channels) => {
    const choice = wanted.color === "auto" ? channels.color : wanted.color
    const colors = choice === "auto" ? channels.outIsTerminal : choice === "always"
    const formatter = CliOutput.defaultFormatter({ colors })
    return {
      present: (event) => {
        switch (event._tag) {
          case "Help":
            return Effect.ignore(channels.out(`${formatter.formatHelpDoc(event.helpDoc)}\n`))
          case "InvalidInvocation": {
            const report = usageReport(
              event.errors.map(({ message }) => message),
              event.commandPath
            )
            return channels.err(`${wanted.json ? JSON.stringify(report) : failureText(report)}\n`)
          }
          case "Version":
            return Effect.ignore(channels.out(`${event.version}\n`))
        }
      }
    }
  })

/**
 * Help, and errors of the command line. Help that was asked for is a result; with an error it is not.
 *
 * @module
 */
import { nearName } from "@skippy/core"
import { Effect } from "effect"
import { type CliError, CliOutput } from "effect/cli"
import { Channels } from "./Channels.ts"
import { exitCodes } from "./ExitCode.ts"
import { failureText, type FailureReport } from "./Failure.ts"
import { cut } from "./Width.ts"

/** What the command line itself asked for, before it was understood. */
export interface Wanted {
  readonly json: boolean
  readonly color: "always" | "auto" | "never"
}

const yeses: ReadonlySet<string> = new Set(["--json", "--json=true", "--json=1", "--json=y", "--json=yes", "--json=on"])

/** What can be read off a command line that is not understood. After `--` there are no flags. */
export const wantedOf = (all: ReadonlyArray<string>): Wanted => {
  const end = all.indexOf("--")
  const args = end < 0 ? all : all.slice(0, end)
  const color = args.findLast((arg) => arg.startsWith("--color"))
  const value = color?.includes("=") === true ? color.slice("--color=".length) : args[args.indexOf(color ?? "") + 1]
  return {
    json: args.some((arg) => yeses.has(arg)),
    color: value === "always" || value === "never" ? value : "auto"
  }
}

/** The values a flag takes, of what the parser says of them: `"anyone" | "user"`. */
const literalsOf = (expected: string): ReadonlyArray<string> =>
  Array.from(expected.matchAll(/"([^"]*)"/g), ([, literal = ""]) => literal)

/** What the parser expects, in words of people. */
const expectedOf = (expected: string): string => {
  if (expected.includes("finite number")) return "give a number"
  if (expected.includes("integer")) return "give a whole number"
  if (expected.includes("key=value")) return "give KEY=VALUE"
  if (expected.includes("Duration")) return "give a duration, such as '2 hours'"
  const literals = literalsOf(expected)
  return literals.length > 1 ? `give ${literals.join(", ")}` : `give ${expected}`
}

const invalidText = ({ expected, kind, option, value }: CliError.InvalidValue): string => {
  const name = kind === "flag" ? `--${option}` : option
  const [, times] = /^(\d+) occurrences$/.exec(value) ?? []
  if (times !== undefined && expected.startsWith("at most")) return `${name} is given ${times} times; give it once`
  if (value === "" && kind === "flag") return `${name} has no value; ${expectedOf(expected)}`
  return `${name} is "${cut(value, 60)}"; ${expectedOf(expected)}`
}

const errorText = (error: CliError.NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnknownSubcommand":
      return `there is no command "${error.subcommand}" of ${(error.parent ?? []).join(" ")}`
    case "UnrecognizedOption":
      return `there is no flag ${error.option} of ${(error.command ?? []).join(" ")}`
    case "InvalidValue":
      return invalidText(error)
    case "MissingArgument":
      return `${error.argument} is missing; give it`
    case "MissingOption":
      return `--${error.option} is missing; give it`
    default:
      return error.message
  }
}

const suggestionsOf = (error: CliError.NonShowHelpErrors): ReadonlyArray<string> => {
  if (error._tag === "UnknownSubcommand" || error._tag === "UnrecognizedOption") return error.suggestions
  const near = error._tag === "InvalidValue" ? nearName(error.value, literalsOf(error.expected)) : undefined
  return near === undefined ? [] : [near]
}

const suggestionText = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0 ? [] : [`did you mean ${names.join(" or ")}?`]

const usageReport = (
  errors: ReadonlyArray<CliError.NonShowHelpErrors>,
  path: ReadonlyArray<string>
): FailureReport => ({
  error: {
    tag: "UsageError",
    message: errors.map(errorText).join("; "),
    category: "invalid",
    exitCode: exitCodes.usage,
    retryable: false,
    hints: [
      ...errors.flatMap((error) => suggestionText(suggestionsOf(error))),
      `see what it takes: ${path.join(" ")} --help`
    ]
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
            const report = usageReport(event.errors, event.commandPath)
            return channels.err(`${wanted.json ? JSON.stringify(report) : failureText(report)}\n`)
          }
          case "Version":
            return Effect.ignore(channels.out(`${event.version}\n`))
        }
      }
    }
  })

/**
 * What the environment of the process says to the command line itself. Everything else is a setting.
 *
 * @module
 */
import { Effect } from "effect"
import { variable as mcpToken } from "../mcp/Token.ts"
import { UsageError } from "../output/Failure.ts"

/** The variable that asks for the sandbox. */
const sandboxVariable = "SKIPPY_SANDBOX"

/** The environment as settings are read from it. */
export const environment = (): Readonly<Record<string, string | undefined>> => {
  const { [sandboxVariable]: _, [mcpToken]: __, ...others } = process.env
  return others
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ["", false],
  ["0", false],
  ["false", false],
  ["no", false],
  ["1", true],
  ["true", true],
  ["yes", true]
])

/** Whether the environment asks for the sandbox. */
export const inSandbox: Effect.Effect<boolean, UsageError> = Effect.suspend(() => {
  const text = process.env[sandboxVariable] ?? ""
  const value = truths.get(text.trim().toLowerCase())
  return value === undefined
    ? Effect.fail(new UsageError({ problem: `${sandboxVariable} is "${text}"; give 1 or 0` }))
    : Effect.succeed(value)
})

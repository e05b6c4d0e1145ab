/**
 * A failed tool, as its client is told: what happened, whether to try again and when, what to do, and the request id. Pure.
 *
 * @module
 */
import { errorOfCause } from "@skippy/core"
import type { Cause } from "effect"
import { McpSchema } from "effect/ai"
import { exitCodes } from "../output/ExitCode.ts"
import { failureOf, type FailureReport } from "../output/Failure.ts"
import { oneLine } from "../output/Style.ts"

/** Where the error is for programs: as `--json` of the commands tells it, without their exit codes and hints. */
export const metaKey = "skippy/error"

type Told = FailureReport["error"]

const seconds = (millis: number): string => `${Math.max(1, Math.ceil(millis / 1000))} s`

const signIn = "Somebody has to sign in to Google, in a terminal: skippy auth login"

/** Where it is a setting that lets somebody in. */
const settingByTag: Readonly<Record<string, string>> = {
  GitHubError: "Somebody has to set github.token (SKIPPY_GITHUB_TOKEN) to a token that may do this.",
  PexelsError: "Somebody has to set pexels.api_key (SKIPPY_PEXELS_API_KEY)."
}

/** Whether, and when, the same call may work. */
const retryOf = ({ exitCode, retryAfterMs, retryable, tag }: Told): string => {
  if (retryAfterMs !== undefined) return `Try again in ${seconds(retryAfterMs)}; sooner it fails the same way.`
  if (retryable) return "It may work later: try again in a minute, not at once."
  if (exitCode !== exitCodes.signIn) return "Do not repeat the same call: it fails the same way."
  return settingByTag[tag] === undefined
    ? "Try again when somebody has done that; the server need not be started anew."
    : "Try again when somebody has done that and started the server anew, which reads its settings once."
}

/** What to do, by the error, where a client can do something that its message does not say. */
const adviceByTag: Readonly<Record<string, string>> = {
  CircuitOpenError:
    "The service fails too often and is left alone for a while; get_circuit_breaker_status tells until when.",
  RateLimitedError: "get_resilience_dashboard tells what is left of the limits.",
  ConfigurationError: "validate_skippy_configuration tells all problems, each with its fix.",
  UrlRefusedError: "To allow a host, somebody starts the server with --set http.allow=HOST."
}

const adviceOf = ({ exitCode, tag }: Told): string | undefined =>
  exitCode === exitCodes.signIn ? (settingByTag[tag] ?? signIn) : adviceByTag[tag]

const linesOf = (told: Told): ReadonlyArray<string> => {
  const { message, requestId } = told
  const advice = adviceOf(told)
  return [
    ...message.split("\n").map(oneLine),
    ...(advice === undefined ? [] : [advice]),
    retryOf(told),
    ...(requestId === undefined ? [] : [`Request id: ${requestId} (its attempts: skippy journal show ${requestId})`])
  ]
}

/** A result that is an error: it is shown to the model, which an error of the protocol often is not. */
export const refusal = (text: string, meta?: Readonly<Record<string, unknown>>): McpSchema.CallToolResult =>
  new McpSchema.CallToolResult({
    isError: true,
    content: [McpSchema.TextContent.make({ type: "text", text })],
    ...(meta === undefined ? {} : { _meta: meta })
  })

/** The answer for a failure of a tool. Not for defects, of which nobody outside is told anything. */
export const failureAnswer = (cause: Cause.Cause<unknown>): McpSchema.CallToolResult => {
  const { report } = failureOf(cause)
  if (report === undefined) return refusal(String(errorOfCause(cause)))
  const { exitCode: _, hints: __, ...told } = report.error
  return refusal(linesOf(report.error).join("\n"), { [metaKey]: told })
}

/** The answer for a defect. */
export const defectAnswer = refusal(
  "The tool failed because of a mistake in Skippy. Do not repeat the same call. Whoever runs the server finds the details in its log, on stderr."
)

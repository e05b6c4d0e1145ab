/**
 * The streams of the process.
 *
 * @module
 */
import { Effect, Layer, Predicate } from "effect"
import { Channels, OutputClosed, OutputFailed } from "../output/Channels.ts"

const codeOf = (error: Error): string =>
  Predicate.hasProperty(error, "code") && Predicate.isString(error.code) ? error.code : error.name

/** Nobody reads, or the terminal is gone. */
const closed: ReadonlySet<string> = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"])

const failureOf = (error: Error): OutputClosed | OutputFailed => {
  const code = codeOf(error)
  return closed.has(code) ? new OutputClosed() : new OutputFailed({ code })
}

const write = (stream: NodeJS.WriteStream, text: string): Effect.Effect<void, OutputClosed | OutputFailed> =>
  Effect.callback((resume) => {
    stream.write(text, (error) =>
      resume(error === null || error === undefined ? Effect.void : Effect.fail(failureOf(error)))
    )
  })

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""

const isForced = (value: string | undefined): boolean => isSet(value) && value !== "0" && value !== "false"

const colorOf = ({ FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): "always" | "auto" | "never" => {
  if (isSet(NO_COLOR) || TERM === "dumb") return "never"
  return isForced(FORCE_COLOR) ? "always" : "auto"
}

const nothing = (): void => {}

/** The streams of this process. Errors of a stream are those of the write that met them. */
export const layer: Layer.Layer<Channels> = Layer.sync(Channels, () => {
  const { env, stderr, stdin, stdout } = process
  // Without a listener the same error ends the process on the spot.
  stdout.on("error", nothing)
  stderr.on("error", nothing)
  return {
    out: (text) => write(stdout, text),
    err: (text) => Effect.ignore(write(stderr, text)),
    outIsTerminal: stdout.isTTY,
    errIsTerminal: stderr.isTTY,
    canAsk: stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb",
    color: colorOf(env)
  }
})

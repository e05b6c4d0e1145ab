/**
 * The streams of the process.
 *
 * @module
 */
import { Effect, Layer, Predicate } from "effect"
import { Channels, OutputClosed, OutputFailed } from "../output/Channels.ts"
import * as ScreenNode from "./ScreenNode.ts"

const codeOf = (error: Error): string =>
  Predicate.hasProperty(error, "code") && Predicate.isString(error.code) ? error.code : error.name

/** Nobody reads, or the terminal is gone. */
const closed: ReadonlySet<string> = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"])

const failureOf = (error: Error, { isTTY }: NodeJS.WriteStream): OutputClosed | OutputFailed => {
  const code = codeOf(error)
  // A terminal that went away says EIO; on a disk that is trouble.
  return closed.has(code) || (code === "EIO" && isTTY) ? new OutputClosed() : new OutputFailed({ code })
}

const write = (stream: NodeJS.WriteStream, text: string): Effect.Effect<void, OutputClosed | OutputFailed> =>
  Effect.callback((resume) => {
    stream.write(text, (error) =>
      resume(error === null || error === undefined ? Effect.void : Effect.fail(failureOf(error, stream)))
    )
  })

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ""

const isForced = (value: string | undefined): boolean => isSet(value) && value !== "0" && value !== "false"

const colorOf = ({ FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): "always" | "auto" | "never" => {
  if (isSet(NO_COLOR) || TERM === "dumb") return "never"
  return isForced(FORCE_COLOR) ? "always" : "auto"
}

const nothing = (): void => {}

/** The streams of this process. Errors of a stream are those of the write that met them, and of `flush`. */
export const layer: Layer.Layer<Channels> = Layer.sync(Channels, () => {
  const { env, stderr, stdin, stdout } = process
  let failed: Error | undefined
  // Without a listener the same error ends the process on the spot.
  stdout.on("error", (error) => (failed ??= error))
  stderr.on("error", nothing)
  const out = (text: string) => write(stdout, text)
  return {
    out,
    err: (text) => Effect.ignore(write(stderr, text)),
    // After its first error a stream says only that it is closed.
    flush: Effect.mapError(write(stdout, ""), (error) => (failed === undefined ? error : failureOf(failed, stdout))),
    outIsTerminal: stdout.isTTY,
    screen: stdout.isTTY && env["TERM"] !== "dumb" ? ScreenNode.open(out) : undefined,
    errIsTerminal: stderr.isTTY,
    errColumns: () => (stderr.isTTY && env["TERM"] !== "dumb" ? stderr.columns : undefined),
    canAsk: stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb",
    color: colorOf(env)
  }
})

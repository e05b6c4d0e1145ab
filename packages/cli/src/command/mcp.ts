/**
 * `skippy mcp`.
 *
 * @module
 */
import { Effect, Layer, Schema, Stdio } from "effect"
import type { McpServer } from "effect/ai"
import { Flag } from "effect/cli"
import type { Uses as ServerUses } from "../mcp/Server.ts"
import { Roots } from "../mcp/Tool.ts"
import { type AnyFailure, UsageError } from "../output/Failure.ts"
import { Output } from "../output/Output.ts"
import { number, off, on, telling, text, type Uses } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { type Listen, World } from "./World.ts"

const flags = {
  http: on("http", "Serve over HTTP (Streamable HTTP at /mcp) instead of stdin and stdout"),
  host: text("host", "HOST", "Where to listen with --http. Default: 127.0.0.1, which only this machine reaches"),
  port: number("port", "The port with --http; a free one by default"),
  tools: text("tools", "NAMES", "Only these groups and tools, such as drive,health,http_get. Default: all"),
  readOnly: on("read-only", "Only tools that change nothing"),
  root: Flag.String("root").pipe(
    Flag.withMetavar("DIR"),
    Flag.atLeast(0),
    Flag.withDescription(
      "A folder whose files tools may read and write; may be given again. Default: the working directory"
    )
  ),
  confirm: off("confirm", "Ask somebody at the client before something is done that is hard to take back")
}

type Register = Effect.Effect<void, never, McpServer.McpServer>

const loaded = <A>(load: () => Promise<A>): Effect.Effect<A> => Effect.promise(load)

const offered = loaded(() => import("../mcp/Offered.ts"))

const Listening = Schema.Struct({
  /** Where clients find it. */
  url: Schema.String
})

const overHttp = (register: Register, where: Listen) =>
  Effect.gen(function* () {
    const { clientOf, open, serve } = yield* loaded(() => import("../mcp/Http.ts"))
    const output = yield* Output
    const opened = yield* open(where)
    const client = JSON.stringify(clientOf(opened), undefined, 2)
    yield* output.note(
      `For a client:\n${client}\n${opened.isNew ? "The token is of this start only. " : ""}Ctrl-C ends it.`
    )
    yield* output.value({ schema: Listening, text: ({ url }) => url }, { url: opened.url })
    return yield* serve(register, opened.server, opened.rules, (yield* World).version)
  })

const overStdio = (register: Register) =>
  Effect.gen(function* () {
    const { serve } = yield* loaded(() => import("../mcp/Stdio.ts"))
    const { stdinIsTerminal } = yield* Stdio.Stdio
    if (yield* stdinIsTerminal)
      yield* (yield* Output).note(
        "This is for MCP clients, which start it themselves and speak JSON with it. See skippy mcp --help; Ctrl-C ends it."
      )
    return yield* serve(register, (yield* World).version)
  })

/** `skippy mcp`. */
export const mcp = telling(
  "mcp",
  {
    summary: summaries.mcp,
    more: "A client starts it with the command skippy and the argument mcp. Over HTTP clients bring the token of SKIPPY_MCP_TOKEN, or the new one that is told at the start. Without an account, add --sandbox.",
    examples: [
      ["mcp", "on stdin and stdout, as a client starts it"],
      ["mcp --read-only --tools drive,health", "only what changes nothing, of two groups"],
      ["mcp --root ~/Documents --root ~/Pictures", "with the files of two folders"],
      ["mcp --http --port 4020", "at http://127.0.0.1:4020/mcp"]
    ],
    lifetime: "server"
  },
  flags,
  [{ when: "with --http", schema: Listening, many: false }],
  ({ confirm, host, http, port, readOnly, root, tools }): Effect.Effect<void, AnyFailure, Uses> =>
    Effect.gen(function* () {
      if (!http && (host !== undefined || port !== undefined))
        return yield* new UsageError({ problem: "--host and --port are for a server over HTTP; add --http" })
      const { layer } = yield* loaded(() => import("../mcp/Roots.ts"))
      const offer = Effect.flatMap(offered, ({ offerOf }) => offerOf({ tools, readOnly }, confirm))
      // What may be wrong is looked at before anything is served; with all tools nothing is.
      if (tools !== undefined || readOnly) yield* offer
      yield* Effect.gen(function* () {
        const uses = yield* Effect.context<ServerUses>()
        const register = Effect.gen(function* () {
          const { register } = yield* offered
          yield* register(yield* Effect.orDie(offer))
        }).pipe(Effect.provideContext(uses))
        yield* http ? overHttp(register, { host: host ?? "127.0.0.1", port }) : overStdio(register)
      }).pipe(
        Effect.provide(
          Layer.catchTag(layer(root), "PathRefusedError", ({ message }) =>
            Layer.effect(Roots, Effect.fail(new UsageError({ problem: message })))
          )
        )
      )
    })
)

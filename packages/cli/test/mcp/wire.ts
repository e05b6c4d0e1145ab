/** Talks JSON-RPC with a server on stdin and stdout in this process, line by line. */
import { type Cause, Context, Deferred, Effect, Fiber, Queue, Schema, Stdio, Stream } from "effect"
import type { McpServer } from "effect/ai"
import { register } from "../../src/mcp/Register.ts"
import type { Uses } from "../../src/mcp/Server.ts"
import { serve } from "../../src/mcp/Stdio.ts"
import { type AnyTool, type Plan, tool, type ToolCall } from "../../src/mcp/Tool.ts"
import type { AnyFailure } from "../../src/output/Failure.ts"
import { Channels, OutputClosed, type Shape } from "../../src/output/Channels.ts"

// oxlint-disable-next-line typescript/no-explicit-any
type Message = any

export const newest = "2026-07-28"
export const revisions = [newest, "2025-11-25", "2025-06-18"] as const

/** Registers tools that use nothing of the world. */
export const offered = (
  tools: ReadonlyArray<AnyTool>,
  confirms = true
): Effect.Effect<void, never, McpServer.McpServer> =>
  register({ tools, resources: [], resourceTemplates: [], confirms }).pipe(
    Effect.provideContext(Context.empty() as Context.Context<Uses>)
  )

const hints = { readOnly: false, destructive: true, idempotent: false, openWorld: false }

/** A tool that takes a text, and maybe a number, and says something. */
export const saying = (
  name: string,
  run: (input: {
    readonly text: string
    readonly times?: number | undefined
  }) => Effect.Effect<string, AnyFailure, ToolCall>,
  confirm?: (input: { readonly text: string }) => Effect.Effect<Plan<string>, AnyFailure>
): AnyTool =>
  tool({
    name,
    group: "health",
    title: name,
    description: "A tool of tests",
    hints,
    input: Schema.Struct({
      text: Schema.String.annotate({ description: "What is said" }),
      times: Schema.optionalKey(Schema.Finite.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 9 })))
    }),
    output: { schema: Schema.Struct({ said: Schema.String }), text: ({ said }) => said },
    confirm:
      confirm === undefined
        ? undefined
        : (input) =>
            Effect.map(confirm(input), (plan) => ({ ...plan, run: Effect.map(plan.run, (said) => ({ said })) })),
    run: (input) => Effect.map(run(input), (said) => ({ said }))
  })

const channelsOf = (out: Shape["out"]): Shape => ({
  out,
  err: () => Effect.void,
  flush: Effect.void,
  outIsTerminal: false,
  errIsTerminal: false,
  screen: undefined,
  errColumns: () => undefined,
  canAsk: false,
  color: "never"
})

/** Starts a server; `isOpen` says whether somebody still reads stdout. */
export const connect = (
  register: Effect.Effect<void, never, McpServer.McpServer>,
  isOpen: () => boolean = () => true
) =>
  Effect.gen(function* () {
    const stdin = yield* Queue.unbounded<Uint8Array, Cause.Done>()
    const others = yield* Queue.unbounded<Message>()
    const waiting = new Map<unknown, Deferred.Deferred<Message>>()
    const out = (line: string) =>
      Effect.suspend((): Effect.Effect<void, OutputClosed> => {
        if (!isOpen()) return Effect.fail(new OutputClosed())
        const message: Message = JSON.parse(line)
        const asked = "method" in message ? undefined : waiting.get(message.id)
        return Effect.asVoid(asked === undefined ? Queue.offer(others, message) : Deferred.succeed(asked, message))
      })
    const running = yield* serve(register, "1.2.3").pipe(
      Effect.provideService(Channels, channelsOf(out)),
      Effect.provide(Stdio.layerTest({ stdin: Stream.fromQueue(stdin) })),
      Effect.forkScoped
    )
    const write = (text: string | Uint8Array) =>
      Queue.offer(stdin, typeof text === "string" ? new TextEncoder().encode(text) : text)
    const send = (message: object) => write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
    const expecting = (id: unknown) =>
      Effect.map(Deferred.make<Message>(), (answer) => {
        waiting.set(id, answer)
        return answer
      })
    let ids = 0
    return {
      write,
      send,
      /** The answer to a request that is sent by `write`. */
      expecting,
      /** What comes and is no answer to a request of `request`. */
      next: Queue.take(others),
      others,
      end: Queue.end(stdin),
      ended: Fiber.await(running),
      request: (method: string, params: object = {}, id: unknown = ++ids): Effect.Effect<Message> =>
        Effect.gen(function* () {
          const answer = yield* expecting(id)
          yield* send({ id, method, params })
          return yield* Deferred.await(answer)
        })
    }
  })

/** What a client says it can. */
export const asks = { elicitation: {} }

const metaOf = (capabilities: object) => ({
  "io.modelcontextprotocol/protocolVersion": newest,
  "io.modelcontextprotocol/clientCapabilities": capabilities,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" }
})

/** A client of a revision. */
export const client = (
  revision: string,
  register: Effect.Effect<void, never, McpServer.McpServer>,
  capabilities: object = asks
) =>
  Effect.gen(function* () {
    const wire = yield* connect(register)
    const clientInfo = { name: "test", version: "1" }
    if (revision !== newest) {
      const { result } = yield* wire.request("initialize", { protocolVersion: revision, capabilities, clientInfo })
      if (result?.protocolVersion !== revision) throw new Error(`the server speaks ${result?.protocolVersion}`)
      yield* wire.send({ method: "notifications/initialized" })
    }
    const request = (method: string, params: object = {}, meta: object = {}, id?: unknown) =>
      wire.request(
        method,
        { ...params, _meta: { ...(revision === newest ? metaOf(capabilities) : {}), ...meta } },
        ...(id === undefined ? [] : [id])
      )
    return {
      ...wire,
      request,
      call: (name: string, given: object, more: object = {}, meta: object = {}, id?: unknown) =>
        request("tools/call", { name, arguments: given, ...more }, meta, id)
    }
  })

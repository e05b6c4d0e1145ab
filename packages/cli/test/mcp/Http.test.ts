import { request } from "node:http"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { describe, expect, it } from "vitest"
import { ToolCall } from "../../src/mcp/Tool.ts"
import { longest } from "../../src/mcp/Messages.ts"
import { start, token } from "./http.ts"
import { offered, saying } from "./wire.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))

const tools = offered([saying("say", ({ text }) => Effect.succeed(text))])

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** A raw request, whose every header can be chosen. */
const ask = (
  port: number,
  options: {
    readonly method?: string
    readonly path?: string
    readonly headers?: Record<string, string>
    readonly body?: string
  } = {}
) =>
  Effect.promise(
    () =>
      new Promise<Answer>((resolve, reject) => {
        const { body, headers, method = "POST", path = "/mcp" } = options
        const asking = request(
          {
            host: "127.0.0.1",
            port,
            method,
            path,
            headers: {
              authorization: `Bearer ${token}`,
              "content-type": "application/json",
              accept: "application/json, text/event-stream",
              ...headers
            }
          },
          (answer) => {
            let text = ""
            answer.on("data", (bytes: Buffer) => (text += bytes.toString()))
            answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }))
          }
        )
        asking.on("error", reject)
        asking.end(body ?? initialize)
      })
  )

const initialize = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } }
})

const statusOf = (options: Parameters<typeof ask>[1]) =>
  run(
    Effect.gen(function* () {
      const { port } = yield* start(tools)
      return (yield* ask(port, options)).status
    })
  )

describe("a request", () => {
  it.for([
    [{}, 200],
    [{ headers: { authorization: "Bearer another-token-of-others" } }, 401],
    [{ headers: { host: "evil.example" } }, 403],
    [{ headers: { origin: "https://evil.example" } }, 403],
    [{ method: "GET" }, 405],
    [{ path: "/" }, 404],
    [{ headers: { "content-type": "text/plain" } }, 415],
    [{ headers: { "mcp-session-id": "nobody" } }, 404]
  ] as const)("%j is answered with %s", async ([options, status]) => {
    expect(await statusOf(options)).toBe(status)
  })

  it("without a token is told what is missing, as an error of JSON-RPC", () =>
    run(
      Effect.gen(function* () {
        const { port } = yield* start(tools)
        const { body, headers } = yield* ask(port, { headers: { authorization: "" } })
        expect(headers["www-authenticate"]).toBe("Bearer")
        expect(JSON.parse(body)).toMatchObject({
          jsonrpc: "2.0",
          error: { message: expect.stringContaining("Bearer") }
        })
        expect(body).not.toContain(token)
      })
    ))

  it.for(["{oops", JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: { a: "x".repeat(longest) } })])(
    "that is no message, or too long, is an error, and the server lives on (%#)",
    (body) =>
      run(
        Effect.gen(function* () {
          const { port } = yield* start(tools)
          expect(JSON.parse((yield* ask(port, { body })).body)).toMatchObject({ error: { code: -32_700 } })
          expect((yield* ask(port)).status).toBe(200)
        })
      )
  )
})

const connected = (url: string, mode: "legacy" | { readonly pin: string }) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } })
      const headers = { Authorization: `Bearer ${token}` }
      const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
      await client.connect(transport)
      return { client, transport }
    }),
    ({ client }) => Effect.promise(() => client.close())
  )

const call = { name: "say", arguments: { text: "x" } }

describe.for([
  ["2025-11-25", "legacy"],
  ["2026-07-28", { pin: "2026-07-28" }]
] as const)("a client of %s", ([, mode]) => {
  it("cancels a call: its work is interrupted and gives back what it took", () =>
    run(
      Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const givenBack = yield* Deferred.make<void>()
        const tool = saying("say", () =>
          Effect.acquireUseRelease(
            Deferred.succeed(started, undefined),
            () => Effect.never,
            () => Deferred.succeed(givenBack, undefined)
          )
        )
        const { url } = yield* start(offered([tool]))
        const { client } = yield* connected(url, mode)
        const calling = yield* Effect.forkScoped(Effect.tryPromise((signal) => client.callTool(call, { signal })))
        yield* Deferred.await(started)
        yield* Fiber.interrupt(calling)
        yield* Deferred.await(givenBack)
      })
    ))

  it("sees progress while the call runs", () =>
    run(
      Effect.gen(function* () {
        const seen = yield* Deferred.make<void>()
        const tool = saying("say", () =>
          Effect.gen(function* () {
            const { progress } = yield* ToolCall
            yield* progress({ progress: 1, total: 2 })
            yield* Deferred.await(seen)
            return "seen"
          })
        )
        const { url } = yield* start(offered([tool]))
        const { client } = yield* connected(url, mode)
        const onprogress = () => Deferred.doneUnsafe(seen, Effect.void)
        const result = yield* Effect.promise(() => client.callTool(call, { onprogress }))
        expect(result.structuredContent).toEqual({ said: "seen" })
      })
    ))
})

it("a session ends when its client says so", () =>
  run(
    Effect.gen(function* () {
      const { port, url } = yield* start(tools)
      const { transport } = yield* connected(url, "legacy")
      const { sessionId } = transport
      yield* Effect.promise(() => transport.terminateSession())
      const ping = JSON.stringify({ jsonrpc: "2.0", id: 2, method: "ping" })
      expect((yield* ask(port, { headers: { "mcp-session-id": sessionId! }, body: ping })).status).toBe(404)
    })
  ))

it("calls that run are interrupted when the server stops, and its port is free again", () =>
  run(
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const tool = saying("say", () =>
        Effect.onInterrupt(Effect.andThen(Deferred.succeed(started, undefined), Effect.never), () =>
          Deferred.succeed(interrupted, undefined)
        )
      )
      const scope = yield* Scope.make()
      const { port, url } = yield* Scope.provide(start(offered([tool])), scope)
      const { client } = yield* connected(url, "legacy")
      const calling = yield* Effect.forkScoped(Effect.exit(Effect.tryPromise(() => client.callTool(call))))
      yield* Deferred.await(started)
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(interrupted)
      expect(Exit.isFailure(yield* Fiber.join(calling))).toBe(true)
      expect((yield* Effect.exit(ask(port)))._tag).toBe("Failure")
    })
  ))

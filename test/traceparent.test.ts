/**
 * One trace over two real hops: somebody asks A with a `traceparent`, A asks B through a pipeline, twice since B is busy
 * at first, and both requests B gets say whose they are.
 */
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { NodeHttpServer } from "@effect/platform-node"
import { EventBus, Resilience, Tracing } from "@skippy/core"
import { SpanProbe } from "@skippy/core/testing"
import { Effect, Layer, Logger, ManagedRuntime, Option, Tracer } from "effect"
import {
  FetchHttpClient,
  Headers,
  HttpClient,
  HttpClientResponse,
  HttpServer,
  HttpServerResponse,
  HttpTraceContext
} from "effect/http"
import { afterEach, describe, expect, it } from "vitest"

const traceId = "0af7651916cd43dd8448eb211c80319c"
const incoming = "b7ad6b7169203331"

const services = { downstream: { retry: { baseDelay: "1 milli", jitter: "none" } } } as const

const endings: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  endings.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** B: busy once, then well. */
const startB = async () => {
  const parents: Array<string> = []
  const address = await listen(
    createServer((request, response) => {
      parents.push(String(request.headers["traceparent"]))
      response.writeHead(parents.length === 1 ? 503 : 200).end("report")
    })
  )
  return { address, parents }
}

const liveWith = (tracer: Tracer.Tracer) =>
  Resilience.layer({ services }).pipe(
    Layer.provideMerge(Tracing.layer),
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(FetchHttpClient.layer),
    Layer.provideMerge(Layer.mergeAll(Layer.succeed(Tracer.Tracer, tracer), Logger.layer([])))
  )

const askB = (address: string) =>
  HttpClient.get(address).pipe(
    Effect.flatMap(HttpClientResponse.filterStatusOk),
    Effect.flatMap(({ text }) => text),
    Resilience.call({ service: "downstream", operation: "fetch", idempotent: true })
  )

/** A on node:http: the header is read with `HttpTraceContext`, and the call is made below the span it names. */
const startOnNode = async (tracer: Tracer.Tracer, b: string): Promise<string> => {
  const runtime = ManagedRuntime.make(liveWith(tracer))
  endings.push(() => runtime.dispose())
  const below = ({ headers }: IncomingMessage) =>
    Option.match(HttpTraceContext.fromHeaders(Headers.fromInput(headers)), {
      onNone: () => askB(b),
      onSome: (span) => Effect.withParentSpan(askB(b), span)
    })
  return listen(
    createServer((request, response) => {
      runtime.runPromise(below(request)).then(
        (text) => response.end(text),
        () => response.writeHead(500).end()
      )
    })
  )
}

/** A on Effect's HTTP server, which makes a span of its own for the request. */
const startOnEffect = async (tracer: Tracer.Tracer, b: string): Promise<string> => {
  const server = HttpServer.serve(Effect.map(askB(b), (text) => HttpServerResponse.text(text))).pipe(
    Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })),
    Layer.provideMerge(liveWith(tracer))
  )
  const runtime = ManagedRuntime.make(server)
  endings.push(() => runtime.dispose())
  return runtime.runPromise(HttpServer.addressFormattedWith((address) => Effect.succeed(address)))
}

const ask = async (a: string, traceparent: string | undefined): Promise<string> => {
  const headers = { connection: "close", ...(traceparent === undefined ? {} : { traceparent }) }
  const response = await fetch(a, { headers })
  expect(response.status).toBe(200)
  return response.text()
}

const parentOf = (span: Tracer.NativeSpan | undefined): string | undefined =>
  span === undefined ? undefined : Option.getOrUndefined(span.parent)?.spanId

const run = async (start: typeof startOnNode, traceparent: string | undefined) => {
  const { spans, tracer } = SpanProbe.make()
  const b = await startB()
  const a = await start(tracer, b.address)
  expect(await ask(a, traceparent)).toBe("report")
  expect(b.parents.length).toBe(2)
  return {
    parents: b.parents.map((parent) => {
      const [version, trace, span, flags] = parent.split("-")
      return { version, trace, span, flags }
    }),
    spans,
    call: spans.find(({ name }) => name === "downstream fetch"),
    attempts: spans.filter(({ name }) => name === "downstream fetch attempt")
  }
}

describe.for([
  ["node:http", startOnNode, 0],
  ["Effect's HTTP server", startOnEffect, 1]
] as const)("a traceparent that comes in at %s", ([, start, spansOfServer]) => {
  it("goes out with every attempt, each time with the id of a span below that attempt", async () => {
    const { attempts, call, parents, spans } = await run(start, `00-${traceId}-${incoming}-01`)
    expect(parents).toMatchObject([
      { version: "00", trace: traceId, flags: "01" },
      { version: "00", trace: traceId, flags: "01" }
    ])
    // Effect's HTTP client makes a span for the request on the wire and names that one: its parent is the attempt.
    const onWire = parents.map(({ span }) => spans.find(({ spanId }) => spanId === span))
    expect(onWire.map((span) => span?.attributes.get("http.response.status_code"))).toEqual([503, 200])
    expect(onWire.map(parentOf)).toEqual(attempts.map(({ spanId }) => spanId))
    expect(attempts.map(parentOf)).toEqual([call!.spanId, call!.spanId])
    expect(new Set([incoming, call!.spanId, ...[...attempts, ...onWire].map((span) => span?.spanId)]).size).toBe(6)
    expect(attempts.map(({ attributes }) => attributes.get("http.request.resend_count"))).toEqual([undefined, 1])
  })

  it("is the parent of the call, or of the server's span around it", async () => {
    const { call, spans } = await run(start, `00-${traceId}-${incoming}-01`)
    expect(call?.traceId).toBe(traceId)
    const servers = spans.filter(({ kind }) => kind === "server")
    expect(servers.length).toBe(spansOfServer)
    expect([...servers.map(parentOf), parentOf(call)]).toEqual([incoming, ...servers.map(({ spanId }) => spanId)])
  })

  it("keeps saying that nobody samples", async () => {
    const { parents } = await run(start, `00-${traceId}-${incoming}-00`)
    expect(parents).toMatchObject([
      { trace: traceId, flags: "00" },
      { trace: traceId, flags: "00" }
    ])
  })

  it.for([undefined, "nonsense", `00-${"0".repeat(32)}-${incoming}-01`, `ff-${traceId}-${incoming}-01`])(
    "is a new trace for both attempts when it is %s",
    async (traceparent) => {
      const { attempts, parents } = await run(start, traceparent)
      expect(parents[0]!.trace).toMatch(/^[0-9a-f]{32}$/)
      expect([traceId, "0".repeat(32)]).not.toContain(parents[0]!.trace)
      expect(parents[1]!.trace).toBe(parents[0]!.trace)
      expect(attempts.map((span) => span.traceId)).toEqual(parents.map(({ trace }) => trace))
    }
  )
})

/**
 * What goes out over OTLP is what the official definitions say: a collector on loopback takes the requests of a real
 * program, and the code protobufjs made of opentelemetry-proto reads them.
 */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import { createRequire } from "node:module"
import type { AddressInfo } from "node:net"
import { NodeHttpClient } from "@effect/platform-node"
import { EventBus, Metrics, Resilience, Telemetry } from "@skippy/core"
import { Effect, Layer, Logger, Metric, Redacted } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { OtlpExporter } from "effect/observability"
import { afterEach, describe, expect, it } from "vitest"

type Signal = "traces" | "metrics" | "logs"

/** A message type of the definitions, as protobufjs compiles it. */
interface Definition {
  readonly decode: (reader: Reader) => object
  readonly encode: (message: object) => { readonly finish: () => Uint8Array }
  readonly fromObject: (value: unknown) => object
  readonly verify: (message: object) => string | null
  readonly toObject: (message: object, options: { readonly longs: unknown; readonly bytes: unknown }) => unknown
}

interface Reader {
  /** What compiled definitions do with a field they do not know. */
  skipType: (wireType: number) => Reader
}

const require = createRequire(import.meta.url)
const definitions = require.resolve("@opentelemetry/otlp-transformer/build/src/generated/root.js")
const { collector: messages } = require(definitions).opentelemetry.proto
const requestTypes: Record<Signal, Definition> = {
  traces: messages.trace.v1.ExportTraceServiceRequest,
  metrics: messages.metrics.v1.ExportMetricsServiceRequest,
  logs: messages.logs.v1.ExportLogsServiceRequest
}
const { Reader } = createRequire(definitions)("protobufjs/minimal")

interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: string }
}

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly status: { readonly code: number; readonly message?: string }
}

interface Point {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly asDouble?: number
  readonly count?: string
  readonly sum?: number
  readonly bucketCounts?: ReadonlyArray<string>
  readonly explicitBounds?: ReadonlyArray<number>
}

interface MetricData {
  readonly name: string
  readonly sum?: {
    readonly isMonotonic: boolean
    readonly aggregationTemporality: number
    readonly dataPoints: ReadonlyArray<Point>
  }
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: ReadonlyArray<Point> }
}

interface LogRecord {
  readonly traceId: string
  readonly spanId: string
  readonly severityNumber: number
  readonly body: { readonly stringValue?: string }
  readonly attributes: ReadonlyArray<KeyValue>
}

interface Resource {
  readonly attributes: ReadonlyArray<KeyValue>
}

interface Requests {
  readonly traces: {
    readonly resourceSpans: ReadonlyArray<{ resource: Resource; scopeSpans: [{ spans: Array<Span> }] }>
  }
  readonly metrics: {
    readonly resourceMetrics: ReadonlyArray<{ resource: Resource; scopeMetrics: [{ metrics: Array<MetricData> }] }>
  }
  readonly logs: {
    readonly resourceLogs: ReadonlyArray<{ resource: Resource; scopeLogs: [{ logRecords: Array<LogRecord> }] }>
  }
}

interface Received {
  readonly signal: Signal
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const servers: Array<Server> = []

const listen = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

afterEach(async () => {
  await Promise.all(servers.splice(0).map(close))
})

/** A collector; `cycles(n)` is there when metrics have come in `n` times. */
const collector = async () => {
  const received: Array<Received> = []
  let woken = () => {}
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request))
    const signal = (request.url ?? "").replace("/v1/", "") as Signal
    received.push({ signal, headers: request.headers, body })
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end()
    woken()
  })
  const count = () => received.filter(({ signal }) => signal === "metrics").length
  const cycles = async (wanted: number): Promise<void> => {
    while (count() < wanted) await new Promise<void>((resolve) => (woken = resolve))
  }
  return { endpoint: await listen(server), received, cycles }
}

const policies = { reports: { retry: { baseDelay: "20 millis", jitter: "none" } } } as const
const call = { service: "reports", operation: "fetch", idempotent: true } as const

const live = (options: Telemetry.Options, client: Layer.Layer<HttpClient.HttpClient>) =>
  Layer.mergeAll(Metrics.layer, Resilience.layer({ services: policies })).pipe(
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(Telemetry.layer(options)),
    Layer.provide(client),
    // Log lines go to the collector only.
    Layer.provide(Logger.layer([])),
    Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map()))
  )

/** A call that succeeds, one that succeeds at the second attempt, and time for telemetry of telemetry to show. */
const program = (rest: Promise<void>) =>
  Effect.gen(function* () {
    yield* Effect.succeed("report").pipe(Resilience.call({ ...call, operation: "list" }))
    let asked = 0
    const flaky = Effect.suspend(() => (++asked === 1 ? Effect.fail("connection reset") : Effect.log("answered")))
    yield* flaky.pipe(Resilience.call(call))
    // Inside of a span, where a traced export would leave one more.
    yield* Effect.flatMap(OtlpExporter.Flusher, ({ flush }) => flush).pipe(Effect.withSpan("flush"))
    yield* Effect.promise(async () => rest)
  })

const isId = (key: string) => key === "traceId" || key === "spanId" || key === "parentSpanId"

/** The ids of a plain message as hex, or the hex ids of OTLP/JSON as the bytes of a plain message. */
const recoded = (value: unknown, from: BufferEncoding, to: BufferEncoding): unknown => {
  if (Array.isArray(value)) return value.map((item) => recoded(item, from, to))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isId(key) && typeof item === "string" ? Buffer.from(item, from).toString(to) : recoded(item, from, to)
    ])
  )
}

/** 64-bit numbers are the same as strings and as numbers, and an empty list is the same as none. */
const loose = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(loose)
  if (typeof value !== "object" || value === null) return String(value)
  const there = Object.entries(value).filter(([, item]) => !Array.isArray(item) || item.length > 0)
  return Object.fromEntries(there.map(([key, item]) => [key, loose(item)]))
}

const plain = (type: Definition, message: object): unknown =>
  recoded(type.toObject(message, { longs: String, bytes: String }), "base64", "hex")

const readProtobuf = (type: Definition, bytes: Uint8Array): object => {
  const reader: Reader = Reader.create(bytes)
  reader.skipType = (wireType) => {
    throw new Error(`a field the definitions do not know, of wire type ${wireType}`)
  }
  return type.decode(reader)
}

/** What the definitions read of a body: they know all of it, and would write the same. */
const read = ({ body, headers, signal }: Received): unknown => {
  const type = requestTypes[signal]
  const isProtobuf = headers["content-type"] === "application/x-protobuf"
  const json: unknown = isProtobuf ? undefined : JSON.parse(body.toString("utf8"))
  const message = isProtobuf ? readProtobuf(type, body) : type.fromObject(recoded(json, "hex", "base64"))
  expect(type.verify(message)).toBeNull()
  const value = plain(type, message)
  expect(plain(type, readProtobuf(type, type.encode(message).finish()))).toEqual(value)
  if (!isProtobuf) {
    expect(headers["content-type"]).toBe("application/json")
    expect(loose(value)).toEqual(loose(json))
  }
  return value
}

const readAll = <S extends Signal>(received: ReadonlyArray<Received>, signal: S): ReadonlyArray<Requests[S]> =>
  received.filter((request) => request.signal === signal).map((request) => read(request) as Requests[S])

const attributesOf = (attributes: ReadonlyArray<KeyValue>): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

const spansOf = (received: ReadonlyArray<Received>) =>
  readAll(received, "traces").flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans: [{ spans }] }) => spans)
  )

const logsOf = (received: ReadonlyArray<Received>) =>
  readAll(received, "logs").flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs: [{ logRecords }] }) => logRecords)
  )

/** The last metrics: they are cumulative. */
const metricsOf = (received: ReadonlyArray<Received>) =>
  readAll(received, "metrics")
    .at(-1)!
    .resourceMetrics.flatMap(({ scopeMetrics: [{ metrics }] }) => metrics)

const kinds = [
  ["protobuf", FetchHttpClient.layer],
  ["json", NodeHttpClient.layerUndici]
] as const

describe.for(kinds)("OTLP as %s, read by the official definitions", ([format, client]) => {
  const run = async () => {
    const { cycles, endpoint, received } = await collector()
    const options = {
      endpoint,
      format,
      serviceName: "nightly",
      serviceVersion: "1.2.3",
      headers: { "x-team": Redacted.make("s3cret") },
      interval: "20 millis"
    } as const
    await Effect.runPromise(program(cycles(4)).pipe(Effect.provide(live(options, client))))
    return received
  }

  it("has a span for each call, with its attempts as children", async () => {
    const spans = spansOf(await run())
    // No more than these: the exporters make no spans of their own requests.
    expect(spans.map(({ name }) => name).toSorted()).toEqual([
      "flush",
      "reports fetch",
      "reports fetch attempt",
      "reports fetch attempt",
      "reports list",
      "reports list attempt"
    ])
    for (const { endTimeUnixNano, spanId, startTimeUnixNano, traceId } of spans) {
      expect(traceId).toMatch(/^[0-9a-f]{32}$/)
      expect(spanId).toMatch(/^[0-9a-f]{16}$/)
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano))
    }
    const whole = spans.find(({ name }) => name === "reports fetch")!
    const [first, second] = spans.filter(({ name }) => name === "reports fetch attempt")
    expect(whole.parentSpanId ?? "").toBe("")
    expect([first!.parentSpanId, second!.parentSpanId]).toEqual([whole.spanId, whole.spanId])
    expect([first!.traceId, second!.traceId]).toEqual([whole.traceId, whole.traceId])
    expect(new Set([whole.spanId, first!.spanId, second!.spanId]).size).toBe(3)
    // Internal and client; ok and error.
    expect([whole.kind, first!.kind, second!.kind]).toEqual([1, 3, 3])
    expect([whole.status.code, first!.status.code, second!.status.code]).toEqual([1, 2, 1])
    expect(first!.status.message).toContain("connection reset")
    const [of, ofFirst, ofSecond] = [whole, first!, second!].map(({ attributes }) => attributesOf(attributes))
    expect(ofFirst!["http.request.resend_count"]).toBeUndefined()
    expect(ofSecond!["http.request.resend_count"]).toBe("1")
    expect(of!["skippy.request_id"]).toMatch(/^req_\d{8}_\d{6}_[0-9a-z]{6}$/)
    expect([ofFirst!["skippy.request_id"], ofSecond!["skippy.request_id"]]).toEqual([
      of!["skippy.request_id"],
      of!["skippy.request_id"]
    ])
  })

  it("counts calls in a monotonic sum and times them in a histogram", async () => {
    const metrics = metricsOf(await run())
    const { sum } = metrics.find(({ name }) => name === "skippy_calls_total")!
    expect([sum!.isMonotonic, sum!.aggregationTemporality]).toEqual([true, 2])
    const labels = { service: "reports", outcome: "success", provenance: "live" }
    expect(sum!.dataPoints.map(({ asDouble, attributes }) => [attributesOf(attributes), asDouble])).toEqual([
      [{ ...labels, operation: "list" }, 1],
      [{ ...labels, operation: "fetch" }, 1]
    ])
    const attempts = metrics.find(({ name }) => name === "skippy_attempts_total")!.sum!.dataPoints
    expect(attempts.reduce((total, { asDouble }) => total + asDouble!, 0)).toBe(3)
    const { histogram } = metrics.find(({ name }) => name === "skippy_call_duration_seconds")!
    expect(histogram!.aggregationTemporality).toBe(2)
    expect(histogram!.dataPoints.map(({ attributes }) => attributesOf(attributes)["operation"])).toEqual([
      "list",
      "fetch"
    ])
    for (const { bucketCounts, count, explicitBounds, sum: seconds } of histogram!.dataPoints) {
      expect(count).toBe("1")
      expect(bucketCounts!.reduce((total, bucket) => total + Number(bucket), 0)).toBe(1)
      expect(bucketCounts!.length).toBe(explicitBounds!.length + 1)
      expect(explicitBounds).toEqual(explicitBounds!.toSorted((a, b) => a - b))
      expect(seconds).toBeLessThan(5)
    }
    // The back-off of 20 ms is part of the second call, whatever a clock of milliseconds makes of it.
    expect(histogram!.dataPoints[1]!.sum).toBeGreaterThan(0.015)
  })

  it("has the log line of a call in its trace, with its request id", async () => {
    const received = await run()
    const spans = spansOf(received)
    const whole = spans.find(({ name }) => name === "reports fetch")!
    const second = spans.findLast(({ name }) => name === "reports fetch attempt")!
    const [line, ...others] = logsOf(received)
    expect(others).toEqual([])
    expect(line).toMatchObject({ body: { stringValue: "answered" }, severityNumber: 9 })
    expect([line!.traceId, line!.spanId]).toEqual([whole.traceId, second.spanId])
    expect(attributesOf(line!.attributes)).toMatchObject({
      request_id: attributesOf(whole.attributes)["skippy.request_id"],
      service: "reports",
      operation: "fetch"
    })
  })

  it("says on everything which program it comes from, and sends its headers", async () => {
    const received = await run()
    const resources = [
      ...readAll(received, "traces").flatMap(({ resourceSpans }) => resourceSpans),
      ...readAll(received, "metrics").flatMap(({ resourceMetrics }) => resourceMetrics),
      ...readAll(received, "logs").flatMap(({ resourceLogs }) => resourceLogs)
    ]
    expect(resources.length).toBeGreaterThan(5)
    for (const { resource } of resources) {
      expect(attributesOf(resource.attributes)).toMatchObject({ "service.name": "nightly", "service.version": "1.2.3" })
    }
    for (const { headers } of received) {
      expect(headers).toMatchObject({ "x-team": "s3cret" })
      expect(headers).not.toHaveProperty("traceparent")
    }
  })
})

describe("the reader of these tests", () => {
  it("notices a field the definitions do not know", () => {
    const type = requestTypes.logs
    const known = type.encode(type.fromObject({ resourceLogs: [{ schemaUrl: "known" }] })).finish()
    expect(plain(type, readProtobuf(type, known))).toEqual({ resourceLogs: [{ schemaUrl: "known" }] })
    // Field 99, a number.
    expect(() => readProtobuf(type, Uint8Array.of(...known, 0x98, 0x06, 1))).toThrow("do not know, of wire type 0")
  })
})

describe.for(kinds)("a program without a collector (%s)", ([format, client]) => {
  const calls = Effect.gen(function* () {
    const started = performance.now()
    for (let i = 0; i < 500; i++)
      yield* Effect.andThen(Effect.yieldNow, Effect.log("asked")).pipe(Resilience.call(call))
    return performance.now() - started
  })

  const bare = Layer.mergeAll(Resilience.layer({ services: policies }), Logger.layer([]))
  const alone = () => Effect.runPromise(calls.pipe(Effect.provide(bare)))

  const withTelemetry = async (endpoint: string) => {
    const options = { endpoint, format, interval: "5 millis", shutdownTimeout: "400 millis" } as const
    let inside = 0
    const started = performance.now()
    await Effect.runPromise(
      calls.pipe(
        Effect.map((millis) => (inside = millis)),
        Effect.provide(live(options, client))
      )
    )
    return { inside, ending: performance.now() - started - inside }
  }

  // A wait for a collector would show as 500 times a time-out, or as a second between two tries.
  const slack = 900

  it("answers as fast when nothing listens, and ends within the shutdown limit", async () => {
    const server = createServer()
    const endpoint = await listen(server)
    await close(server)
    const without = await alone()
    const { ending, inside } = await withTelemetry(endpoint)
    expect(inside).toBeLessThan(without + slack)
    expect(ending).toBeLessThan(400 + slack)
  })

  it("answers as fast when the collector never answers, and ends within the shutdown limit", async () => {
    let asked = 0
    const endpoint = await listen(createServer(() => void asked++))
    const without = await alone()
    const { ending, inside } = await withTelemetry(endpoint)
    expect(asked).toBeGreaterThan(0)
    expect(inside).toBeLessThan(without + slack)
    expect(ending).toBeLessThan(400 + slack)
  })
})

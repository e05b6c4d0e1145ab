import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import {
  Cause,
  Clock,
  ConfigProvider,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  Metric,
  Redacted,
  References,
  Scope
} from "effect"
import { HttpClient, type HttpClientRequest, HttpClientResponse } from "effect/http"
import { OtlpExporter } from "effect/observability"
import { TestClock } from "effect/testing"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Metrics from "../../src/observe/Metrics.ts"
import * as Telemetry from "../../src/observe/Telemetry.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"

const call = { service: "reports", operation: "fetch" } as const

/** A collector that keeps what it was sent. */
const collector = (answer: Effect.Effect<Response> = Effect.sync(() => new Response())) => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) =>
    Effect.suspend(() => {
      requests.push(request)
      return Effect.map(answer, (response) => HttpClientResponse.fromWeb(request, response))
    })
  )
  const bodies = (signal: string) =>
    requests
      .filter(({ url }) => url.endsWith(`/v1/${signal}`))
      .map(({ body }) => (body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""))
  return { requests, client, bodies }
}

const live = (client: HttpClient.HttpClient, options?: Partial<Telemetry.Options>) =>
  Layer.mergeAll(Metrics.layer, Resilience.layer()).pipe(
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(
      Telemetry.layer({ endpoint: "http://collector:4318", serviceName: "nightly", format: "json", ...options })
    ),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map()))
  )

const namesIn = (body: string): ReadonlyArray<string> =>
  JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.map(({ name }: { readonly name: string }) => name)

const attributesIn = (body: string): Record<string, string> =>
  Object.fromEntries(
    JSON.parse(body).resourceLogs[0].resource.attributes.map(
      ({ key, value }: { readonly key: string; readonly value: { readonly stringValue: string } }) => [
        key,
        value.stringValue
      ]
    )
  )

describe("telemetry", () => {
  it.effect("sends spans, metrics and log lines at every interval, not before", () => {
    const { bodies, client, requests } = collector()
    return Effect.gen(function* () {
      yield* Effect.log("asked").pipe(Resilience.call(call))
      yield* TestClock.adjust("4999 millis")
      expect(requests).toEqual([])
      yield* TestClock.adjust("1 milli")
      expect(requests.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual([
        "POST http://collector:4318/v1/logs",
        "POST http://collector:4318/v1/metrics",
        "POST http://collector:4318/v1/traces"
      ])
      expect(bodies("traces").map(namesIn)).toEqual([["reports fetch attempt", "reports fetch"]])
      expect(bodies("metrics")[0]).toContain("skippy_calls_total")
      expect(bodies("logs")[0]).toContain("asked")
    }).pipe(Effect.provide(live(client)))
  })

  it.effect("makes no spans of its own requests, also when they are made inside of a span", () => {
    const { bodies, client, requests } = collector()
    return Effect.gen(function* () {
      const { flush } = yield* OtlpExporter.Flusher
      yield* Effect.void.pipe(Resilience.call(call))
      yield* Effect.withSpan(flush, "flush")
      for (let i = 0; i < 12; i++) yield* TestClock.adjust("5 seconds")
      expect(bodies("metrics").length).toBe(13)
      expect(bodies("traces").map(namesIn)).toEqual([["reports fetch attempt", "reports fetch"], ["flush"]])
      expect(requests.filter(({ headers }) => "traceparent" in headers || "b3" in headers)).toEqual([])
    }).pipe(Effect.provide(live(client)))
  })

  it.effect("sends what is left when the layer ends, the last counts included", () => {
    const { bodies, client } = collector()
    return Effect.gen(function* () {
      yield* Effect.log("last words").pipe(Resilience.call(call), Effect.provide(live(client)))
      expect(bodies("traces").map(namesIn)).toEqual([["reports fetch attempt", "reports fetch"]])
      expect(bodies("metrics")[0]).toContain("skippy_calls_total")
      expect(bodies("logs")[0]).toContain("last words")
    })
  })

  it.effect("sends at once when flushed", () => {
    const { bodies, client } = collector()
    return Effect.gen(function* () {
      yield* Effect.void.pipe(Resilience.call(call))
      const { flush } = yield* OtlpExporter.Flusher
      yield* flush
      expect(bodies("traces").length).toBe(1)
    }).pipe(Effect.provide(live(client)))
  })

  it.effect("sends headers, secret ones in the clear, to the base address with or without a slash", () => {
    const { client, requests } = collector()
    const options = {
      endpoint: "https://otlp.example/in/",
      headers: { "X-Team": Redacted.make("s3cret"), region: "eu" }
    }
    return Effect.gen(function* () {
      yield* Effect.log("asked").pipe(Resilience.call(call), Effect.provide(live(client, options)))
      expect(requests.length).toBe(3)
      for (const { headers, url } of requests) {
        expect(url).toMatch(/^https:\/\/otlp\.example\/in\/v1\/(traces|metrics|logs)$/)
        expect(headers).toMatchObject({ "x-team": "s3cret", region: "eu" })
      }
    })
  })

  it.effect("never shows a secret header when it tells why it stopped", () => {
    const { client } = collector(Effect.sync(() => new Response(null, { status: 401 })))
    const lines: Array<string> = []
    const loggers = Logger.layer([
      Logger.make((options) => {
        lines.push(Logger.formatJson.log(options), inspect(options, { depth: 12 }))
      })
    ])
    const options = { headers: { "x-team": Redacted.make("s3cret"), authorization: Redacted.make("s3cret") } }
    return Effect.gen(function* () {
      yield* TestClock.adjust("5 seconds")
      expect(lines.join("\n")).toContain("Disabling exporter")
      expect(lines.join("\n")).not.toContain("s3cret")
    }).pipe(
      Effect.provide(live(client, options).pipe(Layer.provideMerge(loggers))),
      Effect.provideService(References.MinimumLogLevel, "Debug")
    )
  })

  it.effect("writes protobuf unless told otherwise", () =>
    Effect.gen(function* () {
      for (const [format, type] of [
        [undefined, "application/x-protobuf"],
        ["json", "application/json"]
      ] as const) {
        const { client, requests } = collector()
        yield* Effect.log("asked").pipe(Resilience.call(call), Effect.provide(live(client, { format })))
        expect(requests.map(({ body }) => ("contentType" in body ? body.contentType : ""))).toEqual([type, type, type])
      }
    })
  )

  it.effect("is named by the option, else by the environment, else unknown_service", () =>
    Effect.gen(function* () {
      const named = (serviceName: string | undefined, env: Record<string, string>) => {
        const { bodies, client } = collector()
        return Effect.log("asked").pipe(
          Effect.provide(
            Layer.provide(live(client, { serviceName }), ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
          ),
          Effect.map(() => attributesIn(bodies("logs")[0]!))
        )
      }
      const env = {
        OTEL_SERVICE_NAME: "from-env",
        OTEL_SERVICE_VERSION: "7",
        OTEL_RESOURCE_ATTRIBUTES: "service.name=other,zone=b"
      }
      expect(yield* named("nightly", env)).toMatchObject({ "service.name": "nightly", zone: "b" })
      expect(yield* named(undefined, env)).toMatchObject({ "service.name": "from-env", "service.version": "7" })
      expect(yield* named(undefined, { OTEL_RESOURCE_ATTRIBUTES: "service.name=other" })).toMatchObject({
        "service.name": "other"
      })
      expect(yield* named(undefined, {})).toMatchObject({ "service.name": "unknown_service" })
    })
  )

  it.effect("holds no call up while a collector never answers, and gives its request up after ten seconds", () => {
    const { client, requests } = collector(Effect.never)
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(live(client), scope)
      yield* TestClock.adjust("5 seconds")
      expect(requests.length).toBe(1)
      const before = yield* Clock.currentTimeMillis
      for (let i = 0; i < 100; i++) {
        yield* Effect.log(`line ${i}`).pipe(Resilience.call(call), Effect.provide(context))
      }
      expect((yield* Clock.currentTimeMillis) - before).toBe(0)
      const metrics = () => requests.filter(({ url }) => url.endsWith("/v1/metrics")).length
      yield* TestClock.adjust("10 seconds")
      yield* TestClock.adjust("999 millis")
      expect(metrics()).toBe(1)
      // The second of four tries, each a second after the last has failed.
      yield* TestClock.adjust("1 milli")
      expect(metrics()).toBe(2)
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(closing)
    })
  })

  it.effect("leaves a collector that keeps failing alone for a minute, then sends again", () => {
    let up = false
    const { client, requests } = collector(Effect.sync(() => new Response(null, { status: up ? 200 : 503 })))
    return Effect.gen(function* () {
      for (let i = 0; i < 9; i++) yield* TestClock.adjust("1 second")
      expect(requests.length).toBe(4)
      up = true
      for (let i = 0; i < 58; i++) yield* TestClock.adjust("1 second")
      expect(requests.length).toBe(4)
      for (let i = 0; i < 5; i++) yield* TestClock.adjust("1 second")
      expect(requests.length).toBe(5)
    }).pipe(Effect.provide(live(client)))
  })

  it.effect("ends within three seconds while a collector never answers", () => {
    const { client, requests } = collector(Effect.never)
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(live(client), scope)
      yield* Effect.log("last words").pipe(Resilience.call(call), Effect.provide(context))
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* TestClock.adjust("2999 millis")
      expect(requests.length).toBe(3)
      expect(closing.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 milli")
      expect(closing.pollUnsafe()).toEqual(Exit.void)
      yield* Fiber.join(closing)
    })
  })

  it.effect("refuses options that cannot work", () =>
    Effect.gen(function* () {
      const { client } = collector()
      const refused = (options: Partial<Telemetry.Options>) =>
        Effect.map(Effect.exit(Effect.void.pipe(Effect.provide(live(client, options)))), (exit) =>
          Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "accepted"
        )
      expect(yield* refused({ endpoint: "collector:4318" })).toContain(`option "endpoint" is "collector:4318"`)
      expect(yield* refused({ interval: 0 })).toContain(`option "interval"`)
      expect(yield* refused({ requestTimeout: "-1 second" })).toContain(`option "requestTimeout"`)
      expect(yield* refused({ shutdownTimeout: "0 seconds" })).toContain(`option "shutdownTimeout"`)
    })
  )
})

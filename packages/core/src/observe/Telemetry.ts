/**
 * Traces, metrics and logs to one OTLP endpoint over HTTP: a collector, or a vendor that takes OTLP.
 *
 * Build it below the pipelines and below `Metrics.layer`, so what they do last is still sent. Effect's own exporters of
 * `effect/observability` send in batches, beside the program: nothing waits for a collector, and nothing fails without
 * one. An endpoint that still fails after three more tries is left alone for a minute; what comes meanwhile is lost.
 * Requests of the exporters have no spans and carry no `traceparent`, so telemetry never makes telemetry.
 *
 * @example
 * ```ts
 * import { EventBus, Metrics, Resilience, Telemetry } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 * import { HttpClient, HttpClientResponse } from "effect/http"
 *
 * // Stands for `FetchHttpClient.layer`, and for the collector behind it.
 * const client = HttpClient.make((request, url) =>
 *   Effect.sync(() => {
 *     console.log(request.method, url.pathname)
 *     return HttpClientResponse.fromWeb(request, new Response())
 *   })
 * )
 *
 * const program = Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 * const layer = Layer.mergeAll(Metrics.layer, Resilience.layer()).pipe(
 *   Layer.provideMerge(EventBus.layer()),
 *   Layer.provideMerge(Telemetry.layer({ endpoint: "http://127.0.0.1:4318", serviceName: "nightly" })),
 *   Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
 * )
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * POST /v1/traces
 * POST /v1/metrics
 * ```
 *
 * @module
 */
import { Config, type Duration, Effect, Layer, Redacted, Schema } from "effect"
import { HttpClient, HttpClientError } from "effect/http"
import { Otlp, type OtlpExporter } from "effect/observability"
import { checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import * as Tracing from "./Tracing.ts"

/** How OTLP bodies are written. */
export type Format = "protobuf" | "json"

/** Where telemetry goes, and as whose. */
export interface Options {
  /** The base address, such as `http://127.0.0.1:4318`; `/v1/traces`, `/v1/metrics` and `/v1/logs` are added. */
  readonly endpoint: string
  /** Default: `OTEL_SERVICE_NAME`, or `service.name` of `OTEL_RESOURCE_ATTRIBUTES`, or `unknown_service`. */
  readonly serviceName?: string | undefined
  /** Default: `OTEL_SERVICE_VERSION`, or `service.version` of `OTEL_RESOURCE_ATTRIBUTES`, or none. */
  readonly serviceVersion?: string | undefined
  /** Sent with every request; a key of a vendor is best `Redacted`. Default none. */
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
  /** How bodies are written. Default `protobuf`. */
  readonly format?: Format | undefined
  /** How often what waits is sent. Default 5 seconds. */
  readonly interval?: Duration.Input | undefined
  /** Above it one request is given up. Default 10 seconds. */
  readonly requestTimeout?: Duration.Input | undefined
  /** How long the end of the program waits for the last request. Default 3 seconds. */
  readonly shutdownTimeout?: Duration.Input | undefined
}

/** The defaults, in one place. */
export const defaults = {
  serviceName: "unknown_service",
  format: "protobuf",
  interval: "5 seconds",
  requestTimeout: "10 seconds",
  shutdownTimeout: "3 seconds"
} as const

/** A collector that accepts and never answers would hold the exporters forever. */
const limited = (client: HttpClient.HttpClient, millis: number): HttpClient.HttpClient =>
  HttpClient.transform(client, (effect, request) =>
    effect.pipe(
      // The body belongs to the request: it is read within the same limit.
      Effect.tap((response) => Effect.ignore(response.arrayBuffer)),
      Effect.timeoutOrElse({
        duration: millis,
        orElse: () =>
          Effect.fail(
            new HttpClientError.HttpClientError({
              reason: new HttpClientError.TransportError({ request, description: `no answer in ${millis} ms` })
            })
          )
      })
    )
  )

const plain = (headers: Options["headers"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      Redacted.isRedacted(value) ? Redacted.value(value) : value
    ])
  )

/** The name Effect's exporters insist on; left to them where the environment has one. */
const serviceName = Effect.gen(function* () {
  const name = yield* Config.option(Config.String("OTEL_SERVICE_NAME"))
  const attributes = yield* Config.option(Config.Record(Schema.String, Schema.String, "OTEL_RESOURCE_ATTRIBUTES"))
  const named = name._tag === "Some" || (attributes._tag === "Some" && attributes.value["service.name"] !== undefined)
  return named ? undefined : defaults.serviceName
}).pipe(Effect.orDie)

/**
 * Spans of calls and attempts, the current metrics, and log lines, sent until the layer ends; `OtlpExporter.Flusher` of
 * `effect/observability` sends at once.
 */
export const layer = (options: Options): Layer.Layer<OtlpExporter.Flusher, never, HttpClient.HttpClient> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { endpoint } = options
      checkOption(
        /^https?:\/\/[^/\s]+/.test(endpoint),
        "Telemetry",
        "endpoint",
        endpoint,
        `give an address such as "http://127.0.0.1:4318"`
      )
      const millis = (option: "interval" | "requestTimeout" | "shutdownTimeout") =>
        checkMillis("Telemetry", option, options[option] ?? defaults[option], 1)
      const interval = millis("interval")
      const client = limited(yield* HttpClient.HttpClient, millis("requestTimeout"))
      const format = options.format ?? defaults.format
      const otlp = format === "json" ? Otlp.layerJson : Otlp.layerProtobuf
      return otlp({
        baseUrl: endpoint,
        resource: { serviceName: options.serviceName ?? (yield* serviceName), serviceVersion: options.serviceVersion },
        headers: plain(options.headers),
        loggerExportInterval: interval,
        metricsExportInterval: interval,
        tracerExportInterval: interval,
        shutdownTimeout: millis("shutdownTimeout")
      }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client)), Layer.merge(Tracing.layer))
    })
  )

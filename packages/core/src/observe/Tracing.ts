/**
 * Spans for calls and attempts, and the request id on every log line of a call.
 *
 * Build it below the pipelines. Spans go to Effect's current `Tracer`: `OtlpTracer` of `effect/observability` sends them
 * on, and Effect's HTTP client puts the attempt's span into `traceparent`. A call made inside of a span, such as one that
 * came in with `traceparent`, belongs to its trace.
 *
 * Names follow OpenTelemetry: https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
 *
 * @example
 * ```ts
 * import { Resilience, Tracing } from "@skippy/core"
 * import { Effect, Layer, Tracer } from "effect"
 *
 * const names: Array<string> = []
 * const tracer = Tracer.make({
 *   span: (options) => {
 *     names.push(options.name)
 *     return new Tracer.NativeSpan(options)
 *   }
 * })
 *
 * const program = Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 * const layer = Resilience.layer().pipe(Layer.provide(Tracing.layer))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer), Effect.withTracer(tracer)))
 * console.log(names.join(", "))
 * ```
 *
 * ```text
 * reports fetch, reports fetch attempt
 * ```
 *
 * @module
 */
import { Effect, Layer } from "effect"
import { CallObserver } from "../event/CallObserver.ts"
import type { CurrentCall } from "../event/CurrentCall.ts"

const attributesOf = ({ operation, requestId, service }: CurrentCall) => ({
  "skippy.request_id": requestId,
  "skippy.service": service,
  "skippy.operation": operation
})

/** OpenTelemetry asks for the count of resends only when there was one. */
const resends = ({ attempt }: CurrentCall) => (attempt > 1 ? { "http.request.resend_count": attempt - 1 } : {})

const observer: CallObserver = {
  call: (effect, call) =>
    effect.pipe(
      Effect.annotateLogs({ request_id: call.requestId, service: call.service, operation: call.operation }),
      Effect.withSpan(`${call.service} ${call.operation}`, { attributes: attributesOf(call) })
    ),
  attempt: (effect, call) =>
    Effect.withSpan(effect, `${call.service} ${call.operation} attempt`, {
      kind: "client",
      attributes: { ...attributesOf(call), ...resends(call) }
    })
}

/** Spans and log annotations for all pipelines built on this layer. */
export const layer: Layer.Layer<never> = Layer.succeed(CallObserver, observer)

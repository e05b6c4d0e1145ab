/**
 * The trace a client says its call belongs to, in `_meta` of the request as in the headers of HTTP.
 *
 * @module
 */
import { Effect, Option, Predicate, type Tracer } from "effect"
import type { McpSchema } from "effect/ai"
import { Headers, HttpTraceContext } from "effect/http"

const keys = ["traceparent", "tracestate"] as const

/** The span of the client, if it names one. */
export const parentOf = ({
  requestMetadata
}: McpSchema.McpRequestContext["Service"]): Option.Option<Tracer.ExternalSpan> =>
  HttpTraceContext.fromHeaders(
    Headers.fromInput(
      keys.flatMap((key) => {
        const value = Predicate.hasProperty(requestMetadata, key) ? requestMetadata[key] : undefined
        return Predicate.isString(value) ? [[key, value] as const] : []
      })
    )
  )

/** Makes what is done part of the trace of the client. */
export const joined =
  (context: McpSchema.McpRequestContext["Service"]) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Option.match(parentOf(context), {
      onNone: () => effect,
      onSome: (span) => Effect.withParentSpan(effect, span)
    })

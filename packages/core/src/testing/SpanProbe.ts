/**
 * Writes down every span of a test, each when it begins, parents before their children.
 *
 * @example
 * ```ts
 * import { SpanProbe } from "@skippy/core/testing"
 * import { Effect } from "effect"
 *
 * const probe = SpanProbe.make()
 * const inner = Effect.void.pipe(Effect.withSpan("inner", { attributes: { rows: 42 } }))
 *
 * await Effect.runPromise(inner.pipe(Effect.withSpan("outer"), Effect.withTracer(probe.tracer)))
 * console.log(probe.spans.map(({ attributes, name }) => `${name} ${attributes.get("rows") ?? "-"}`).join(", "))
 * ```
 *
 * ```text
 * outer -, inner 42
 * ```
 *
 * @module
 */
import { Tracer } from "effect"

/** A tracer, and the spans it made. */
export interface SpanProbe {
  /** For `Effect.withTracer`, or a layer of `Tracer.Tracer`. */
  readonly tracer: Tracer.Tracer
  /** All spans so far, in the order they began; status and attributes are those of now. */
  readonly spans: ReadonlyArray<Tracer.NativeSpan>
}

/** Makes a probe. */
export const make = (): SpanProbe => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { spans, tracer }
}

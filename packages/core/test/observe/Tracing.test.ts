import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger, References, Tracer } from "effect"
import { TestClock } from "effect/testing"
import * as Tracing from "../../src/observe/Tracing.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as Flaky from "../../src/testing/FlakyDependency.ts"
import * as SpanProbe from "../../src/testing/SpanProbe.ts"

const services = { reports: { retry: { baseDelay: "1 second", jitter: "none" } } } as const
const live = Resilience.layer({ services }).pipe(Layer.provide(Tracing.layer))
const call = { service: "reports", operation: "fetch", idempotent: true } as const

const twoAttempts = Effect.gen(function* () {
  const service = Flaky.make<string, string>([Flaky.fail("down"), Flaky.succeed("up")])
  const fiber = yield* Effect.forkChild(service.call.pipe(Resilience.call(call)))
  for (let i = 0; i < 4; i++) yield* TestClock.adjust("500 millis")
  yield* Fiber.join(fiber)
})

describe("tracing", () => {
  it.effect("makes a span for the call and one for each attempt, with the count of resends", () => {
    const { spans, tracer } = SpanProbe.make()
    return Effect.gen(function* () {
      yield* twoAttempts
      const [whole, first, second] = spans
      expect(spans.map(({ name }) => name)).toEqual(["reports fetch", "reports fetch attempt", "reports fetch attempt"])
      expect([first, second].map((span) => span!.parent)).toMatchObject([
        { _tag: "Some", value: { spanId: whole!.spanId } },
        { _tag: "Some", value: { spanId: whole!.spanId } }
      ])
      expect([first!.kind, first!.attributes.get("http.request.resend_count")]).toEqual(["client", undefined])
      expect(second!.attributes.get("http.request.resend_count")).toBe(1)
      expect(whole!.attributes.get("skippy.request_id")).toBe(second!.attributes.get("skippy.request_id"))
      const ended = spans.map(({ status }) => (status._tag === "Ended" ? Exit.isSuccess(status.exit) : undefined))
      expect(ended).toEqual([true, false, true])
    }).pipe(Effect.provide(live), Effect.withTracer(tracer))
  })

  it.effect("belongs to the trace it was called in", () => {
    const { spans, tracer } = SpanProbe.make()
    const incoming = Tracer.externalSpan({ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" })
    return Effect.gen(function* () {
      yield* Effect.void.pipe(Resilience.call(call), Effect.withParentSpan(incoming))
      expect(spans.map(({ traceId }) => traceId)).toEqual([incoming.traceId, incoming.traceId])
    }).pipe(Effect.provide(live), Effect.withTracer(tracer))
  })

  it.effect("puts the request id on every log line of the call", () => {
    const ids: Array<unknown> = []
    const logger = Logger.make((options) => {
      ids.push(options.fiber.getRef(References.CurrentLogAnnotations)["request_id"])
    })
    return Effect.gen(function* () {
      yield* Effect.log("outside")
      yield* Effect.log("inside").pipe(Resilience.call(call))
      expect(ids[0]).toBeUndefined()
      expect(String(ids[1])).toMatch(/^req_\d{8}_\d{6}_[0-9a-z]{6}$/)
    }).pipe(Effect.provide(Layer.merge(live, Logger.layer([logger]))))
  })

  it.effect("costs nothing where it is not provided", () => {
    const { spans, tracer } = SpanProbe.make()
    return Effect.gen(function* () {
      yield* twoAttempts
      expect(spans).toEqual([])
    }).pipe(Effect.provide(Resilience.layer({ services })), Effect.withTracer(tracer))
  })
})

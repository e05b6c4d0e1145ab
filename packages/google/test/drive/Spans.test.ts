/** What is told of calls: spans, errors, logs and events; and what is not. */
import { inspect } from "node:util"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Cause, Effect, Layer, Logger, References, Stream, type Tracer } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest, type TestOptions } from "../../src/drive/DriveTest.ts"
import { policies } from "../../src/drive/TestWorld.ts"
import { directory, inMemory } from "./support.ts"

const report = { id: "a1", name: "report.txt", content: "42 rows" }

const requestOf = (span: Tracer.Span) =>
  [span.name, span.attributes.get("http.request.method"), span.attributes.get("http.response.status_code")].filter(
    (part) => part !== undefined
  )

describe("the spans of a call", () => {
  it.live("tell of one operation, its calls, and one request each", () => {
    const { spans, tracer } = SpanProbe.make()
    return Effect.gen(function* () {
      ;(yield* DriveTest).faults.set(Fault.once(Fault.status(503)))
      yield* Drive.use((drive) => drive.readDocument({ fileId: "a1" }))
      expect(spans.map(requestOf)).toEqual([
        ["Drive.readDocument"],
        ["google-drive readDocument"],
        ["google-drive readDocument attempt", "GET", 503],
        ["google-drive readDocument attempt", "GET", 200],
        ["google-drive readDocument"],
        ["google-drive readDocument attempt", "GET", 200]
      ])
    }).pipe(
      Effect.provide(Layer.provide(inMemory({ files: [report], policies }), Tracing.layer)),
      Effect.withTracer(tracer)
    )
  })
})

const canary = "ya29.canary"
const tokens = [{ token: canary, email: "ada@example.com" }]

/** What exporters see of a span. An answer that came is only kept in memory. */
const exported = ({ attributes, events, links, name, status }: Tracer.NativeSpan) => ({
  name,
  attributes,
  events,
  links,
  failure: status._tag === "Ended" && status.exit._tag === "Failure" ? status.exit : undefined
})

/** All that is inside of a value, as text. */
const textOf = (value: unknown): string => inspect(value, { depth: 30, showHidden: true, maxArrayLength: null })

/** Everything that goes wrong while a server repeats the token wherever it can. */
const troubles: ReadonlyArray<TestOptions> = [
  { token: `${canary}_forgotten` },
  { faults: Fault.always(Fault.reset) },
  { faults: Fault.always(Fault.status(500, { body: canary })) },
  { faults: Fault.always(Fault.status(403, { body: `<html><title>${canary}</title>` })) },
  { faults: Fault.always(Fault.status(200, { body: canary })) },
  { faults: Fault.always(Fault.status(301, { headers: { location: `https://evil.example/${canary}` } })) },
  ...[400, 401, 403, 404, 409, 410, 429, 503].map((status) => ({
    faults: Fault.always(
      Fault.status(status, {
        body: JSON.stringify({
          error: {
            code: status,
            message: `Bearer ${canary}`,
            status: canary,
            errors: [{ reason: canary, message: `Bearer ${canary}`, location: canary, domain: canary }]
          }
        })
      })
    )
  }))
]

describe("the token", () => {
  for (const traced of [true, false]) {
    it.live(`is in no error, span, event or log, ${traced ? "with" : "without"} the pipeline's own spans`, () => {
      const { spans, tracer } = SpanProbe.make()
      const probe = EventProbe.make()
      const told: Array<unknown> = []
      const logger = Logger.make((options) => told.push(Logger.formatStructured.log(options)))
      const everything = (drive: Drive["Service"], folder: string) =>
        Effect.forEach(
          [
            drive.searchFiles(),
            Stream.runDrain(drive.files()),
            drive.listFolder(),
            drive.getFile({ fileId: "a1", includePermissions: true }),
            drive.findFolders({ name: "Reports" }),
            drive.readDocument({ fileId: "a1" }),
            drive.downloadFile({ fileId: "a1", path: `${folder}/it`, overwrite: true }),
            drive.createFolder({ name: "Reports" }),
            drive.renameFile({ fileId: "a1", name: "other" }),
            drive.shareFile({ fileId: "a1" })
          ],
          (call: Effect.Effect<unknown, unknown>) =>
            Effect.tapCause(call, (cause) =>
              Effect.andThen(
                Effect.logError("it failed", cause),
                Effect.sync(() =>
                  told.push(cause, Cause.pretty(cause), ...cause.reasons.map((one) => JSON.stringify(one)))
                )
              )
            ).pipe(Effect.ignore)
        )
      const run = (options: TestOptions) => {
        const tests = inMemory({ tokens, files: [report], policies, ...options })
        const below = traced ? Layer.merge(probe.layer, Tracing.layer) : probe.layer
        return Effect.gen(function* () {
          const folder = yield* directory
          yield* Drive.use((drive) => everything(drive, folder))
          told.push(yield* Drive)
          return (yield* DriveTest).requests()
        }).pipe(Effect.scoped, Effect.provide(Layer.provide(tests, below)))
      }
      return Effect.gen(function* () {
        const requests = yield* Effect.forEach(troubles, run)
        // It was there to be told.
        expect(textOf(requests)).toContain(`Bearer ${canary}`)
        expect(spans.length).toBeGreaterThan(100)
        expect(told.length).toBeGreaterThan(100)
        expect(probe.events().length).toBeGreaterThan(100)
        const seen = [...spans.map(exported), ...told, ...probe.events()].filter((one) => textOf(one).includes(canary))
        expect(seen).toEqual([])
        expect(textOf(told)).toContain("Bearer <redacted>")
      }).pipe(
        Effect.provide([Logger.layer([logger]), NodeFileSystem.layer, NodePath.layer]),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.withTracer(tracer)
      )
    })
  }
})

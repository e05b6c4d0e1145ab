/** What is told of calls: spans, errors, logs and events; and what is not. */
import { inspect } from "node:util"
import { Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Layer, Logger, Option, References, Tracer } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import { GitHubTest, type TestOptions } from "../../src/github/GitHubTest.ts"
import { policies } from "../../src/github/TestWorld.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { engine, inMemory, issue, pull, repository } from "./support.ts"

const requestOf = (span: Tracer.Span) =>
  [span.name, span.attributes.get("http.request.method"), span.attributes.get("http.response.status_code")].filter(
    (part) => part !== undefined
  )

describe("the spans of a call", () => {
  it.live("tell of one request each, the look before a retry included", () => {
    const { spans, tracer } = SpanProbe.make()
    return Effect.gen(function* () {
      const faults = Fault.when({ method: "POST" }, Fault.times(2, Fault.status(503)))
      ;(yield* GitHubTest).faults.set(faults)
      yield* GitHub.use((github) => github.createIssue(issue))
      expect(spans.map(requestOf)).toEqual([
        ["GitHub.createIssue"],
        ["github createIssue"],
        ["github createIssue attempt", "POST", 503],
        ["github createIssue attempt", "POST", 503],
        ["github createIssue lookup", "GET", 200],
        ["github createIssue attempt", "POST", 201],
        ["github createIssue lookup", "GET", 200]
      ])
      const parents = spans.map(({ parent }) => Option.getOrUndefined(parent)?.spanId)
      expect(parents.slice(4)).toEqual([spans[3]?.spanId, spans[1]?.spanId, spans[5]?.spanId])
    }).pipe(Effect.provide(Layer.provide(inMemory({ policies }), Tracing.layer)), Effect.withTracer(tracer))
  })
})

const canary = "ghp_canary"
const tokens = [{ token: canary, login: "ada" }]

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
  { token: "ghp_canary_forgotten" },
  { faults: Fault.always(Fault.reset) },
  { faults: Fault.always(Fault.status(500, { body: canary })) },
  { faults: Fault.always(Fault.status(200, { body: canary })) },
  { faults: Fault.always(Fault.status(301, { headers: { location: `https://evil.example/${canary}` } })) },
  ...[400, 401, 403, 404, 409, 410, 422, 429].map((status) => ({
    faults: Fault.always(
      Fault.status(status, {
        body: JSON.stringify({
          message: `Bearer ${canary}`,
          documentation_url: `https://docs.github.com/${canary}`,
          errors: [`not ${canary}`, { field: canary, code: canary, message: canary, value: canary }]
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
      const everything = (github: GitHub["Service"]) =>
        Effect.forEach(
          [
            github.createPullRequest(pull),
            github.createIssue({ ...issue, idempotencyKey: "key" }),
            github.listPullRequests({ repository }),
            github.getRepository(repository),
            github.rateLimit
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
        const tests = inMemory({ tokens, repositories: [engine], policies, ...options })
        const below = traced ? Layer.merge(probe.layer, Tracing.layer) : probe.layer
        return Effect.gen(function* () {
          yield* GitHub.use(everything)
          told.push(yield* GitHub)
          return (yield* GitHubTest).requests()
        }).pipe(Effect.provide(Layer.provide(tests, below)))
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
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.withTracer(tracer)
      )
    })
  }
})

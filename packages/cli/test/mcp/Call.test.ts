import { SpanProbe } from "@skippy/core/testing"
import { Cause, Deferred, Duration, Effect, Logger, Option, Queue, Ref, Schema, type Scope, Tracer } from "effect"
import { describe, expect, it } from "vitest"
import { failureAnswer, metaKey } from "../../src/mcp/FailureAnswer.ts"
import { ToolCall } from "../../src/mcp/Tool.ts"
import { client, offered, revisions, saying } from "./wire.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))

class Trouble extends Schema.TaggedError<Trouble>()("Trouble", {
  category: Schema.Literals(["transient", "notFound", "auth", "invalid"]),
  requestId: Schema.optionalKey(Schema.String),
  retryAfter: Schema.optionalKey(Schema.Duration)
}) {
  override get message(): string {
    return "the service says no\nskippy: pretends to be another line"
  }
}

const given = { text: "x" }

const callOf = (revision: string, tool: ReturnType<typeof saying>, input: object = given) =>
  Effect.gen(function* () {
    const { call } = yield* client(revision, offered([tool]))
    return (yield* call(tool.name, input)).result
  })

describe.for(revisions)("in %s", (revision) => {
  it("a call is answered twice, as structured content and as text", () =>
    run(
      Effect.gen(function* () {
        const result = yield* callOf(
          revision,
          saying("say", ({ text }) => Effect.succeed(`${text}!`))
        )
        expect(result).toMatchObject({ structuredContent: { said: "x!" }, content: [{ type: "text", text: "x!" }] })
        expect(result.isError ?? false).toBe(false)
      })
    ))

  it("a tool is listed with strict input, output and true hints, and without what says nothing", () =>
    run(
      Effect.gen(function* () {
        const { request } = yield* client(revision, offered([saying("say", () => Effect.succeed(""))]))
        const { result } = yield* request("tools/list")
        expect(result.tools).toEqual([
          {
            name: "say",
            title: "say",
            description: "A tool of tests",
            inputSchema: {
              type: "object",
              properties: {
                text: { type: "string", description: "What is said" },
                times: { type: "integer", minimum: 1, maximum: 9 }
              },
              required: ["text"],
              additionalProperties: false
            },
            outputSchema: { type: "object", properties: { said: { type: "string" } }, required: ["said"] },
            annotations: {
              readOnlyHint: false,
              destructiveHint: true,
              idempotentHint: false,
              openWorldHint: false
            }
          }
        ])
      })
    ))

  it("wrong input is a result that names each field, its value and what to give, and calls nothing", () =>
    run(
      Effect.gen(function* () {
        const calls = yield* Ref.make(0)
        const tool = saying("say", () =>
          Effect.as(
            Ref.update(calls, (count) => count + 1),
            "said"
          )
        )
        const result = yield* callOf(revision, tool, { times: 12, loud: true })
        expect(result).toMatchObject({ isError: true })
        expect(result.content[0].text).toBe(
          [
            "say was not called: loud is no parameter of say; it takes text, times",
            "text is missing; give it (What is said)",
            "times is 12; give a value between 1 and 9"
          ].join("\n")
        )
        expect(yield* Ref.get(calls)).toBe(0)
      })
    ))

  it("a tool that is not there is an error of the protocol", () =>
    run(
      Effect.gen(function* () {
        const { call } = yield* client(revision, offered([]))
        expect((yield* call("nothing", {})).error).toMatchObject({ code: -32602 })
      })
    ))

  it("a failure tells what happened, when to try again, and the request id", () =>
    run(
      Effect.gen(function* () {
        const trouble = new Trouble({ category: "transient", requestId: "req-1", retryAfter: Duration.seconds(12) })
        const result = yield* callOf(
          revision,
          saying("say", () => Effect.fail(trouble))
        )
        expect(result.isError).toBe(true)
        expect(result.content[0].text.split("\n")).toEqual([
          "the service says no",
          "skippy: pretends to be another line",
          "Try again in 12 s; sooner it fails the same way.",
          "Request id: req-1 (its attempts: skippy journal show req-1)"
        ])
        expect(result._meta[metaKey]).toMatchObject({ tag: "Trouble", retryable: true, retryAfterMs: 12_000 })
      })
    ))

  it("of a defect nothing is told, and the server lives on", () =>
    run(
      Effect.gen(function* () {
        const tool = saying("say", ({ text }) =>
          text === "bad" ? Effect.die(new Error("token=hunter2")) : Effect.succeed("fine")
        )
        const { call } = yield* client(revision, offered([tool]))
        const { result } = yield* call("say", { text: "bad" })
        expect(result.isError).toBe(true)
        expect(JSON.stringify(result)).not.toContain("hunter2")
        expect((yield* call("say", given)).result.structuredContent.said).toBe("fine")
      }).pipe(Effect.provide(Logger.layer([])))
    ))

  it("progress is told with the client's token, each more than the one before, and before the result", () =>
    run(
      Effect.gen(function* () {
        const tool = saying("say", () =>
          Effect.gen(function* () {
            const { progress } = yield* ToolCall
            for (const done of [10, 5, 10, 100]) yield* progress({ progress: done, total: 100, message: `${done}` })
            return "done"
          })
        )
        const { call, next } = yield* client(revision, offered([tool]))
        const { result } = yield* call("say", given, {}, { progressToken: "mine" })
        expect(result.structuredContent.said).toBe("done")
        const told = [yield* next, yield* next]
        expect(told).toMatchObject([
          {
            method: "notifications/progress",
            params: { progressToken: "mine", progress: 10, total: 100, message: "10" }
          },
          { method: "notifications/progress", params: { progressToken: "mine", progress: 100 } }
        ])
      })
    ))

  it("a call that is cancelled is interrupted, gives back what it took, and is not answered", () =>
    run(
      Effect.gen(function* () {
        const started = yield* Deferred.make<void>()
        const givenBack = yield* Deferred.make<void>()
        const tool = saying("say", ({ text }) =>
          text === "quick"
            ? Effect.succeed("quick")
            : Effect.acquireUseRelease(
                Deferred.succeed(started, undefined),
                () => Effect.never,
                () => Deferred.succeed(givenBack, undefined)
              )
        )
        const { call, others, send } = yield* client(revision, offered([tool]))
        const running = yield* Effect.forkScoped(call("say", given, {}, {}, "slow"))
        yield* Deferred.await(started)
        yield* send({ method: "notifications/cancelled", params: { requestId: "slow", reason: "enough" } })
        yield* Deferred.await(givenBack)
        expect((yield* call("say", { text: "quick" })).result.structuredContent.said).toBe("quick")
        expect(running.pollUnsafe()).toBeUndefined()
        expect(yield* Queue.size(others)).toBe(0)
      })
    ))

  it("a call belongs to the trace its client names", () =>
    run(
      Effect.gen(function* () {
        const { spans, tracer } = SpanProbe.make()
        const trace = "0af7651916cd43dd8448eb211c80319c"
        const tool = saying("say", () => Effect.withSpan(Effect.succeed("said"), "the work"))
        yield* Effect.gen(function* () {
          const { call } = yield* client(revision, offered([tool]))
          yield* call("say", given, {}, { traceparent: `00-${trace}-b7ad6b7169203331-01` })
        }).pipe(Effect.provideService(Tracer.Tracer, tracer))
        const work = spans.find(({ name }) => name === "the work")
        expect(work?.traceId).toBe(trace)
        expect(Option.getOrUndefined(work!.parent)?.spanId).toBe("b7ad6b7169203331")
      })
    ))
})

it.for([
  ["transient", "It may work later"],
  ["notFound", "Do not repeat the same call"],
  ["auth", "skippy auth login"]
] as const)("a failure of the category %s says %s", ([category, text]) =>
  run(
    Effect.gen(function* () {
      const result = yield* callOf(
        "2025-11-25",
        saying("say", () => Effect.fail(new Trouble({ category })))
      )
      expect(result.content[0].text).toContain(text)
    })
  )
)

it.for([
  ["GitHubError", "github.token", "started the server anew"],
  ["PexelsError", "pexels.api_key", "started the server anew"],
  ["AuthError", "skippy auth login", "need not be started anew"]
] as const)(
  "a %s of somebody who is not let in says %s, and whether the server has to be started anew",
  ([_tag, what, anew]) => {
    const text = JSON.stringify(failureAnswer(Cause.fail({ _tag, category: "auth", message: "no" })).content)
    expect(text).toContain(what)
    expect(text).toContain(anew)
  }
)

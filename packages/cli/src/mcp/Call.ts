/**
 * One call of a tool: its input is checked, somebody is asked if need be, it is done, and the answer is told twice, as
 * structured content and as text.
 *
 * Whatever the client got wrong comes back as a result that is an error: a model sees results, and tries again with better
 * input; errors of the protocol many clients keep to themselves.
 *
 * @module
 */
import { Cause, Effect, Result, Schema } from "effect"
import { McpSchema, type McpServer } from "effect/ai"
import type { AnyFailure } from "../output/Failure.ts"
import type { Consent } from "./Consent.ts"
import type { Described } from "./Described.ts"
import { defectAnswer, failureAnswer, refusal } from "./FailureAnswer.ts"
import { inputProblem } from "./InputProblem.ts"
import * as Progress from "./Progress.ts"
import type { Definition, ToolUses } from "./Tool.ts"
import { ToolCall } from "./Tool.ts"
import { joined } from "./Trace.ts"

/** What calls share. */
export interface Calls {
  readonly notifications: McpServer.McpServer["Service"]["notifications"]
  /** Absent when nobody is asked. */
  readonly consent: Consent | undefined
}

/** What is done without the server. */
type Uses = Exclude<ToolUses, ToolCall>

/** What is answered to a call. */
export type Answered = McpSchema.CallToolResult | McpSchema.InputRequired

const parsing = { onExcessProperty: "error", errors: "all" } as const

const whyNot = {
  declined: "declined: somebody was asked and said no. Do not repeat the call unless somebody asks for it.",
  dismissed: "nobody answered the question. Repeat the call when somebody is there to answer.",
  unable:
    "somebody has to agree first, and this client cannot ask them. It is done by a client that can (elicitation), by the same command in a terminal, or when whoever runs the server starts it with --no-confirm."
} as const

const notDone = (why: keyof typeof whyNot, plan: string): McpSchema.CallToolResult =>
  refusal(`Not done: ${whyNot[why]}\n\nWhat would have been done:\n${plan}`)

/** The protocol wants an error for what a client did not get from the server. */
const unknownQuestion = new McpSchema.InvalidParams({
  message: "requestState is of no question that is open; call again without it, and somebody is asked again"
})

/** How a tool is called. */
export const callOf = <P, A, I>(
  { confirm, input, name, output, run }: Definition<P, A, I>,
  described: Described,
  { consent, notifications }: Calls
) => {
  const decode = Schema.decodeUnknownEffect(input, parsing)
  const encode = Schema.encodeEffect(Schema.toCodecJson(output.schema))

  const answer = (done: Effect.Effect<A, AnyFailure, ToolUses>) =>
    Effect.gen(function* () {
      const value = yield* done
      return new McpSchema.CallToolResult({
        structuredContent: yield* Effect.orDie(encode(value)),
        content: [McpSchema.TextContent.make({ type: "text", text: output.text(value) })]
      })
    })

  /** Does what somebody has agreed to, and nothing that has come since they were asked. */
  const asked = (parameters: P) =>
    Effect.gen(function* () {
      if (confirm === undefined || consent === undefined) return yield* answer(run(parameters))
      const plan = yield* confirm(parameters)
      if (plan.question === undefined) return yield* answer(plan.run)
      const what = JSON.stringify([name, parameters, plan.subject])
      const decision = yield* consent.ask({ text: plan.question, what })
      switch (decision._tag) {
        case "Agreed":
          return yield* answer(plan.run)
        case "Ask":
          return decision.request
        case "Unknown":
          return yield* unknownQuestion
        case "Refused":
          return notDone(decision.why, plan.question)
      }
    })

  return (given: unknown): Effect.Effect<Answered, McpSchema.InvalidParams, McpSchema.McpRequestContext | Uses> =>
    Effect.gen(function* () {
      const context = yield* McpSchema.McpRequestContext
      const tell = Progress.make(notifications, context)
      const parameters = yield* Effect.result(decode(given))
      if (Result.isFailure(parameters)) return refusal(inputProblem(described, given, parameters.failure.issue))
      return yield* asked(parameters.success).pipe(
        Effect.provideService(ToolCall, {
          progress: (done) => Effect.provideService(tell(done), McpSchema.McpRequestContext, context)
        }),
        joined(context)
      )
    }).pipe(Effect.catchCause(answerOf))
}

const answerOf = <E>(cause: Cause.Cause<E>): Effect.Effect<Answered, McpSchema.InvalidParams> => {
  if (Cause.hasInterrupts(cause)) return Effect.interrupt
  const error = Cause.squash(cause)
  if (error instanceof McpSchema.InvalidParams) return Effect.fail(error)
  return Cause.hasDies(cause) ? Effect.as(Effect.logError(cause), defectAnswer) : Effect.succeed(failureAnswer(cause))
}

/**
 * Asks somebody at the client before a tool does what is hard to take back.
 *
 * Clients of 2025 are asked while the call runs (elicitation). Those of 2026-07-28 get the question as the result, and call
 * again with the answer and the number of the question; the number is random, kept here only, and good once, for the tool,
 * the input and the whole plan it was made for, of which people are shown the beginning.
 *
 * @module
 */
import { Effect, Layer, Option, Predicate, Ref } from "effect"
import { McpSchema } from "effect/ai"
import { Digest, SecureRandom } from "effect/crypto"
import * as Pending from "./Pending.ts"

/** What somebody is asked. */
export interface Question {
  /** With the plan, as people read it. */
  readonly text: string
  /** What is asked for: the same for the same tool, input and subject of the plan, and for nothing else. */
  readonly what: string
}

/** What came of it. */
export type Decision =
  /** Somebody said yes. */
  | { readonly _tag: "Agreed" }
  /** The client has to ask, and to call again. */
  | { readonly _tag: "Ask"; readonly request: McpSchema.InputRequired }
  /** The answer is to no question that is open: it was made up, or used, or asked by an earlier start. */
  | { readonly _tag: "Unknown" }
  /** Somebody said no (`declined`), did not answer (`dismissed`), or cannot be asked (`unable`). */
  | { readonly _tag: "Refused"; readonly why: "declined" | "dismissed" | "unable" }

/** Asks. */
export interface Consent {
  readonly ask: (question: Question) => Effect.Effect<Decision, never, McpSchema.McpRequestContext>
}

const key = "confirm"

/** A form without fields: to send it is the yes. */
const requestedSchema = { type: "object", properties: {} } as const

const changed = "What would be done is not what was shown before."

/** Whether a client shows forms. An empty capability is from before there were other ways to ask. */
const canAsk = ({ clientCapabilities: { elicitation } }: McpSchema.McpRequestContext["Service"]): boolean =>
  elicitation !== undefined && (elicitation.form !== undefined || Object.keys(elicitation).length === 0)

const refused = (why: "declined" | "dismissed" | "unable"): Decision => ({ _tag: "Refused", why })

const decisionOf = (action: unknown): Decision => {
  if (action === "accept") return { _tag: "Agreed" }
  return refused(action === "decline" ? "declined" : "dismissed")
}

/** While the call runs. */
const askNow = (client: McpSchema.McpServerClient["Service"], { text }: Question): Effect.Effect<Decision> =>
  client.getClient.pipe(
    Effect.flatMap(({ elicit }) =>
      elicit(new McpSchema.ElicitRequestFormParams({ mode: "form", message: text, requestedSchema }))
    ),
    Effect.map(({ action }) => decisionOf(action)),
    Effect.orElseSucceed(() => refused("unable")),
    Effect.scoped
  )

/** Questions are forgotten with the server. */
export const make: Effect.Effect<Consent> = Effect.gen(function* (): Effect.fn.Return<
  Consent,
  never,
  Digest.Digest | SecureRandom.SecureRandom
> {
  const { uuidV4 } = yield* SecureRandom.SecureRandom
  const { digestHex } = yield* Digest.Digest
  const digestOf = (what: string) => digestHex(Digest.sha256, new TextEncoder().encode(what))
  const pending = yield* Ref.make(Pending.none)
  const taken = (number: string, digest: string) => Ref.modify(pending, (all) => Pending.take(all, number, digest))

  const askAtNextCall = (text: string, digest: string, isAgain: boolean) =>
    Effect.gen(function* () {
      const requestState = yield* uuidV4()
      yield* Ref.update(pending, (all) => Pending.add(all, requestState, digest))
      const message = isAgain ? `${changed}\n\n${text}` : text
      const request = new McpSchema.InputRequired({
        requestState,
        inputRequests: { [key]: { method: "elicitation/create", params: { mode: "form", message, requestedSchema } } }
      })
      return { _tag: "Ask", request } satisfies Decision
    })

  return {
    ask: (question) =>
      Effect.gen(function* () {
        const context = yield* McpSchema.McpRequestContext
        if (!canAsk(context)) return refused("unable")
        const client = yield* Effect.serviceOption(McpSchema.McpServerClient)
        if (Option.isSome(client)) return yield* askNow(client.value, question)
        const { inputResponses, requestState } = context
        const answer = inputResponses?.[key]
        const digest = yield* digestOf(question.what)
        if (requestState === undefined || !Predicate.isObject(answer))
          return yield* askAtNextCall(question.text, digest, false)
        switch (yield* taken(requestState, digest)) {
          case "same":
            return decisionOf(answer["action"])
          case "other":
            return yield* askAtNextCall(question.text, digest, true)
          case "unknown":
            return { _tag: "Unknown" }
        }
      })
  }
}).pipe(Effect.provide(Layer.mergeAll(Digest.layerWebCrypto, SecureRandom.layerWebCrypto)))

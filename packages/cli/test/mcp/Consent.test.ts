import { Effect, Ref, type Scope } from "effect"
import { describe, expect, it } from "vitest"
import { asks, client, newest, offered, revisions, saying } from "./wire.ts"

/** What is planned: as much of it as is shown, and all of it. */
interface Planned {
  readonly question: string | undefined
  readonly subject: ReadonlyArray<string>
}

const two: Planned = { question: "Share 2 files with everybody?", subject: ["a", "b"] }
const three: Planned = { question: "Share 3 files with everybody?", subject: ["a", "b", "c"] }
/** It looks as `two` does. */
const others: Planned = { ...two, subject: ["a", "x"] }

/** A tool that remembers what it shared, and whose plan is what `plan` says. */
const counting = Effect.gen(function* () {
  const done = yield* Ref.make<ReadonlyArray<string>>([])
  const plan = yield* Ref.make(two)
  const share = (names: ReadonlyArray<string>) =>
    Effect.as(
      Ref.update(done, (all) => [...all, ...names]),
      `shared ${names.join()}`
    )
  const tools = [
    saying(
      "share",
      () => share(["all"]),
      () => Effect.map(Ref.get(plan), (one) => ({ ...one, run: share(one.subject) }))
    )
  ]
  return { done: Ref.get(done), plan, tools }
})

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))

const given = { text: "x" }

describe.for(["2025-11-25", "2025-06-18"])("a client of %s", (revision) => {
  /** Calls it; while somebody is asked, the plan becomes `later`. */
  const asking = (answer: object, later: Planned = two) =>
    Effect.gen(function* () {
      const { done, plan, tools } = yield* counting
      const { call, next, send } = yield* client(revision, offered(tools))
      const answering = Effect.gen(function* () {
        const question = yield* next
        yield* Ref.set(plan, later)
        yield* send({ id: question.id, ...answer })
        return question
      })
      const [{ result }, question] = yield* Effect.all([call("share", given), answering], { concurrency: 2 })
      return { result, question, done: yield* done }
    })

  it("is asked with the plan, and what was agreed to is done once", () =>
    run(
      Effect.gen(function* () {
        const { done, question, result } = yield* asking({ result: { action: "accept", content: {} } })
        expect(question).toMatchObject({
          method: "elicitation/create",
          params: { message: "Share 2 files with everybody?", requestedSchema: { type: "object", properties: {} } }
        })
        expect(result.structuredContent).toEqual({ said: "shared a,b" })
        expect(done).toEqual(["a", "b"])
      })
    ))

  it.for([
    [{ result: { action: "decline" } }, "Not done: declined"],
    [{ result: { action: "cancel" } }, "Not done: nobody answered"],
    [{ error: { code: -32601, message: "no such method" } }, "this client cannot ask"]
  ] as const)("has nothing done when it answers %j", ([answer, text]) =>
    run(
      Effect.gen(function* () {
        const { done, result } = yield* asking(answer)
        expect(result.isError).toBe(true)
        expect(result.content[0].text).toContain(text)
        expect(result.content[0].text).toContain("Share 2 files with everybody?")
        expect(done).toEqual([])
      })
    )
  )

  it("has what it was shown done, whatever has come since", () =>
    run(
      Effect.gen(function* () {
        const { done, result } = yield* asking({ result: { action: "accept", content: {} } }, three)
        expect(result.structuredContent).toEqual({ said: "shared a,b" })
        expect(done).toEqual(["a", "b"])
      })
    ))
})

describe("a client of 2026-07-28", () => {
  const yes = (requestState: string) => ({
    requestState,
    inputResponses: { confirm: { action: "accept", content: {} } }
  })

  const begun = Effect.gen(function* () {
    const { done, plan, tools } = yield* counting
    const { call } = yield* client(newest, offered(tools))
    const { result } = yield* call("share", given)
    return { done, plan, call, result, state: result.requestState as string }
  })

  it("gets the question as the result, calls again with the yes, and what was agreed to is done once", () =>
    run(
      Effect.gen(function* () {
        const { call, done, result, state } = yield* begun
        expect(result).toMatchObject({
          resultType: "input_required",
          inputRequests: {
            confirm: { method: "elicitation/create", params: { message: "Share 2 files with everybody?" } }
          }
        })
        expect(yield* done).toEqual([])
        const answer = yield* call("share", given, yes(state))
        expect(answer.result.structuredContent).toEqual({ said: "shared a,b" })
        const again = yield* call("share", given, yes(state))
        expect(again.error).toMatchObject({
          code: -32602,
          message: expect.stringContaining("no question that is open")
        })
        expect(yield* done).toEqual(["a", "b"])
      })
    ))

  it("has a yes count for the plan that was shown only", () =>
    run(
      Effect.gen(function* () {
        const { call, done, plan, state } = yield* begun
        yield* Ref.set(plan, three)
        const { result } = yield* call("share", given, yes(state))
        const { message } = result.inputRequests.confirm.params
        expect(message).toContain("not what was shown before")
        expect(message).toContain("Share 3 files")
        expect(yield* done).toEqual([])
        expect((yield* call("share", given, yes(result.requestState))).result.structuredContent.said).toBe(
          "shared a,b,c"
        )
      })
    ))

  it("has a yes count for all of the plan, not only for what of it is shown", () =>
    run(
      Effect.gen(function* () {
        const { call, done, plan, state } = yield* begun
        yield* Ref.set(plan, others)
        const { result } = yield* call("share", given, yes(state))
        expect(result.inputRequests.confirm.params.message).toContain("not what was shown before")
        expect(yield* done).toEqual([])
        yield* call("share", given, yes(result.requestState))
        expect(yield* done).toEqual(["a", "x"])
      })
    ))

  it("has a yes count for the input that was given only", () =>
    run(
      Effect.gen(function* () {
        const { call, done, state } = yield* begun
        const { result } = yield* call("share", { text: "y" }, yes(state))
        expect(result.resultType).toBe("input_required")
        expect(yield* done).toEqual([])
      })
    ))

  it("cannot make up a question", () =>
    run(
      Effect.gen(function* () {
        const { call, done } = yield* begun
        const { error } = yield* call("share", given, yes("00000000-0000-4000-8000-000000000000"))
        expect(error.code).toBe(-32602)
        expect(yield* done).toEqual([])
      })
    ))

  it.for([
    ["decline", "Not done: declined"],
    ["cancel", "Not done: nobody answered"]
  ] as const)("has nothing done when it answers %s", ([action, text]) =>
    run(
      Effect.gen(function* () {
        const { call, done, state } = yield* begun
        const { result } = yield* call("share", given, { requestState: state, inputResponses: { confirm: { action } } })
        expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining(text) }] })
        expect(yield* done).toEqual([])
      })
    )
  )
})

describe.for(revisions)("in %s", (revision) => {
  it("a client that cannot ask is told the plan, and how it can be allowed", () =>
    run(
      Effect.gen(function* () {
        const { done, tools } = yield* counting
        const { call } = yield* client(revision, offered(tools), {})
        const { result } = yield* call("share", given)
        expect(result.isError).toBe(true)
        expect(result.content[0].text).toContain("Share 2 files with everybody?")
        expect(result.content[0].text).toContain("--no-confirm")
        expect(yield* done).toEqual([])
      })
    ))

  it("nobody is asked where there is nothing to ask, nor of a server that does not ask", () =>
    run(
      Effect.gen(function* () {
        const { plan, tools } = yield* counting
        const bold = yield* client(revision, offered(tools, false), asks)
        expect((yield* bold.call("share", given)).result.structuredContent.said).toBe("shared all")
        yield* Ref.set(plan, { question: undefined, subject: [] })
        const careful = yield* client(revision, offered(tools), asks)
        expect((yield* careful.call("share", given)).result.structuredContent.said).toBe("shared ")
      })
    ))
})

import { Deferred, Effect, Exit, type Scope } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Lines from "../../src/mcp/Lines.ts"
import { judge, longest } from "../../src/mcp/Messages.ts"
import { connect, offered, saying } from "./wire.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))

const bytes = (text: string) => new TextEncoder().encode(text)
const ping = (id: number | string) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })
const tools = offered([saying("say", ({ text }) => Effect.succeed(text))])

const bad: ReadonlyArray<readonly [what: string, line: string | Uint8Array, code: number]> = [
  ["no JSON", "{oops", -32_700],
  ["no UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22]), -32_700],
  ["cut off", `{"jsonrpc":"2.0","id":1,"meth`, -32_700],
  ["a number", "42", -32_600],
  ["null", "null", -32_600],
  ["a batch", `[${ping(1)}]`, -32_600],
  ["an empty batch", "[]", -32_600],
  ["of another version", `{"jsonrpc":"1.0","id":1,"method":"ping"}`, -32_600],
  ["without method and id", `{"jsonrpc":"2.0"}`, -32_600],
  ["an answer without result", `{"jsonrpc":"2.0","id":"x"}`, -32_600],
  ["with a method that is no text", `{"jsonrpc":"2.0","id":1,"method":5}`, -32_600],
  ["with an id that is an object", `{"jsonrpc":"2.0","id":{},"method":"ping"}`, -32_600],
  ["with params that are a list", `{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}`, -32_600],
  [
    "nested very deep",
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${"[".repeat(5000)}${"]".repeat(5000)}}}`,
    -32_600
  ],
  ["very long", `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${"x".repeat(longest)}"}}`, -32_600]
]

describe("a line that is no message", () => {
  it.for(bad)("(%s) is answered with an error, and the next message is not lost", ([, line, code]) =>
    run(
      Effect.gen(function* () {
        const { expecting, next, write } = yield* connect(tools)
        const pong = yield* expecting("after")
        const head = typeof line === "string" ? bytes(line) : line
        // Both in one piece.
        yield* write(new Uint8Array([...head, ...bytes(`\n${ping("after")}\n`)]))
        expect((yield* next).error).toMatchObject({ code })
        expect(yield* Deferred.await(pong)).toEqual({ jsonrpc: "2.0", id: "after", result: {} })
      })
    )
  )

  it.for([
    `{"jsonrpc":"2.0","id":"nobody-asked","result":{}}`,
    `{"jsonrpc":"2.0","id":"nobody-asked","error":{"_tag":"Defect","data":"x"}}`,
    `{"jsonrpc":"2.0","id":7,"chunk":true,"result":5}`,
    `{"jsonrpc":"2.0","method":"notifications/of/nobody"}`,
    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"unknown"}}`,
    "",
    "   \r"
  ])("nor is a message lost after %j, which needs no answer", (line) =>
    run(
      Effect.gen(function* () {
        const { request, write } = yield* connect(tools)
        yield* write(`${line}\n`)
        expect((yield* request("ping")).result).toEqual({})
      })
    )
  )
})

describe("the id of a request that is not answered yet", () => {
  const begun = Effect.gen(function* () {
    const go = yield* Deferred.make<void>()
    const wire = yield* connect(offered([saying("say", () => Effect.as(Deferred.await(go), "answered"))]))
    const clientInfo = { name: "test", version: "1" }
    yield* wire.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo })
    const call = JSON.stringify({
      jsonrpc: "2.0",
      id: `"7`,
      method: "tools/call",
      params: { name: "say", arguments: { text: "x" } }
    })
    const answer = yield* wire.expecting(`"7`)
    const pong = yield* wire.expecting("after")
    return { ...wire, answer: Deferred.await(answer), call, go: Deferred.succeed(go, undefined), pong }
  })

  it("is refused to another, and no message is lost", () =>
    run(
      Effect.gen(function* () {
        const { answer, call, expecting, go, next, pong, write } = yield* begun
        yield* write(`${call}\n${call}\n${ping("after")}\n`)
        expect((yield* next).error).toEqual({ code: -32_600, message: expect.stringContaining("not answered yet") })
        yield* Deferred.await(pong)
        yield* go
        expect((yield* answer).result.structuredContent).toEqual({ said: "answered" })
        const again = yield* expecting(`"7`)
        yield* write(`${call}\n`)
        expect((yield* Deferred.await(again)).result.structuredContent).toEqual({ said: "answered" })
      })
    ))

  it("is free again when the request is cancelled", () =>
    run(
      Effect.gen(function* () {
        const { answer, call, go, send, write } = yield* begun
        yield* write(`${call}\n`)
        yield* send({ method: "notifications/cancelled", params: { requestId: `"7` } })
        yield* go
        yield* write(`${call}\n`)
        expect((yield* answer).result.structuredContent).toEqual({ said: "answered" })
      })
    ))
})

describe("messages in pieces", () => {
  it("are put together, wherever they are cut, also within a character", () =>
    run(
      Effect.gen(function* () {
        const { expecting, next, write } = yield* connect(tools)
        const pong = yield* expecting("ä€😀")
        for (const byte of bytes(`nope\r\n${ping("ä€😀")}\r\n`)) yield* write(new Uint8Array([byte]))
        expect((yield* next).error.code).toBe(-32_700)
        expect(yield* Deferred.await(pong)).toMatchObject({ id: "ä€😀", result: {} })
      })
    ))

  it("come out as they would of the whole", () => {
    const line = fc.uint8Array({ maxLength: 12 }).map((one) => one.map((byte) => (byte === 10 ? 11 : byte)))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(20)), fc.nat(12), (lines, cuts, limit) => {
        const whole = new Uint8Array(lines.flatMap((one, at) => (at === 0 ? [...one] : [10, ...one])))
        const found: Array<Lines.Line> = []
        let rest = Lines.empty
        let start = 0
        for (const cut of [...cuts, whole.length]) {
          const [next, ended] = Lines.feed(rest, whole.subarray(start, start + cut), limit)
          rest = next
          found.push(...ended)
          start = Math.min(whole.length, start + cut)
        }
        found.push(...Lines.last(rest, limit))
        const last = lines.length - 1
        const wanted = lines.filter((one, at) => at < last || one.length > 0)
        expect(found).toEqual(wanted.map((one) => (one.length > limit ? "tooLong" : one)))
      })
    )
  })

  it("keep no more of a line that is too long than its length", () => {
    const piece = new Uint8Array(1000)
    let rest = Lines.empty
    for (let count = 0; count < 100; count++) [rest] = Lines.feed(rest, piece, 5000)
    expect(rest).toEqual({ parts: [], size: 100_000 })
  })
})

it("passes on of a message what the protocol knows, and no more", () => {
  const line = `{"jsonrpc":"2.0","id":1,"method":"ping","headers":5,"discard":true,"spanId":"x"}`
  expect(judge(bytes(line))).toMatchObject({ _tag: "Message", method: "ping", line: `${ping(1)}\n` })
})

describe("the end of stdin", () => {
  const slow = (name: string, started: Deferred.Deferred<void>, go: Effect.Effect<void>) =>
    saying(name, () => Effect.as(Effect.andThen(Deferred.succeed(started, undefined), go), "answered"))

  const begin = (go: Effect.Effect<void>) =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const wire = yield* connect(offered([slow("say", started, go)]))
      yield* wire.request("initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "test", version: "1" }
      })
      const call = yield* wire
        .request("tools/call", { name: "say", arguments: { text: "x" } })
        .pipe(Effect.forkScoped({ startImmediately: true }))
      return { ...wire, started, call }
    })

  it("is awaited by calls that run, and ends the server without an error", () =>
    run(
      Effect.gen(function* () {
        const go = yield* Deferred.make<void>()
        const { call, end, ended, started } = yield* begin(Deferred.await(go))
        yield* Deferred.await(started)
        yield* end
        yield* Deferred.succeed(go, undefined)
        const exit = yield* ended
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(Exit.isSuccess(call.pollUnsafe()!)).toBe(true)
      })
    ))

  it("is the end of calls that take longer than half a minute", () =>
    run(
      Effect.gen(function* () {
        const interrupted = yield* Deferred.make<void>()
        const go = Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))
        const { end, ended, started } = yield* begin(go)
        yield* Deferred.await(started)
        yield* end
        yield* Effect.yieldNow
        yield* TestClock.adjust("30 seconds")
        expect(Exit.isSuccess(yield* ended)).toBe(true)
        yield* Deferred.await(interrupted)
      }).pipe(Effect.provide(TestClock.layer()))
    ))
})

it("ends when nobody reads its answers any more", () =>
  run(
    Effect.gen(function* () {
      let isOpen = true
      const { ended, request, send } = yield* connect(tools, () => isOpen)
      yield* request("ping")
      isOpen = false
      yield* send({ id: 9, method: "ping" })
      expect(Exit.isSuccess(yield* ended)).toBe(true)
    })
  ))

it("ends with the mistake when there is one in what it offers", () =>
  run(
    Effect.gen(function* () {
      const { ended, request } = yield* connect(Effect.die("no such tool"))
      yield* request("ping")
      yield* Effect.forkScoped(request("tools/list"))
      expect(yield* ended).toEqual(Exit.die("no such tool"))
    })
  ))

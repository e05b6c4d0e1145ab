/** What holds for every way to an emulator: in memory and over real sockets, with three clients. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Ref, Stream } from "effect"
import { HttpBody, type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import type { Emulator } from "../../src/testing/Emulator.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { ways } from "./support.ts"

/** Counts what it carries out and says when. */
const counter = (): Emulator & { readonly carriedOut: () => number } => {
  let carriedOut = 0
  return {
    carriedOut: () => carriedOut,
    handle: ({ method, url }, now) => {
      carriedOut++
      if (url.pathname === "/nothing") return { status: 204 }
      return { status: 200, headers: { "x-now": String(now) }, body: `${method} ${url.pathname}, number ${carriedOut}` }
    }
  }
}

const textOf = (asked: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>) =>
  Effect.flatMap(asked, ({ text }) => text)

const tagOf = <A>(asked: Effect.Effect<A, HttpClientError.HttpClientError>) =>
  Effect.map(Effect.flip(asked), ({ reason }) => reason._tag)

describe.for(ways)("an emulator %s", ([, make]) => {
  it.effect("answers, with the date of the clock and the length of the body", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_700_000_000_000)
      const { client, origin } = yield* make(counter())
      const answer = yield* client.get(`${origin}/photos?page=2`)
      expect([answer.status, yield* answer.text]).toEqual([200, "GET /photos, number 1"])
      expect(answer.headers["x-now"]).toBe("1700000000000")
      expect(answer.headers["date"]).toBe("Tue, 14 Nov 2023 22:13:20 GMT")
      expect(answer.headers["content-length"]).toBe("21")
    })
  )

  it.effect("answers without a body where there is none", () =>
    Effect.gen(function* () {
      const { client, origin } = yield* make(counter())
      const nothing = yield* client.get(`${origin}/nothing`)
      expect([nothing.status, yield* nothing.text]).toEqual([204, ""])
      expect(nothing.headers["content-length"]).toBeUndefined()
      const head = yield* client.head(`${origin}/photos`)
      expect([head.status, yield* head.text, head.headers["content-length"]]).toEqual([200, "", "22"])
    })
  )

  it.effect.each([204, 205, 304])("brings no body with the status %d", (status) =>
    Effect.gen(function* () {
      const { client, origin } = yield* make({ handle: () => ({ status, body: "too much" }) })
      const answer = yield* client.get(`${origin}/`)
      expect([answer.status, yield* answer.text]).toEqual([status, ""])
    })
  )

  it.effect("records what came and what was answered", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(5000)
      const way = yield* make(counter())
      const request = HttpClientRequest.post(`${way.origin}/a%20b?page=2&label=x&label=y%26z`).pipe(
        HttpClientRequest.setHeader("X-Note", "seen"),
        HttpClientRequest.bodyText(`{"title":"grüße"}`, "application/json")
      )
      yield* textOf(way.client.execute(request))
      expect(way.requests()).toMatchObject([
        {
          method: "POST",
          path: "/a%20b",
          query: { page: "2", label: ["x", "y&z"] },
          headers: {
            "x-note": "seen",
            host: new URL(way.origin).host,
            "content-type": "application/json",
            "content-length": "19"
          },
          body: `{"title":"grüße"}`,
          at: 5000,
          status: 200,
          fault: undefined,
          carriedOut: true
        }
      ])
      way.clear()
      expect(way.requests()).toEqual([])
    })
  )

  it.effect("remembers the last requests only", () =>
    Effect.gen(function* () {
      const { client, origin, requests } = yield* make(counter(), { keep: 3 })
      for (let i = 0; i < 8; i++) yield* textOf(client.get(`${origin}/${i}`))
      expect(requests().map(({ path }) => path)).toEqual(["/5", "/6", "/7"])
    })
  )

  it.effect("reads bodies that come in pieces", () =>
    Effect.gen(function* () {
      const { client, origin, requests } = yield* make(counter())
      const body = HttpBody.stream(Stream.make(new TextEncoder().encode("one "), new TextEncoder().encode("two")))
      yield* textOf(client.post(`${origin}/`, { body }))
      expect(requests()[0]?.body).toBe("one two")
    })
  )

  it.effect("answers with a scripted status, and carries nothing out", () =>
    Effect.gen(function* () {
      const machine = counter()
      const fault = Fault.status(503, { headers: { "retry-after": "7" }, body: "later" })
      const { client, origin, requests } = yield* make(machine, { faults: Fault.once(fault) })
      const answer = yield* client.get(`${origin}/`)
      expect([answer.status, answer.headers["retry-after"], yield* answer.text]).toEqual([503, "7", "later"])
      expect(machine.carriedOut()).toBe(0)
      expect(requests()).toMatchObject([{ status: 503, fault, carriedOut: false }])
      expect(yield* textOf(client.get(`${origin}/`))).toBe("GET /, number 1")
    })
  )

  it.effect("resets a connection before anything is carried out", () =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, origin, requests } = yield* make(machine, { faults: Fault.once(Fault.reset) })
      const { reason } = yield* Effect.flip(client.post(`${origin}/`))
      expect(reason._tag).toBe("TransportError")
      expect(JSON.stringify(chainOf(reason.cause))).toContain("ECONNRESET")
      expect(machine.carriedOut()).toBe(0)
      expect(requests()).toMatchObject([{ status: undefined, fault: Fault.reset, carriedOut: false }])
      expect(yield* textOf(client.get(`${origin}/`))).toBe("GET /, number 1")
    })
  )

  it.effect("loses an answer after the request is carried out", () =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, origin, requests } = yield* make(machine, { faults: Fault.once(Fault.lostAnswer) })
      expect(yield* tagOf(client.post(`${origin}/`))).toBe("TransportError")
      expect(machine.carriedOut()).toBe(1)
      expect(requests()).toMatchObject([{ status: 200, fault: Fault.lostAnswer, carriedOut: true }])
    })
  )

  it.effect.each([0.5, 0, 0.9])("cuts a body after a share of %d", (share) =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, origin } = yield* make(machine, { faults: Fault.always(Fault.truncate(share)) })
      const answer = yield* client.get(`${origin}/`)
      expect([answer.status, answer.headers["content-length"]]).toEqual([200, "15"])
      expect(yield* tagOf(answer.text)).toBe("DecodeError")
      expect(machine.carriedOut()).toBe(1)
      const received = yield* Ref.make(0)
      const again = yield* client.get(`${origin}/`)
      const counted = Stream.runForEach(again.stream, ({ length }) => Ref.update(received, (sum) => sum + length))
      expect(yield* tagOf(counted)).toBe("DecodeError")
      expect(yield* Ref.get(received)).toBe(Math.floor(15 * share))
    })
  )

  it.effect("loses an answer without a body instead of cutting it", () =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, origin } = yield* make(machine, { faults: Fault.once(Fault.truncate()) })
      expect(yield* tagOf(client.get(`${origin}/nothing`))).toBe("TransportError")
      expect(machine.carriedOut()).toBe(1)
    })
  )

  it.effect("hangs until the client goes away, and carries nothing out", () =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, decided, origin, requests } = yield* make(machine, { faults: Fault.once(Fault.hang) })
      const fiber = yield* Effect.forkChild(client.post(`${origin}/`))
      yield* decided(1)
      yield* TestClock.adjust("1 day")
      // The next request comes and goes while the first still hangs.
      expect(yield* textOf(client.get(`${origin}/`))).toBe("GET /, number 1")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
      expect(requests()).toMatchObject([
        { fault: Fault.hang, status: undefined, carriedOut: false },
        { carriedOut: true }
      ])
    })
  )

  it.effect("hangs in the middle of a body", () =>
    Effect.gen(function* () {
      const { client, origin } = yield* make(counter(), { faults: Fault.once(Fault.hangInBody()) })
      const answer = yield* client.get(`${origin}/`)
      expect([answer.status, answer.headers["content-length"]]).toEqual([200, "15"])
      const part = yield* answer.stream.pipe(Stream.take(1), Stream.decodeText, Stream.mkString)
      expect(part).toBe("GET /, ")
    })
  )

  it.effect("does not end a body it hangs in", () =>
    Effect.gen(function* () {
      const { client, origin } = yield* make(counter(), { faults: Fault.once(Fault.hangInBody()) })
      const answer = yield* client.get(`${origin}/`)
      const fiber = yield* Effect.forkChild(answer.text)
      expect(yield* textOf(client.get(`${origin}/`))).toBe("GET /, number 2")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("carries out a delayed request when it comes, and answers later", () =>
    Effect.gen(function* () {
      const machine = counter()
      const { client, decided, origin } = yield* make(machine, { faults: Fault.once(Fault.delay("1 minute")) })
      const fiber = yield* Effect.forkChild(client.get(`${origin}/`))
      yield* decided(1)
      expect(machine.carriedOut()).toBe(1)
      yield* TestClock.adjust("59 seconds")
      expect(yield* textOf(client.get(`${origin}/`))).toBe("GET /, number 2")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      const answer = yield* Fiber.join(fiber)
      expect([yield* answer.text, answer.headers["x-now"]]).toEqual(["GET /, number 1", "0"])
    })
  )

  it.effect("gets another plan while it runs, which counts from the start", () =>
    Effect.gen(function* () {
      const { client, faults, origin } = yield* make(counter())
      const status = Effect.map(client.get(`${origin}/`), (answer) => answer.status)
      expect(yield* status).toBe(200)
      faults.set(Fault.sequence([Fault.status(500), Fault.status(502)]))
      expect([yield* status, yield* status, yield* status]).toEqual([500, 502, 200])
      faults.set(Fault.always(Fault.status(429)))
      expect(yield* status).toBe(429)
      faults.set(Fault.none)
      expect(yield* status).toBe(200)
    })
  )

  it.effect("meets the same requests with the same faults for the same seed", () =>
    Effect.gen(function* () {
      const run = Effect.gen(function* () {
        const faults = Fault.share(0.4, [Fault.status(500), Fault.reset, Fault.truncate()], 42)
        const { client, origin, requests } = yield* make(counter(), { faults })
        for (let i = 0; i < 40; i++) yield* Effect.ignore(textOf(client.get(`${origin}/${i}`)))
        return requests().map(({ fault }) => fault?._tag)
      })
      const met = yield* run
      expect(yield* run).toEqual(met)
      expect(new Set(met)).toEqual(new Set([undefined, "Status", "Reset", "Truncate"]))
    })
  )
})

/** An error, its cause, and so on. */
const chainOf = (error: unknown): ReadonlyArray<unknown> =>
  error instanceof Error ? [{ ...error, message: error.message }, ...chainOf(error.cause)] : []

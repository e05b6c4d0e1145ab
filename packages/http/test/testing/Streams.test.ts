/** Bodies that are never held as a whole, for every way to an emulator: in memory and over real sockets. */
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { HttpBody, type HttpClientError } from "effect/http"
import { TestClock } from "effect/testing"
import type { Emulator, Pieces } from "../../src/testing/Emulator.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"
import { ways } from "./support.ts"

const kib = 1024
const mib = 1024 * kib

/** The byte at a place of every large body here. */
const byteAt = (place: number): number => (place * 7 + (place >> 8)) % 251

const bytesBetween = (start: number, end: number): Uint8Array => {
  const bytes = new Uint8Array(end - start)
  for (let index = 0; index < bytes.length; index++) bytes[index] = byteAt(start + index)
  return bytes
}

/** A body of `length` bytes that comes in pieces of 64 KiB. */
const upload = (length: number, declared = true): HttpBody.HttpBody =>
  HttpBody.stream(
    Stream.map(Stream.range(0, Math.ceil(length / (64 * kib)) - 1), (index) =>
      bytesBetween(index * 64 * kib, Math.min(length, (index + 1) * 64 * kib))
    ),
    "application/octet-stream",
    declared ? length : undefined
  )

/** Takes what is sent to `/stream` as it comes, and everything else as a whole. */
const taking = () => {
  const seen = { sinks: 0, bytes: 0, largest: 0, right: true, ends: 0, aborts: 0, handled: 0 }
  const took = Deferred.makeUnsafe<void>()
  const aborted = Deferred.makeUnsafe<number>()
  const emulator: Emulator = {
    handle: ({ body }) => {
      seen.handled++
      return { status: 200, body: `${body.length} bytes at once` }
    },
    receive: ({ url }) => {
      if (url.pathname !== "/stream") return undefined
      seen.sinks++
      return {
        write: (bytes) => {
          seen.right = seen.right && bytes.every((byte, index) => byte === byteAt(seen.bytes + index))
          seen.bytes += bytes.length
          seen.largest = Math.max(seen.largest, bytes.length)
          Deferred.doneUnsafe(took, Effect.void)
        },
        end: (now) => {
          seen.ends++
          return { status: 201, body: `${seen.bytes} bytes at ${now}` }
        },
        abort: (now) => {
          seen.aborts++
          Deferred.doneUnsafe(aborted, Effect.succeed(now))
        }
      }
    }
  }
  return { emulator, seen, took: Deferred.await(took), aborted: Deferred.await(aborted) }
}

/** Answers with a large body that is read as it is sent. */
const giving = (length: number) => {
  const reads: Array<readonly [number, number]> = []
  const body: Pieces = {
    length,
    read: (start, end) => {
      reads.push([start, end])
      return bytesBetween(start, end)
    }
  }
  const emulator: Emulator = { handle: () => ({ status: 200, body }) }
  return { emulator, reads, bytesRead: () => reads.reduce((sum, [start, end]) => sum + end - start, 0) }
}

const tagOf = <A>(asked: Effect.Effect<A, HttpClientError.HttpClientError>) =>
  Effect.map(Effect.flip(asked), ({ reason }) => reason._tag)

/** Counts the bytes of a stream, and whether all of them are right. */
const counted = <E>(stream: Stream.Stream<Uint8Array, E>) => {
  const seen = { bytes: 0, right: true }
  const run = Stream.runForEach(stream, (bytes) =>
    Effect.sync(() => {
      seen.right = seen.right && bytes.every((byte, index) => byte === byteAt(seen.bytes + index))
      seen.bytes += bytes.length
    })
  )
  return { seen, run }
}

describe.for(ways)("a large body, with an emulator %s,", ([, make]) => {
  it.effect("goes to a sink piece by piece, and only its length is recorded", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(7000)
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator)
      const answer = yield* client.post(`${origin}/stream`, { body: upload(mib) })
      expect([answer.status, yield* answer.text]).toEqual([201, `${mib} bytes at 7000`])
      expect(seen).toMatchObject({ sinks: 1, bytes: mib, right: true, ends: 1, aborts: 0, handled: 0 })
      expect(seen.largest).toBeLessThanOrEqual(256 * kib)
      expect(requests()).toMatchObject([
        { method: "POST", path: "/stream", body: "", bodyLength: mib, status: 201, carriedOut: true, at: 7000 }
      ])
    })
  )

  it.effect("goes to a sink when its length is not known either, and when it is empty", () =>
    Effect.gen(function* () {
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator)
      yield* (yield* client.post(`${origin}/stream`, { body: upload(200 * kib, false) })).text
      yield* (yield* client.post(`${origin}/stream`)).text
      expect(seen).toMatchObject({ sinks: 2, bytes: 200 * kib, right: true, ends: 2 })
      expect(requests().map(({ bodyLength }) => bodyLength)).toEqual([200 * kib, 0])
    })
  )

  it.effect("is handled as a whole by a machine that gives no sink for it", () =>
    Effect.gen(function* () {
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator)
      const answer = yield* client.post(`${origin}/other`, { body: upload(300 * kib) })
      expect(yield* answer.text).toBe(`${300 * kib} bytes at once`)
      expect(seen).toMatchObject({ sinks: 0, handled: 1 })
      expect(requests()).toMatchObject([{ bodyLength: 300 * kib }])
      expect(requests()[0]?.body).not.toBe("")
    })
  )

  it.effect.each([Fault.reset, Fault.status(503)])("reaches no sink when it meets %o", (fault) =>
    Effect.gen(function* () {
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator, { faults: Fault.always(fault) })
      const asked = Effect.map(client.post(`${origin}/stream`, { body: upload(2 * mib) }), ({ status }) => status)
      const status = yield* Effect.orElseSucceed(asked, () => undefined)
      expect(status).toBe(fault._tag === "Status" ? 503 : undefined)
      expect(seen).toMatchObject({ sinks: 0, handled: 0 })
      expect(requests()).toMatchObject([{ fault, status, carriedOut: false, body: "", bodyLength: 2 * mib }])
    })
  )

  it.effect("reaches no sink when it hangs", () =>
    Effect.gen(function* () {
      const { emulator, seen } = taking()
      const { client, decided, origin } = yield* make(emulator, { faults: Fault.always(Fault.hang) })
      const fiber = yield* Effect.forkChild(client.post(`${origin}/stream`, { body: upload(mib) }))
      yield* decided(1)
      yield* Fiber.interrupt(fiber)
      expect(seen).toMatchObject({ sinks: 0, handled: 0 })
    })
  )

  it.effect("is taken wholly when the answer is lost", () =>
    Effect.gen(function* () {
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator, { faults: Fault.always(Fault.lostAnswer) })
      expect(yield* tagOf(client.post(`${origin}/stream`, { body: upload(mib) }))).toBe("TransportError")
      expect(seen).toMatchObject({ bytes: mib, right: true, ends: 1, aborts: 0 })
      expect(requests()).toMatchObject([{ fault: Fault.lostAnswer, status: 201, carriedOut: true, bodyLength: mib }])
    })
  )

  it.effect.each([0, 1, 100_000, mib])("is cut after %d bytes, and its sink is told", (bytes) =>
    Effect.gen(function* () {
      const fault = Fault.cutRequest(bytes)
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator, { faults: Fault.once(fault) })
      yield* Effect.flip(client.post(`${origin}/stream`, { body: upload(mib) }))
      expect(seen).toMatchObject({ sinks: 1, bytes, right: true, ends: 0, aborts: 1 })
      expect(requests()).toMatchObject([{ fault, status: undefined, carriedOut: false, bodyLength: bytes }])
      // The next one is not concerned.
      seen.bytes = 0
      expect((yield* client.post(`${origin}/stream`, { body: upload(mib) })).status).toBe(201)
    })
  )

  it.effect("that is cut is not carried out by a machine without a sink", () =>
    Effect.gen(function* () {
      const fault = Fault.cutRequest(10)
      const { emulator, seen } = taking()
      const { client, origin, requests } = yield* make(emulator, { faults: Fault.always(fault) })
      yield* Effect.flip(client.post(`${origin}/other`, { body: upload(mib) }))
      expect(seen).toMatchObject({ sinks: 0, handled: 0 })
      expect(requests()).toMatchObject([{ fault, status: undefined, carriedOut: false, bodyLength: 10 }])
    })
  )

  it.effect("that is smaller than the cut comes whole, as does a request without one", () =>
    Effect.gen(function* () {
      const { emulator } = taking()
      const { client, origin, requests } = yield* make(emulator, { faults: Fault.always(Fault.cutRequest(11)) })
      const small = yield* client.post(`${origin}/other`, { body: HttpBody.text("0123456789") })
      const none = yield* client.get(`${origin}/other`)
      expect([yield* small.text, yield* none.text]).toEqual(["10 bytes at once", "0 bytes at once"])
      expect(requests().map(({ carriedOut, fault }) => [carriedOut, fault])).toEqual([
        [true, undefined],
        [true, undefined]
      ])
    })
  )

  it.effect("breaks off when its client goes away, and its sink is told once", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(3000)
      const { aborted, emulator, seen, took } = taking()
      const { client, decided, origin, requests } = yield* make(emulator)
      const body = HttpBody.stream(Stream.concat(Stream.make(bytesBetween(0, 1000)), Stream.never))
      const fiber = yield* Effect.forkChild(client.post(`${origin}/stream`, { body }))
      yield* took
      yield* Fiber.interrupt(fiber)
      yield* decided(1)
      expect(yield* aborted).toBe(3000)
      expect(seen).toMatchObject({ bytes: 1000, right: true, ends: 0, aborts: 1 })
      expect(requests()).toMatchObject([{ status: undefined, fault: undefined, carriedOut: false, bodyLength: 1000 }])
    })
  )

  it.effect("breaks off when reading it fails, and its sink is told", () =>
    Effect.gen(function* () {
      const { aborted, emulator, seen, took } = taking()
      const { client, origin } = yield* make(emulator)
      const failing = Stream.fromEffect(Effect.andThen(took, Effect.fail("disk")))
      const body = HttpBody.stream(Stream.concat(Stream.make(bytesBetween(0, 1000)), failing))
      yield* Effect.flip(client.post(`${origin}/stream`, { body }))
      yield* aborted
      expect(seen).toMatchObject({ right: true, ends: 0, aborts: 1 })
    })
  )

  it.effect("of an answer is read piece by piece", () =>
    Effect.gen(function* () {
      const { emulator, reads } = giving(3 * mib + 17)
      const { client, origin } = yield* make(emulator)
      const answer = yield* client.get(`${origin}/`)
      expect(answer.headers["content-length"]).toBe(String(3 * mib + 17))
      const { run, seen } = counted(answer.stream)
      yield* run
      expect(seen).toEqual({ bytes: 3 * mib + 17, right: true })
      expect(Math.max(...reads.map(([start, end]) => end - start))).toBeLessThanOrEqual(256 * kib)
    })
  )

  it.effect("of an answer is not read ahead of a client that stops", () =>
    Effect.gen(function* () {
      const { bytesRead, emulator } = giving(64 * mib)
      const { client, origin } = yield* make(emulator)
      const answer = yield* client.get(`${origin}/`)
      yield* Stream.runDrain(Stream.take(answer.stream, 1))
      expect(bytesRead()).toBeLessThan(32 * mib)
    })
  )

  it.effect("of an answer is not read for a head", () =>
    Effect.gen(function* () {
      const { emulator, reads } = giving(mib)
      const { client, origin } = yield* make(emulator)
      expect((yield* client.head(`${origin}/`)).headers["content-length"]).toBe(String(mib))
      expect(reads).toEqual([])
    })
  )

  it.effect.each([0, 0.5, 0.999])("of an answer is cut after a share of %d", (share) =>
    Effect.gen(function* () {
      const { bytesRead, emulator } = giving(mib)
      const { client, origin } = yield* make(emulator, { faults: Fault.always(Fault.truncate(share)) })
      const answer = yield* client.get(`${origin}/`)
      const { run, seen } = counted(answer.stream)
      expect(yield* tagOf(run)).toBe("DecodeError")
      expect(seen).toEqual({ bytes: Math.floor(mib * share), right: true })
      expect(bytesRead()).toBe(Math.floor(mib * share))
    })
  )

  it.effect("of an answer hangs after a share", () =>
    Effect.gen(function* () {
      const { emulator } = giving(mib)
      const { client, origin } = yield* make(emulator, { faults: Fault.always(Fault.hangInBody(0.5)) })
      const answer = yield* client.get(`${origin}/`)
      let bytes = 0
      yield* Stream.runForEachWhile(answer.stream, ({ length }) =>
        Effect.sync(() => {
          bytes += length
          return bytes < mib / 2
        })
      )
      expect(bytes).toBe(mib / 2)
    })
  )
})

/** A machine whose sink has a bug. */
const buggy = () => {
  const seen = { aborts: 0 }
  const emulator: Emulator = {
    handle: () => ({ status: 200, body: "well" }),
    receive: ({ url }) =>
      url.pathname === "/bug"
        ? {
            write: () => {
              throw new Error("a bug")
            },
            end: () => ({ status: 200 }),
            abort: () => void seen.aborts++
          }
        : undefined
  }
  return { emulator, seen }
}

describe("a sink with a bug", () => {
  it.effect("breaks the connection of a server, not the test", () =>
    Effect.gen(function* () {
      const { emulator, seen } = buggy()
      const { url } = yield* EmulatorServer.start(emulator)
      const post = (path: string) => Effect.tryPromise(() => fetch(url + path, { method: "POST", body: "text" }))
      yield* Effect.flip(post("/bug"))
      expect(seen.aborts).toBe(1)
      expect((yield* post("/other")).status).toBe(200)
    })
  )

  it.effect("is a defect of a client in memory", () =>
    Effect.gen(function* () {
      const { emulator, seen } = buggy()
      const { client } = EmulatorClient.make(emulator)
      const exit = yield* Effect.exit(client.post("http://emulator.test/bug", { body: HttpBody.text("text") }))
      expect(String(exit)).toContain("a bug")
      expect(seen.aborts).toBe(1)
    })
  )
})

describe("a body that is shorter than it says", () => {
  // node:http waits for the rest.
  it.effect.each(["in memory", "over sockets with undici"])("breaks off %s", (name) =>
    Effect.gen(function* () {
      const { aborted, emulator, seen, took } = taking()
      const { client, origin } = yield* ways.find(([each]) => each === name)![1](emulator)
      const short = Stream.concat(Stream.make(bytesBetween(0, 500)), Stream.fromEffectDrain(took))
      const asked = client.post(`${origin}/stream`, { body: HttpBody.stream(short, "text/plain", 1000) })
      expect(yield* tagOf(asked)).toBe("TransportError")
      yield* aborted
      expect(seen).toMatchObject({ bytes: 500, ends: 0, aborts: 1 })
    })
  )
})

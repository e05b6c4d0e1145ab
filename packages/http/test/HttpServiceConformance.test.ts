/** What every `HttpService` must do, whatever is behind it: its test layer, and the service over sockets. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, type FileSystem, Layer, type Path, type Scope } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { HttpService } from "../src/HttpService.ts"
import type { Emulator } from "../src/testing/Emulator.ts"
import * as EmulatorClient from "../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../src/testing/EmulatorServerNode.ts"
import type { Served } from "../src/testing/Exchange.ts"
import * as Fault from "../src/testing/Fault.ts"
import * as FileEmulator from "../src/testing/FileEmulator.ts"
import * as Transport from "../src/Transport.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import { folder, noise, quick, ranges } from "./httpServiceSupport.ts"

type Files = FileSystem.FileSystem | Path.Path

/** The service, the address of what it may call, and a handle on that. */
interface Place {
  readonly layer: Layer.Layer<HttpService, unknown>
  readonly url: string
  readonly served: Served
}

type World = (emulator: Emulator, faults: Fault.FaultPlan) => Effect.Effect<Place, never, Scope.Scope>

const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)

const overSockets =
  (client: Layer.Layer<HttpClient.HttpClient, unknown>): World =>
  (emulator, faults) =>
    Effect.map(EmulatorServer.start(emulator, { faults }), (server) => ({
      layer: HttpService.layerNoDeps({ guard: UrlGuard.make({ allow: ["127.0.0.1"] }) }).pipe(
        Layer.provide([client, files, Resilience.layer({ services: { http: quick } })])
      ),
      url: server.url,
      served: server
    }))

const worlds: ReadonlyArray<readonly [string, World]> = [
  [
    "its test layer",
    (emulator, faults) =>
      Effect.sync(() => {
        const served = EmulatorClient.make(emulator, { faults })
        return { layer: HttpService.layerTest(served), url: "http://files.example", served }
      })
  ],
  ["sockets and fetch", overSockets(FetchHttpClient.layer)],
  ["sockets and the transport", overSockets(Transport.layer)]
]

const content = noise(60_000)

/** Files, a page that moves, one that leads into a private network, and a place where things are made. */
const site = (): Emulator => {
  const { handle } = FileEmulator.make({
    "/a.txt": { content: "0123456789", contentType: "text/plain" },
    "/a.bin": { content }
  })
  let made = 0
  return {
    handle: (request, now) => {
      switch (request.url.pathname) {
        case "/moved":
          return { status: 302, headers: { location: "/a.txt" } }
        case "/trap":
          return { status: 302, headers: { location: "http://10.0.0.1/" } }
        case "/made":
          return { status: 201, body: `${++made} ${new TextDecoder().decode(request.body)}` }
        default:
          return handle(request, now)
      }
    }
  }
}

for (const [name, world] of worlds) {
  describe(`HttpService over ${name}`, () => {
    const test = (
      sentence: string,
      faults: Fault.FaultPlan,
      body: (http: HttpService["Service"], place: Place) => Effect.Effect<void, unknown, Scope.Scope | Files>
    ) =>
      it.live(sentence, () =>
        Effect.gen(function* () {
          const place = yield* world(site(), faults)
          yield* Effect.provide(
            Effect.flatMap(HttpService, (http) => body(http, place)),
            place.layer
          )
        }).pipe(Effect.scoped, Effect.provide(files))
      )
    const log = ({ served }: Place) => served.requests().map(({ method, path }) => `${method} ${path}`)

    test("gives an answer with status, type and text", Fault.none, (http, { url }) =>
      Effect.gen(function* () {
        const answer = yield* http.get({ url: `${url}/a.txt` })
        expect(answer).toMatchObject({
          status: 200,
          body: "0123456789",
          encoding: "text",
          bytes: 10,
          contentType: "text/plain",
          redirects: 0,
          url: `${url}/a.txt`
        })
        expect(answer).not.toHaveProperty("cut")
      })
    )

    test("says what it cut", Fault.none, (http, { url }) =>
      Effect.gen(function* () {
        const answer = yield* http.get({ url: `${url}/a.txt`, maxBodyBytes: 4 })
        expect(answer).toMatchObject({ body: "0123", cut: { keptBytes: 4, totalBytes: 10 } })
      })
    )

    test("takes 404 as an answer", Fault.none, (http, place) =>
      Effect.gen(function* () {
        expect((yield* http.get({ url: `${place.url}/none` })).status).toBe(404)
        expect(log(place)).toEqual(["GET /none"])
      })
    )

    test("follows a redirect", Fault.none, (http, { url }) =>
      Effect.gen(function* () {
        expect(yield* http.get({ url: `${url}/moved` })).toMatchObject({
          body: "0123456789",
          redirects: 1,
          url: `${url}/a.txt`
        })
      })
    )

    test("follows none into a private network", Fault.none, (http, place) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(http.get({ url: `${place.url}/trap` }))
        expect(error).toMatchObject({ _tag: "UrlRefusedError", reason: "address", host: "10.0.0.1" })
        expect(log(place)).toEqual(["GET /trap"])
      })
    )

    for (const fault of [Fault.status(503), Fault.reset, Fault.truncate()]) {
      test(`repeats a GET after ${fault._tag}`, Fault.once(fault), (http, place) =>
        Effect.gen(function* () {
          expect((yield* http.get({ url: `${place.url}/a.txt` })).body).toBe("0123456789")
          expect(log(place).length).toBe(2)
        })
      )
    }

    test("repeats no POST whose answer was lost", Fault.once(Fault.lostAnswer), (http, place) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(http.post({ url: `${place.url}/made`, data: { n: 1 } }))
        expect(error).toMatchObject({ _tag: "HttpError", reason: "connection" })
        expect(log(place)).toEqual(["POST /made"])
      })
    )

    test("repeats a POST with a key", Fault.once(Fault.status(503)), (http, place) =>
      Effect.gen(function* () {
        const answer = yield* http.post({ url: `${place.url}/made`, data: { n: 1 }, idempotencyKey: "k-1" })
        expect([answer.status, answer.body]).toEqual([201, '1 {"n":1}'])
        expect(place.served.requests().map(({ headers }) => headers["idempotency-key"])).toEqual(["k-1", "k-1"])
      })
    )

    test("downloads a file whole although it is cut off", Fault.once(Fault.truncate()), (http, { served, url }) =>
      Effect.gen(function* () {
        const { at, names, read } = yield* folder
        const { bytes } = yield* http.download({ url: `${url}/a.bin`, path: at("a.bin") })
        expect(bytes).toBe(content.length)
        expect(Buffer.from(yield* read("a.bin")).equals(Buffer.from(content))).toBe(true)
        expect(yield* names).toEqual(["a.bin"])
        const [first, second] = ranges(served.requests())
        expect(first).toBeUndefined()
        // Fetch throws away what it had not handed over yet, so there may be nothing to go on from.
        expect([undefined, "bytes=30000-"]).toContain(second)
      })
    )

    test("leaves nothing of a download that is none", Fault.none, (http, { url }) =>
      Effect.gen(function* () {
        const { at, names } = yield* folder
        const error = yield* Effect.flip(http.download({ url: `${url}/none`, path: at("none") }))
        expect(error).toMatchObject({ _tag: "HttpError", status: 404, category: "notFound" })
        expect(yield* names).toEqual([])
      })
    )

    test("sends nothing that is not well formed", Fault.none, (http, place) =>
      Effect.gen(function* () {
        const { url } = place
        const header = yield* Effect.flip(http.get({ url, headers: { "x-name": "a\r\nb: c" } }))
        expect(header).toMatchObject({ _tag: "InvalidInputError", field: "headers.x-name" })
        const json = yield* Effect.flip(http.post({ url, data: "{ no json" }))
        expect(json).toMatchObject({ _tag: "InvalidInputError", field: "data" })
        const scheme = yield* Effect.flip(http.get({ url: "ftp://files.example/" }))
        expect(scheme).toMatchObject({ _tag: "UrlRefusedError", reason: "scheme" })
        expect(log(place)).toEqual([])
      })
    )
  })
}

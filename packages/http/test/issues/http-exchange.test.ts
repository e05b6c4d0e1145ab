/** Exchanges that share a request, an attempt or a span do not disturb each other. */
import { describe, expect, it } from "@effect/vitest"
import { Resilience, Tracing } from "@skippy/core"
import { SpanProbe } from "@skippy/core/testing"
import { HttpClient, HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import { Deferred, Effect, Fiber, Layer, Stream, Tracer } from "effect"
import { TestClock } from "effect/testing"
import * as HttpError from "../../src/client/HttpError.ts"
import * as RequestFacts from "../../src/client/RequestFacts.ts"
import * as ResilientHttpClient from "../../src/client/ResilientHttpClient.ts"

const url = "http://reports.test/today"
const retry = { baseDelay: 0, jitter: "none" } as const

const withClient = (client: HttpClient.HttpClient, layer: Layer.Layer<never> = Layer.empty) =>
  Layer.merge(
    Layer.succeed(HttpClient.HttpClient, client),
    Layer.orDie(Resilience.layer({ services: { http: { retry } } })).pipe(Layer.provide(layer))
  )

const answering = (status = 200) =>
  HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, new Response("{}", { status }))))

describe("a request that is under way twice", () => {
  it.effect("ends only the one that is given up", () =>
    Effect.gen(function* () {
      const signals: Array<AbortSignal> = []
      const go = yield* Deferred.make<void>()
      const hanging = HttpClient.make((_request, _url, signal) => {
        signals.push(signal)
        return Effect.never
      }).pipe(HttpClient.transform((effect) => Effect.andThen(Deferred.await(go), effect)))
      yield* Effect.gen(function* () {
        const { client } = yield* ResilientHttpClient.make()
        const request = HttpClientRequest.get(url)
        const first = yield* Effect.forkChild(client.execute(request))
        const second = yield* Effect.forkChild(client.execute(request))
        yield* TestClock.adjust(0)
        yield* Deferred.succeed(go, undefined)
        yield* TestClock.adjust(0)
        yield* Fiber.interrupt(first)
        expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
        yield* Fiber.interrupt(second)
        expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
      }).pipe(Effect.provide(withClient(hanging)))
    })
  )
})

describe("a status the reader refuses", () => {
  it.effect.each([
    [404, "notFound", 1],
    [422, "invalid", 1],
    [401, "auth", 1]
  ] as const)(
    "%s is no trouble of the service: it is said as it is, and not asked for again",
    ([status, category, asked]) =>
      Effect.gen(function* () {
        let requests = 0
        const client = HttpClient.tapRequest(answering(status), () => Effect.sync(() => void requests++))
        yield* Effect.gen(function* () {
          const http = yield* ResilientHttpClient.make()
          const error = yield* Effect.flip(
            http.call(HttpClientRequest.get(url), (response) =>
              Effect.flatMap(HttpClientResponse.filterStatusOk(response), ({ json }) => json)
            )
          )
          expect(error).toMatchObject({ _tag: "HttpError", reason: "status", status, category })
          expect(requests).toBe(asked)
        }).pipe(Effect.provide(withClient(client)))
      })
  )

  it.effect("keeps its Retry-After when the client refuses it", () =>
    Effect.gen(function* () {
      const busy = HttpClient.make((request) =>
        Effect.sync(() =>
          HttpClientResponse.fromWeb(request, new Response("", { status: 429, headers: { "retry-after": "3600" } }))
        )
      )
      const { client } = yield* ResilientHttpClient.make().pipe(
        Effect.provide(withClient(HttpClient.filterStatusOk(busy)))
      )
      const error = yield* Effect.flip(client.get(url))
      expect(error).toMatchObject({ reason: "status", status: 429, category: "throttled" })
      expect(error.message).toContain("try again in 3600 s")
    })
  )
})

describe("a streamed body that was used", () => {
  it.effect("is not sent again, whatever the reader says of the answer", () =>
    Effect.gen(function* () {
      let sent = 0
      const taking = HttpClient.make((request) =>
        Effect.gen(function* () {
          if (request.body._tag === "Stream")
            sent += (yield* Effect.orDie(Stream.runCollect(request.body.stream))).length
          return HttpClientResponse.fromWeb(request, new Response("busy"))
        })
      )
      const busy = { _tag: "Busy", category: "throttled", message: "busy" } as const
      const request = HttpClientRequest.put(url).pipe(HttpClientRequest.bodyStream(Stream.make(new Uint8Array(3))))
      const error = yield* Effect.gen(function* () {
        const http = yield* ResilientHttpClient.make()
        return yield* Effect.flip(http.call(request, () => Effect.fail(busy)))
      }).pipe(Effect.provide(withClient(taking)))
      expect(error).toBe(busy)
      expect(sent).toBe(1)
    })
  )
})

describe("an address in an error", () => {
  const secret = "canary-4711"

  it.each([
    `http://user:${secret}@reports.test/today`,
    `http:/user:${secret}@reports.test/today`,
    `http:user:${secret}@reports.test/today`,
    `http:///user:${secret}@reports.test/today`,
    `http:\\\\user:${secret}@reports.test/today`,
    ` http://user:${secret}@reports.test/today`,
    `ht\ntp://user:${secret}@reports.test/today`,
    `//user:${secret}@reports.test/today`,
    `http://user:${secret}/x@reports.test/today`,
    `http://user:${secret}?x@reports.test/today`,
    `http://user:${secret}#x@reports.test/today`,
    `http://reports.test/today?key=${secret}&mail=a@b.c&key=${secret}`
  ])("shows no password and no query of %s", (address) => {
    expect(HttpError.bareUrl(address)).not.toContain(secret)
  })

  it.each([
    ["http://reports.test/@me/today?x", "http://reports.test/@me/today"],
    ["http://me:pw@reports.test/@me", "http://reports.test/@me"],
    ["/users/@me?x=1", "/users/@me"],
    ["HTTP://REPORTS.test/today", "HTTP://REPORTS.test/today"]
  ])("of %s is %s", (address, expected) => {
    expect(HttpError.bareUrl(address)).toBe(expected)
  })
})

describe("spans", () => {
  const traced = <A, E>(
    effect: Effect.Effect<A, E, HttpClient.HttpClient | Resilience>,
    client = answering(),
    layer: Layer.Layer<never> = Tracing.layer
  ) =>
    Effect.gen(function* () {
      const { spans, tracer } = SpanProbe.make()
      const headers: Array<string | undefined> = []
      const seen = HttpClient.make((request) =>
        Effect.suspend(() => {
          headers.push(request.headers["traceparent"])
          return client.execute(request)
        })
      )
      yield* Effect.exit(effect.pipe(Effect.provide(withClient(seen, layer)), Effect.withTracer(tracer)))
      return { headers, spans }
    })
  const read = ({ text }: HttpClientResponse.HttpClientResponse) => text
  const addressesOf = (spans: ReadonlyArray<Tracer.NativeSpan>) =>
    spans.map(({ attributes, name }) => [name, attributes.get("url.full")])

  it.effect("of somebody else stay as they are when an exchange has no attempt around it", () =>
    Effect.gen(function* () {
      const { spans } = yield* traced(
        Effect.gen(function* () {
          const { exchange } = yield* ResilientHttpClient.make()
          yield* exchange(HttpClientRequest.get(url), read)
        }).pipe(Effect.withSpan("the caller's own"))
      )
      const own = spans.find(({ name }) => name === "the caller's own")
      expect(Array.from(own?.attributes.keys() ?? ["missing"])).toEqual([])
      expect(spans.filter(({ kind }) => kind === "client").length).toBe(1)
    })
  )

  it.effect("are one for each request of an attempt that sends several", () =>
    Effect.gen(function* () {
      const { spans } = yield* traced(
        Effect.gen(function* () {
          const { exchange } = yield* ResilientHttpClient.make()
          const both = Effect.andThen(
            exchange(HttpClientRequest.get(`${url}/1`), read),
            exchange(HttpClientRequest.get(`${url}/2`), read)
          )
          yield* both.pipe(Resilience.call({ service: "http", operation: "both" }))
        })
      )
      const told = addressesOf(spans).map(([, address]) => address)
      expect(told).toContain(`${url}/1`)
      expect(told).toContain(`${url}/2`)
    })
  )

  it.effect("are not told to the service where the program says so", () =>
    Effect.gen(function* () {
      const { headers } = yield* traced(
        Effect.flatMap(ResilientHttpClient.make(), ({ client }) => client.get(url)).pipe(
          Effect.provideService(HttpClient.TracerPropagationEnabled, false)
        )
      )
      expect(headers).toEqual([undefined])
    })
  )

  it.effect.each([
    ["with spans of the pipeline", Tracing.layer],
    ["without", Layer.empty]
  ] as const)("show neither query nor password, %s", ([, layer]) =>
    Effect.gen(function* () {
      const asking = Effect.flatMap(ResilientHttpClient.make(), ({ client }) =>
        client.get("http://user:canary@[::1]/today?key=canary")
      )
      const { spans } = yield* traced(asking, answering(), layer)
      const exchange = spans.find(({ kind }) => kind === "client")
      expect(exchange?.attributes.get("url.full")).toBe("http://[::1]/today")
      expect(exchange?.attributes.get("server.address")).toBe("::1")
      expect(JSON.stringify(spans.map(({ attributes }) => Array.from(attributes)))).not.toContain("canary")
    })
  )

  it.effect("say what went wrong when there was no answer", () =>
    Effect.gen(function* () {
      const refusing = HttpClient.make((request) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: Object.assign(new Error("read"), { code: "ECONNRESET" })
            })
          })
        )
      )
      const { spans } = yield* traced(
        Effect.flatMap(ResilientHttpClient.make(), ({ client }) => client.post(url)),
        refusing
      )
      const attempt = spans.find(({ kind }) => kind === "client")
      expect(attempt?.attributes.get("error.type")).toBe("ECONNRESET")
    })
  )
})

describe("origins", () => {
  it("of addresses longer than any host are not kept", () => {
    const long = `http://${"a.".repeat(5000)}test/`
    expect(RequestFacts.originOf(long)).toBe("invalid")
    expect(RequestFacts.originOf(`http://${"u".repeat(5000)}:p@a.test/`)).toBe("http://a.test")
  })
})

import { describe, expect, it } from "@effect/vitest"
import { CircuitBreaker, type PolicyConfig, Resilience, Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { Cause, Duration, Effect, Exit, Fiber, Layer, Schema, Stream } from "effect"
import { HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as RequestFacts from "../../src/client/RequestFacts.ts"
import * as ResilientHttpClient from "../../src/client/ResilientHttpClient.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as Echo from "./echo.ts"

const retry = { baseDelay: "1 second", jitter: "none" } as const
const url = "http://reports.test/today"

/** A protected client over the echo, in memory. */
const world = (
  faults: Fault.FaultPlan = Fault.none,
  config: PolicyConfig.PolicyConfigInput = {},
  options: ResilientHttpClient.Options = {},
  headers?: Parameters<typeof Echo.make>[0]
) => {
  const echo = Echo.make(headers)
  const emulator = EmulatorClient.make(echo, { faults })
  const live = Resilience.layer({ services: { http: { retry, ...config } } })
  const run = <A, E>(
    use: (http: ResilientHttpClient.ResilientHttpClient) => Effect.Effect<A, E, Resilience | HttpClient.HttpClient>
  ): Effect.Effect<A, E> =>
    Effect.flatMap(ResilientHttpClient.make(options), use).pipe(
      Effect.provideService(HttpClient.HttpClient, emulator.client),
      Effect.provide(Layer.orDie(live))
    )
  return { echo, emulator, run }
}

/** Runs an effect to its end while time passes. */
const passing = <A, E>(effect: Effect.Effect<A, E>, millis = 200_000) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(effect))
    for (let passed = 0; passed < millis && fiber.pollUnsafe() === undefined; passed += 500) {
      yield* TestClock.adjust("500 millis")
    }
    return yield* Fiber.join(fiber)
  })

const failureOf = <A, E>(exit: Exit.Exit<A, E>): E => {
  if (Exit.isFailure(exit)) {
    const [reason] = exit.cause.reasons
    if (reason?._tag === "Fail") return reason.error
  }
  throw new Error(`no typed failure: ${String(exit)}`)
}

describe("a protected client", () => {
  it.effect("takes from the limit what a call weighs, at each attempt", () =>
    Effect.gen(function* () {
      const rateLimit = { limits: [{ algorithm: "fixedWindow", limit: 10, per: "1 day" }], maxWait: 0 } as const
      const { emulator, run } = world(Fault.once(Fault.reset), { rateLimit })
      const weigh = (weight: number) =>
        run((http) => http.call(HttpClientRequest.get(url), (response) => response.text, { weight }))
      const calls = run((http) => {
        const call = http.call(HttpClientRequest.get(url), (response) => response.text, { weight: 4 })
        return Effect.andThen(call, Effect.flip(call))
      })
      const exit = yield* passing(calls)
      expect(Exit.isSuccess(exit) && exit.value._tag).toBe("RateLimitedError")
      expect(emulator.requests()).toHaveLength(2)
      expect(failureOf(yield* passing(weigh(11)))).toMatchObject({ _tag: "RateLimitedError", reason: "neverFits" })
    })
  )

  it.effect("answers as the client does, with the body at hand", () =>
    Effect.gen(function* () {
      const { run } = world()
      const body = yield* run(({ client }) => Effect.flatMap(client.get(url), (response) => response.json))
      expect(body).toEqual({ method: "GET", path: "/today", sent: 0 })
    })
  )

  it.effect.each([
    ["503", Fault.status(503)],
    ["500", Fault.status(500)],
    ["408", Fault.status(408)],
    ["a reset", Fault.reset],
    ["a lost answer", Fault.lostAnswer],
    ["an answer that breaks off", Fault.truncate()],
    ["an answer that stops coming", Fault.hangInBody()],
    ["no answer at all", Fault.hang]
  ] as const)("repeats a GET after %s, and counts it against the circuit", ([, fault]) =>
    Effect.gen(function* () {
      const { emulator, run } = world(Fault.once(fault))
      const exit = yield* passing(
        run(({ client }) =>
          Effect.gen(function* () {
            const response = yield* client.get(url)
            const { breaker } = (yield* Resilience).pipeline("http").stages
            return [response.status, yield* breaker!.for("http://reports.test").view] as const
          })
        )
      )
      expect(exit).toMatchObject(Exit.succeed([200, { state: "Closed" }]))
      expect(emulator.requests().length).toBe(2)
    })
  )

  it.effect.each([500, 502, 503, 504, 408])("opens the circuit of the origin after failures with %s", (status) =>
    Effect.gen(function* () {
      const { emulator, run } = world(Fault.always(Fault.status(status)), {
        retry: false,
        circuitBreaker: { consecutiveFailures: 3 }
      })
      yield* run(({ client }) =>
        Effect.gen(function* () {
          for (let n = 0; n < 3; n++) {
            expect(yield* Effect.flip(client.get(url))).toMatchObject({ _tag: "HttpError", reason: "status", status })
          }
          expect(yield* Effect.flip(client.get(url))).toBeInstanceOf(CircuitBreaker.CircuitOpenError)
          emulator.faults.set(Fault.none)
          expect((yield* client.get("http://other.test/")).status).toBe(200)
          // Another spelling of the same origin.
          expect(yield* Effect.flip(client.get("HTTP://REPORTS.test:80/tomorrow"))).toMatchObject({
            _tag: "CircuitOpenError"
          })
        })
      )
    })
  )

  it.effect.each([400, 401, 403, 404, 409, 410, 418, 422])(
    "takes %s as an answer that says nothing of health",
    (status) =>
      Effect.gen(function* () {
        const { emulator, run } = world(Fault.always(Fault.status(status)), {
          circuitBreaker: { consecutiveFailures: 1 }
        })
        yield* run(({ client }) =>
          Effect.gen(function* () {
            for (let n = 0; n < 3; n++) expect((yield* client.get(url)).status).toBe(status)
          })
        )
        expect(emulator.requests().length).toBe(3)
      })
  )

  it.effect("waits as 429 asks, keeps everybody of that origin waiting, and does not blame the circuit", () =>
    Effect.gen(function* () {
      const probe = EventProbe.make()
      const { emulator, run } = world(Fault.once(Fault.status(429, { headers: { "retry-after": "7" } })), {
        circuitBreaker: { consecutiveFailures: 1 }
      })
      const startedAt = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const exit = yield* passing(run(({ client }) => client.get(url)).pipe(probe.provide))
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(emulator.requests().map(({ at }) => Math.round((at - startedAt) / 1000))).toEqual([0, 7])
      expect(probe.of("LimiterPenalized")).toMatchObject([{ key: "http://reports.test" }])
      expect(probe.of("CircuitTransition")).toEqual([])
    })
  )

  it.effect("fails at once when Retry-After asks for more than is obeyed", () =>
    Effect.gen(function* () {
      const { emulator, run } = world(Fault.always(Fault.status(429, { headers: { "retry-after": "3600" } })), {
        rateLimit: false
      })
      const error = yield* Effect.flip(run(({ client }) => client.get(url)))
      expect(error).toMatchObject({
        _tag: "HttpError",
        status: 429,
        category: "throttled",
        retryAfter: Duration.hours(1)
      })
      expect(error.message).toMatch(/^GET http:\/\/reports\.test\/today answered 429; try again in 3600 s \[req_/)
      expect(emulator.requests().length).toBe(1)
    })
  )

  it.effect("feeds the limiter from the headers of successes", () =>
    Effect.gen(function* () {
      let left = 2
      const { emulator, run } = world(
        Fault.none,
        { retry: false, rateLimit: { limits: [{ limit: 1000, per: "1 minute" }], maxWait: 0 } },
        {},
        () => ({
          "ratelimit-remaining": String(--left),
          "ratelimit-reset": "30"
        })
      )
      yield* run(({ client }) =>
        Effect.gen(function* () {
          yield* client.get(url)
          yield* client.get(url)
          const refused = yield* Effect.flip(client.get(url))
          expect(refused).toMatchObject({ _tag: "RateLimitedError", limit: "RateLimit", key: "http://reports.test" })
          yield* client.get("http://other.test/")
          yield* TestClock.adjust("31 seconds")
          yield* client.get(url)
        })
      )
      expect(emulator.requests().length).toBe(4)
    })
  )
})

describe("what is repeated", () => {
  const attemptsOf = (
    request: HttpClientRequest.HttpClientRequest,
    fault: Fault.Fault,
    call: ResilientHttpClient.CallOptions = {}
  ) =>
    Effect.gen(function* () {
      const { echo, emulator, run } = world(Fault.always(fault), { circuitBreaker: false })
      const exit = yield* passing(run((http) => http.call(request, (response) => response.text, call)))
      return { exit, attempts: emulator.requests().length, carriedOut: echo.carriedOut.length }
    })
  const body = HttpClientRequest.bodyText("once")
  const streamed = HttpClientRequest.bodyStream(Stream.make(new Uint8Array(3), new Uint8Array(4)))

  it.effect.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] as const)("%s is, by its method", (method) =>
    Effect.gen(function* () {
      expect((yield* attemptsOf(HttpClientRequest.make(method)(url), Fault.status(503))).attempts).toBe(3)
    })
  )

  it.effect.each([Fault.status(503), Fault.lostAnswer, Fault.hang, Fault.truncate()])(
    "POST is not, after $_tag",
    (fault) =>
      Effect.gen(function* () {
        const { attempts, exit } = yield* attemptsOf(body(HttpClientRequest.post(url)), fault)
        expect(attempts).toBe(1)
        expect(Exit.isFailure(exit)).toBe(true)
      })
  )

  it.effect("POST is with an Idempotency-Key, or when the caller knows better", () =>
    Effect.gen(function* () {
      const keyed = HttpClientRequest.setHeader(body(HttpClientRequest.post(url)), "Idempotency-Key", "abc")
      expect((yield* attemptsOf(keyed, Fault.status(503))).attempts).toBe(3)
      expect((yield* attemptsOf(HttpClientRequest.post(url), Fault.status(503), { idempotent: true })).attempts).toBe(3)
    })
  )

  it.effect("POST is when it was throttled, which says that it was not carried out", () =>
    Effect.gen(function* () {
      const busy = Fault.status(429, { headers: { "retry-after": "1" } })
      expect((yield* attemptsOf(body(HttpClientRequest.post(url)), busy)).attempts).toBe(3)
    })
  )

  it.effect.each([Fault.status(503), Fault.status(429), Fault.reset])(
    "a streamed body is not sent again after $_tag, whatever the method",
    (fault) =>
      Effect.gen(function* () {
        const { attempts, exit } = yield* attemptsOf(streamed(HttpClientRequest.put(url)), fault)
        expect(attempts).toBe(1)
        expect(failureOf(exit)).toMatchObject({ _tag: "HttpError", retryable: false })
      })
  )

  it.effect("a streamed body that can be had again is sent again", () =>
    Effect.gen(function* () {
      const { attempts } = yield* attemptsOf(streamed(HttpClientRequest.put(url)), Fault.status(503), {
        repeatableBody: true
      })
      expect(attempts).toBe(3)
    })
  )

  it.effect("a streamed body that was never touched is sent when the way is free again", () =>
    Effect.gen(function* () {
      const { echo, run } = world(Fault.none, {
        retry: { ...retry, maxAttempts: 2 },
        bulkhead: { concurrency: 1, maxQueue: 0 }
      })
      const exit = yield* passing(
        run((http) =>
          Effect.gen(function* () {
            const holder = yield* Effect.forkChild(
              http.call(HttpClientRequest.get(url), () => Effect.sleep("500 millis"))
            )
            yield* Effect.sleep("100 millis")
            yield* http.call(streamed(HttpClientRequest.put(url)), (response) => response.text)
            yield* Fiber.join(holder)
          })
        )
      )
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(echo.carriedOut).toEqual(["GET /today", "PUT /today"])
    })
  )
})

describe("errors", () => {
  const secret = "canary-4711"

  it.effect("name method, address and request, and never the query, the user or a header", () =>
    Effect.gen(function* () {
      const { run } = world(Fault.always(Fault.status(500, { body: secret })), { retry: false })
      const request = HttpClientRequest.get(`http://user:${secret}@reports.test/today?key=${secret}#${secret}`).pipe(
        HttpClientRequest.setHeader("authorization", secret)
      )
      const error = yield* Effect.flip(run(({ client }) => client.execute(request)))
      expect(error.message).toMatch(/^GET http:\/\/reports\.test\/today answered 500 \[req_/)
      const everything = [error.message, String(error), JSON.stringify(error), Cause.pretty(Cause.fail(error))].join(
        "\n"
      )
      expect(everything).not.toContain(secret)
    })
  )

  it.effect("say what was not sent, so that it may be repeated", () =>
    Effect.gen(function* () {
      const refusing = HttpClient.make((request) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED", syscall: "connect" })
            })
          })
        )
      )
      const error = yield* Effect.flatMap(ResilientHttpClient.make(), ({ client }) =>
        Effect.flip(client.post(url))
      ).pipe(
        Effect.provideService(HttpClient.HttpClient, refusing),
        Effect.provide(Resilience.layer({ services: { http: { retry: false } } }))
      )
      expect(error).toMatchObject({
        reason: "unreachable",
        code: "ECONNREFUSED",
        delivered: false,
        category: "transient"
      })
    })
  )

  it.effect("of an answer that is larger than allowed come before it is in memory", () =>
    Effect.gen(function* () {
      const { run } = world(Fault.none, {}, { maxBodyBytes: 10 })
      expect(yield* Effect.flip(run(({ client }) => client.get(url)))).toMatchObject({
        _tag: "HttpError",
        reason: "tooLarge"
      })
    })
  )

  it.effect("of reading belong to the attempt, and the reader's own pass through", () =>
    Effect.gen(function* () {
      class Unusable extends Schema.TaggedError<Unusable>()("Unusable", {}) {
        readonly category = "transient"
      }
      const { emulator, run } = world()
      const exit = yield* passing(run((http) => http.call(HttpClientRequest.get(url), () => new Unusable())))
      expect(failureOf(exit)).toBeInstanceOf(Unusable)
      expect(emulator.requests().length).toBe(3)
    })
  )
})

describe("spans", () => {
  const traced = (layer: Layer.Layer<never>) => {
    const { spans, tracer } = SpanProbe.make()
    const emulator = EmulatorClient.make(Echo.make(), { faults: Fault.once(Fault.status(503)) })
    const live = Resilience.layer({ services: { http: { retry } } }).pipe(Layer.provide(layer))
    const program = Effect.flatMap(ResilientHttpClient.make(), ({ client }) => client.get(`${url}?key=canary`)).pipe(
      Effect.provideService(HttpClient.HttpClient, emulator.client),
      Effect.provide(live),
      Effect.withTracer(tracer)
    )
    return { program, spans, requests: emulator.requests }
  }

  it.effect("are one for each attempt, and the service sees its id", () =>
    Effect.gen(function* () {
      const { program, requests, spans } = traced(Tracing.layer)
      yield* passing(program)
      const attempts = spans.filter(({ kind }) => kind === "client")
      expect(spans.map(({ name }) => name)).toEqual(["http GET", "http GET attempt", "http GET attempt"])
      expect(attempts.map(({ attributes }) => attributes.get("http.response.status_code"))).toEqual([503, 200])
      expect(attempts[0]!.attributes.get("url.full")).toBe(url)
      expect(attempts[0]!.attributes.get("server.port")).toBe(80)
      expect(requests().map(({ headers }) => headers["traceparent"]?.split("-")[2])).toEqual(
        attempts.map(({ spanId }) => spanId)
      )
      expect(JSON.stringify(spans.map(({ attributes }) => Array.from(attributes)))).not.toContain("canary")
    })
  )

  it.effect("are the client's own where the pipeline makes none", () =>
    Effect.gen(function* () {
      const { program, spans } = traced(Layer.empty)
      yield* passing(program)
      expect(spans.map(({ kind }) => kind)).toEqual(["client", "client"])
    })
  )
})

describe("the layer", () => {
  const through = (faults: Fault.FaultPlan, config: PolicyConfig.PolicyConfigInput) => {
    const emulator = EmulatorClient.make(Echo.make(), { faults })
    const layer = ResilientHttpClient.layer().pipe(
      Layer.provide(Resilience.layer({ services: { http: config } })),
      Layer.provide(Layer.succeed(HttpClient.HttpClient, emulator.client))
    )
    return { emulator, layer: Layer.orDie(layer) }
  }

  it.effect("protects a program that knows only HttpClient, which sees what it would see", () =>
    Effect.gen(function* () {
      const { emulator, layer } = through(Fault.always(Fault.status(503, { body: "down" })), {
        retry,
        circuitBreaker: { consecutiveFailures: 3 }
      })
      const ask = Effect.flatMap(HttpClient.get(url), (response) =>
        Effect.map(response.text, (text) => [response.status, text] as const)
      )
      const program = Effect.gen(function* () {
        const first = yield* Effect.exit(ask)
        return [first, yield* Effect.flip(ask)] as const
      })
      const exit = yield* passing(Effect.provide(program, layer))
      expect(emulator.requests().length).toBe(3)
      const [first, second] = Exit.isSuccess(exit) ? exit.value : []
      expect(first).toEqual(Exit.succeed([503, "down"]))
      expect(second).toMatchObject({ _tag: "HttpClientError", reason: { cause: { _tag: "CircuitOpenError" } } })
      expect(second!.message).toContain("circuit")
    })
  )

  it.effect("gives back the client's own error when nothing helped", () =>
    Effect.gen(function* () {
      const { layer } = through(Fault.always(Fault.reset), { retry: false })
      const error = yield* Effect.flip(Effect.provide(HttpClient.get(url), layer))
      expect(error).toMatchObject({ _tag: "HttpClientError", reason: { cause: { code: "ECONNRESET" } } })
    })
  )
})

describe("origins", () => {
  it("have one spelling each", () => {
    for (const same of ["http://a.test", "HTTP://A.test:80/x?y", "http://user:pass@a.test/#z"]) {
      expect(RequestFacts.originOf(same)).toBe("http://a.test")
    }
    expect(RequestFacts.originOf("https://a.test:8443/")).toBe("https://a.test:8443")
    expect(RequestFacts.originOf("not a url")).toBe("invalid")
  })

  it.effect("can be taken together", () =>
    Effect.gen(function* () {
      const { run } = world(
        Fault.always(Fault.status(503)),
        { retry: false, circuitBreaker: { consecutiveFailures: 1 } },
        { perOrigin: false }
      )
      yield* run(({ client }) =>
        Effect.gen(function* () {
          yield* Effect.flip(client.get(url))
          expect(yield* Effect.flip(client.get("http://other.test/"))).toMatchObject({
            _tag: "CircuitOpenError",
            key: ""
          })
        })
      )
    })
  )
})

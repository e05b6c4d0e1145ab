/** The key is sent to the API and is nowhere else: not at the host of the images, and in no error, event, log or span. */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Resilience, Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { Cause, Effect, Exit, Layer, Logger, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import * as Files from "../../src/Files.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { policies } from "../../src/pexels/TestWorld.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as PexelsEmulator from "../../src/testing/PexelsEmulator.ts"
import { directory } from "./support.ts"

const secret = "canary-4711-key"

const echo = JSON.stringify({ code: `bad key ${secret}`, error: secret })

/** What can go wrong, and how the service calls it. */
const troubles: ReadonlyArray<readonly [fault: Fault.Fault, reason: string]> = [
  [Fault.status(401, { body: echo }), "badKey"],
  [Fault.status(403, { body: echo }), "forbidden"],
  [Fault.status(404, { body: echo }), "notFound"],
  [Fault.status(400, { body: echo }), "refused"],
  [Fault.status(422, { body: secret }), "refused"],
  [Fault.status(200, { body: echo }), "unexpectedAnswer"],
  [Fault.status(200, { body: secret }), "unexpectedAnswer"],
  [Fault.status(307, { headers: { location: `http://127.0.0.1:1/?key=${secret}` } }), "unexpectedAnswer"],
  [Fault.status(500, { body: echo, headers: { "x-key": secret } }), "status"],
  [Fault.status(429, { body: echo }), "rateLimited"],
  [Fault.reset, "connection"],
  [Fault.truncate(), "body"]
]

/** What a failure tells; a success is the program's own. */
const textOf = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit)
    ? [
        Cause.pretty(exit.cause),
        String(exit),
        JSON.stringify(exit),
        inspect(exit, { depth: 20, showHidden: true })
      ].join("\n")
    : ""

/** Everything that can be read of the world a program runs in, but for the requests. */
const listening = () => {
  const probe = EventProbe.make()
  const logs: Array<string> = []
  const { spans, tracer } = SpanProbe.make()
  const logger = Logger.make(({ cause, message }) => {
    logs.push(inspect(message, { depth: 20, showHidden: true }) + Cause.pretty(cause))
  })
  return {
    listen: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      effect.pipe(Effect.withTracer(tracer), Effect.provide(Logger.layer([logger])), probe.provide),
    spans,
    text: () =>
      [
        JSON.stringify(probe.events()),
        logs.join("\n"),
        ...spans.map(({ attributes, events, name, status }) =>
          inspect([name, Array.from(attributes), events], { depth: 20 }).concat(
            status._tag === "Ended" ? textOf(status.exit) : ""
          )
        )
      ].join("\n")
  }
}

const service = (url: string, tracing: Layer.Layer<never>) =>
  Pexels.layerWith({ key: Redacted.make(secret), url }).pipe(
    Layer.provide([
      FetchHttpClient.layer,
      Files.layer,
      Resilience.layer({ services: { pexels: policies, http: policies } }).pipe(Layer.provide(tracing))
    ])
  )

describe.each([
  ["with spans of the pipeline", Tracing.layer],
  ["with spans of the client", Layer.empty]
])("the key, %s,", (_, tracing) => {
  it.live.each(troubles)("is in nothing that is told of %j", ([fault, reason]) =>
    Effect.gen(function* () {
      const { handle } = PexelsEmulator.make({ keys: [secret], topics: { ocean: 1 } })
      const server = yield* EmulatorServer.start({ handle }, { faults: Fault.always(fault) })
      const ear = listening()
      const exit = yield* Effect.exit(
        Pexels.use(({ getPhoto }) => getPhoto(2014422)).pipe(
          Effect.tapCause((cause) => Effect.logError("it failed", cause)),
          Effect.provide(service(server.url, tracing)),
          ear.listen
        )
      )
      const failure = Exit.isFailure(exit) ? exit.cause.reasons[0] : undefined
      expect(failure).toMatchObject({ _tag: "Fail", error: { reason } })
      expect(server.requests()[0]!.headers["authorization"]).toBe(secret)
      expect(ear.spans.length).toBeGreaterThan(0)
      expect(ear.text()).toContain("it failed")
      expect(ear.text() + textOf(exit)).not.toContain(secret)
    })
  )

  it.live("goes to the API and not to the host of the images", () =>
    Effect.gen(function* () {
      const options = { keys: [secret], topics: { ocean: 3 } }
      const images = yield* EmulatorServer.start(PexelsEmulator.make(options))
      const api = yield* EmulatorServer.start(PexelsEmulator.make({ ...options, imageOrigin: images.url }))
      const folder = yield* directory
      const ear = listening()
      const file = yield* Effect.gen(function* () {
        const pexels = yield* Pexels
        const { photos } = yield* pexels.search({ query: "ocean" })
        return yield* pexels.download({ photoId: photos[0]!.id, path: join(folder, "a.png") })
      }).pipe(Effect.provide(service(api.url, tracing)), ear.listen)
      expect(api.requests().map(({ headers }) => headers["authorization"])).toEqual([secret, secret])
      expect(images.requests()).toHaveLength(1)
      expect(images.requests()[0]!.headers["user-agent"]).toMatch(/^skippy\/\d/)
      expect(inspect(images.requests(), { depth: 20 })).not.toContain(secret)
      expect(ear.text() + JSON.stringify(file)).not.toContain(secret)
      for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "latin1")).not.toContain(secret)
    })
  )
})

import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as WebhookSink from "../../src/alert/sink/WebhookSink.ts"
import * as EventBus from "../../src/event/EventBus.ts"

const seconds = (n: number) =>
  Effect.gen(function* () {
    for (let k = 0; k < n * 2; k++) {
      yield* TestClock.adjust("500 millis")
      for (let m = 0; m < 3; m++) yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
    }
  })

describe("the defaults of a remote sink", () => {
  it.effect("bring an alert through an outage of twenty seconds, and those after it", () =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      const received: Array<string> = []
      const fetch = (async (_: unknown, init: RequestInit) => {
        if (clock.currentTimeMillisUnsafe() < 20_000) return new Response("", { status: 503 })
        const body = init.body as Uint8Array | string
        received.push(typeof body === "string" ? body : new TextDecoder().decode(body))
        return new Response("ok")
      }) as typeof globalThis.fetch
      const layer = AlertManager.layer({
        sinks: [WebhookSink.make({ url: Redacted.make("https://hooks.test/x") })],
        shutdownTimeout: 0
      }).pipe(
        Layer.provideMerge(EventBus.layer()),
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
      )
      yield* Effect.gen(function* () {
        const alerts = yield* AlertManager.AlertManager
        const raise = (service: string) =>
          alerts.alert({ level: "ERROR", title: `T-${service}`, message: "!", service, lasting: true })
        yield* raise("a")
        yield* seconds(10)
        yield* raise("b")
        yield* seconds(15)
        yield* raise("c")
        yield* seconds(200)
        expect(["a", "b", "c"].filter((name) => received.some((body) => body.includes(`T-${name}`)))).toEqual([
          "a",
          "b",
          "c"
        ])
      }).pipe(Effect.provide(layer), Effect.provideService(FetchHttpClient.Fetch, fetch))
    })
  )
})

import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { inspect } from "node:util"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as WebhookSink from "../../src/alert/sink/WebhookSink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import type { ResilienceEvent } from "../../src/event/ResilienceEvent.ts"

const secret = "https://hooks.example/T0P53CR37"

describe("the address of a webhook", () => {
  it.effect("is in no event and no statistics when the client dies with a text that quotes it", () => {
    const client = HttpClient.make((request) => Effect.die(new Error(`cannot parse ${request.url}`)))
    const sink = WebhookSink.make({ url: Redacted.make(secret) })
    return Effect.gen(function* () {
      const bus = yield* EventBus.Current
      const heard: Array<ResilienceEvent> = []
      yield* bus.listen((events) => void heard.push(...events))
      const alerts = yield* AlertManager.AlertManager
      yield* alerts.alert({ level: "ERROR", title: "x", message: "x" })
      yield* TestClock.adjust("10 minutes")
      yield* bus.settled
      const stats = yield* alerts.stats
      expect(stats.sinks[0]!.failed).toBeGreaterThan(0)
      expect(inspect([heard, stats, yield* alerts.active], { depth: 20 })).not.toContain("T0P53CR37")
    }).pipe(
      Effect.scoped,
      Effect.provide(
        AlertManager.layer<typeof sink>({ sinks: [sink] }).pipe(
          Layer.provideMerge(EventBus.layer()),
          Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
        )
      )
    )
  })
})

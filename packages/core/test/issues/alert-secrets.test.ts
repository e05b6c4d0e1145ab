import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted, type Scope } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import type { AlertInstance } from "../../src/alert/Alert.ts"
import type { Notification } from "../../src/alert/AlertState.ts"
import * as EmailSink from "../../src/alert/sink/EmailNode.ts"
import * as SlackSink from "../../src/alert/sink/SlackSink.ts"
import * as WebhookSink from "../../src/alert/sink/WebhookSink.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const instance: AlertInstance = {
  at: 1_000_000,
  status: "firing",
  fingerprint: `alertname="CircuitOpen"`,
  alert: { name: "CircuitOpen", level: "ERROR", title: "open", message: "!", labels: {} },
  lasting: true,
  startsAt: 1_000_000,
  lastSeenAt: 1_000_000,
  count: 1,
  silenced: false
}
const notification: Notification = { at: 0, group: {}, reason: "changed", alerts: [instance] }

const answering = <A, E>(
  effect: Effect.Effect<A, E, Scope.Scope | HttpClient.HttpClient>,
  answer: (url: string) => Response
) =>
  Effect.scoped(effect).pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, (async (url: unknown) =>
      answer(String(url))) as typeof globalThis.fetch)
  )

describe("secrets of sinks", () => {
  it.effect("are in no error and no event when the receiver quotes the address, as Express and many others do", () => {
    const probe = EventProbe.make()
    return answering(
      Effect.gen(function* () {
        const url = Redacted.make("https://hooks.test/services/T0/B0/canary-secret")
        const sink = yield* WebhookSink.make({ url, policies: { retry: false } }).pipe(Effect.provide(probe.layer))
        const error = yield* Effect.flip(sink.send(notification))
        expect(inspect([error, error.message, probe.events()], { depth: 20 })).not.toContain("canary")
      }),
      (url) => new Response(`<pre>Cannot POST ${new URL(url).pathname}</pre>`, { status: 404 })
    )
  })

  for (const bad of ["smtp://u:canary-secret@ho st:25", "smtp://u:canary#x@[:25"]) {
    it.live(`are in no error when the mail server is ${bad}`, () =>
      Effect.scoped(
        Effect.gen(function* () {
          const exit = yield* Effect.exit(
            Effect.flatMap(
              EmailSink.make({
                url: Redacted.make(bad),
                from: "a@b.test",
                to: ["c@d.test"],
                policies: { retry: false }
              }),
              (sink) => sink.send(notification)
            )
          )
          expect(Exit.isFailure(exit)).toBe(true)
          const said = inspect(exit, { depth: 20 }) + (Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "")
          expect(said).not.toContain("canary")
        })
      )
    )
  }
})

describe("the Slack payload", () => {
  it("has no half characters where it was cut", () => {
    const texts = ["", "x"].flatMap((before) => {
      const alert = { ...instance.alert, title: `${before}${"😀".repeat(2000)}` }
      const { blocks, text } = SlackSink.payloadOf({ ...notification, alerts: [{ ...instance, alert }] })
      return [text, ...blocks.map((block) => block.text.text)]
    })
    const isWellFormed = (s: string) => !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(s)
    expect(texts.filter((text) => !isWellFormed(text))).toHaveLength(0)
  })
})

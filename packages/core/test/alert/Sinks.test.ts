import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Console, Effect, Layer, Redacted, type Scope } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { SMTPServer } from "smtp-server"
import type { AlertInstance } from "../../src/alert/Alert.ts"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import type { Notification } from "../../src/alert/AlertState.ts"
import * as ConsoleSink from "../../src/alert/sink/ConsoleSink.ts"
import * as EmailSink from "../../src/alert/sink/EmailNode.ts"
import type { SinkError } from "../../src/alert/sink/Sink.ts"
import * as SlackSink from "../../src/alert/sink/SlackSink.ts"
import * as WebhookSink from "../../src/alert/sink/WebhookSink.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const instance = (over: Partial<AlertInstance> = {}): AlertInstance => ({
  at: 1_000_000,
  status: "firing",
  fingerprint: `alertname="CircuitOpen",service="reports"`,
  alert: {
    name: "CircuitOpen",
    level: "ERROR",
    title: "The circuit of reports is open",
    message: "5 failures <in a row> & more",
    advice: "See whether reports is well.",
    service: "reports",
    labels: {}
  },
  lasting: true,
  startsAt: 1_000_000,
  lastSeenAt: 1_000_000,
  count: 1,
  silenced: false,
  ...over
})

const notification = (...alerts: ReadonlyArray<AlertInstance>): Notification => ({
  at: 1_000_000,
  group: { service: "reports" },
  reason: "changed",
  alerts: alerts.length === 0 ? [instance()] : alerts
})

const over = instance({ status: "resolved", endsAt: 1_060_000, at: 1_060_000 })

/** The parts of the payloads that are looked at one by one. */
interface Payload {
  readonly text: string
  readonly blocks: ReadonlyArray<{ readonly text: { readonly text: string } }>
  readonly alerts: ReadonlyArray<{ readonly labels: Readonly<Record<string, string>> }>
}

interface Received {
  readonly url: string
  readonly body: Payload
}

/** A receiver on loopback that answers as the list says, then 200. */
const receiver = (answers: Array<readonly [status: number, headers?: Record<string, string>]> = []) =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        received.push({ url: request.url ?? "", body: JSON.parse(Buffer.concat(chunks).toString("utf8")) })
        const [status, headers = {}] = answers.shift() ?? [200]
        response.writeHead(status, headers).end(status === 200 ? "ok" : "invalid_payload")
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
      () =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              server.close(() => resolve())
              server.closeAllConnections()
            })
        )
    )
    const { port } = server.address() as AddressInfo
    return { received, url: Redacted.make(`http://127.0.0.1:${port}/hooks/canary-secret`) }
  })

interface Mail {
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly text: string
  readonly user: string | undefined
}

/** A real SMTP server on loopback; `refuse` answers a permanent failure to every mail. */
const smtp = ({ refuse = false }: { readonly refuse?: boolean } = {}) =>
  Effect.gen(function* () {
    const mails: Array<Mail> = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth: ({ password, username }, _, callback) =>
        password === "canary-secret"
          ? callback(null, { user: username ?? "" })
          : callback(new Error("wrong password canary-secret")),
      onData: (stream, session, callback) => {
        const chunks: Array<Buffer> = []
        stream.on("data", (chunk: Buffer) => chunks.push(chunk))
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope
          mails.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString("utf8").replaceAll("=\r\n", ""),
            user: session.user
          })
          callback(refuse ? Object.assign(new Error("mailbox unavailable"), { responseCode: 550 }) : null)
        })
      }
    })
    const { port } = yield* Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<AddressInfo>((resolve) => {
            const inner = server.listen(0, "127.0.0.1", () => resolve(inner.address() as AddressInfo))
          })
      ),
      () => Effect.promise(() => new Promise<void>((resolve) => server.close(() => resolve())))
    )
    return { mails, url: (user: string) => Redacted.make(`smtp://${user}@127.0.0.1:${port}`) }
  })

const scoped = <A, E>(effect: Effect.Effect<A, E, Scope.Scope | HttpClient.HttpClient>) =>
  Effect.scoped(effect).pipe(Effect.provide(FetchHttpClient.layer))

const quick = { retry: { maxAttempts: 3, baseDelay: "1 milli", maxDelay: "2 millis" } } as const

describe("the webhook sink", () => {
  it.live("sends Alertmanager's payload", () =>
    scoped(
      Effect.gen(function* () {
        const { received, url } = yield* receiver()
        const sink = yield* WebhookSink.make({ url })
        yield* sink.send(notification(instance(), over))
        expect(received[0]!.body).toMatchObject({
          version: "4",
          groupKey: `{}:{service="reports"}`,
          truncatedAlerts: 0,
          status: "firing",
          receiver: "webhook",
          groupLabels: { service: "reports" },
          commonLabels: { alertname: "CircuitOpen", service: "reports", severity: "error" },
          commonAnnotations: { summary: "The circuit of reports is open" },
          externalURL: "",
          alerts: [
            {
              status: "firing",
              labels: { alertname: "CircuitOpen", service: "reports", severity: "error" },
              startsAt: "1970-01-01T00:16:40.000Z",
              endsAt: "0001-01-01T00:00:00Z",
              fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/)
            },
            { status: "resolved", endsAt: "1970-01-01T00:17:40.000Z" }
          ]
        })
        yield* sink.send(notification(over))
        expect(received[1]!.body).toMatchObject({ status: "resolved" })
      })
    )
  )

  it.live("tries again when the receiver is in trouble, and says why when it refuses", () =>
    scoped(
      Effect.gen(function* () {
        const { received, url } = yield* receiver([[503], [500], [200], [400]])
        const sink = yield* WebhookSink.make({ url, policies: quick })
        yield* sink.send(notification())
        expect(received).toHaveLength(3)
        const error = yield* Effect.flip(sink.send(notification()))
        expect(error.message).toBe("alerts do not reach webhook: the receiver answered 400: invalid_payload")
        expect(error.category).toBe("invalid")
        expect(received).toHaveLength(4)
      })
    )
  )

  it.live("has its address in no error and no event", () =>
    scoped(
      Effect.gen(function* () {
        const probe = EventProbe.make()
        const errors: Array<SinkError> = []
        const nowhere = Redacted.make("http://127.0.0.1:1/hooks/canary-secret")
        const sink = yield* WebhookSink.make({ url: nowhere, policies: quick }).pipe(Effect.provide(probe.layer))
        errors.push(yield* Effect.flip(sink.send(notification())))
        expect(probe.tags()).toContain("RetryStopped")
        expect(probe.events()[0]!.service).toBe("alerts/webhook")
        const said = inspect([errors, probe.events(), sink, errors.map(String)], { depth: 20 })
        expect(said).toContain("cannot be reached")
        expect(said).not.toContain("canary")
      })
    )
  )
})

describe("the Slack sink", () => {
  it.live("posts blocks, escaped, and waits as long as Slack says", () =>
    scoped(
      Effect.gen(function* () {
        const { received, url } = yield* receiver([[429, { "retry-after": "0" }]])
        const sink = yield* SlackSink.make({ url, policies: quick })
        yield* sink.send(notification(instance(), over))
        expect(received).toHaveLength(2)
        const { blocks, text } = received[1]!.body
        expect(text).toBe("1 firing: The circuit of reports is open and 1 more")
        expect(blocks).toHaveLength(3)
        expect(blocks[1]!.text.text).toBe(
          ":red_circle: *The circuit of reports is open*\n5 failures &lt;in a row&gt; &amp; more\n_See whether reports is well._"
        )
        expect(blocks[2]!.text.text).toContain("*Resolved: The circuit of reports is open* (over after 60 s)")
      })
    )
  )

  it("keeps Slack's limits and says what was cut", () => {
    const long = instance({ alert: { ...instance().alert, title: "t".repeat(400), message: "m".repeat(9000) } })
    const many = SlackSink.payloadOf(notification(...Array.from({ length: 70 }, () => long)))
    expect(many.blocks).toHaveLength(50)
    for (const block of many.blocks) {
      expect(block.text.text.length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3000)
    }
    expect(many.blocks.at(-1)!.text.text).toBe("… and 22 more alerts that do not fit into this message")
    expect(SlackSink.payloadOf(notification(...Array.from({ length: 49 }, () => long))).blocks).toHaveLength(50)
  })

  it.effect("sends no more than one message a second", () =>
    scoped(
      Effect.gen(function* () {
        const sent: Array<number> = []
        const fetch = async () => {
          sent.push(1)
          return new Response("ok")
        }
        const sink = yield* SlackSink.make({ url: Redacted.make("http://slack.test/x") }).pipe(
          Effect.provide(FetchHttpClient.layer),
          Effect.provideService(FetchHttpClient.Fetch, fetch as typeof globalThis.fetch)
        )
        const send = sink
          .send(notification())
          .pipe(Effect.provideService(FetchHttpClient.Fetch, fetch as typeof globalThis.fetch))
        yield* Effect.forkChild(send)
        yield* Effect.forkChild(send)
        yield* Effect.forkChild(send)
        const flush = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
        for (const [at, count] of [
          [0, 1],
          [999, 1],
          [1, 2],
          [1000, 3]
        ] as const) {
          yield* TestClock.adjust(at)
          for (let n = 0; n < 5; n++) yield* flush
          expect(sent).toHaveLength(count)
        }
      })
    )
  )
})

describe("the e-mail sink", () => {
  it.live("sends a mail through a real SMTP server, with a login", () =>
    scoped(
      Effect.gen(function* () {
        const { mails, url } = yield* smtp()
        const sink = yield* EmailSink.make({
          url: url("skippy:canary-secret"),
          from: "skippy@example.test",
          to: ["ops@example.test", "dev@example.test"]
        })
        yield* sink.send(notification(instance({ count: 3 }), over))
        expect(mails).toHaveLength(1)
        expect(mails[0]).toMatchObject({
          from: "skippy@example.test",
          to: ["ops@example.test", "dev@example.test"],
          user: "skippy"
        })
        expect(mails[0]!.text).toContain("Subject: [skippy] ERROR The circuit of reports is open (+1)")
        expect(mails[0]!.text).toContain("ERROR: The circuit of reports is open (=C3=97 3)")
        expect(mails[0]!.text).toContain("RESOLVED: The circuit of reports is open")
        expect(mails[0]!.text).toContain("over since 1970-01-01T00:17:40.000Z")
      })
    )
  )

  it.live("cannot be made to send to others by a title", () =>
    scoped(
      Effect.gen(function* () {
        const { mails, url } = yield* smtp()
        const sink = yield* EmailSink.make({
          url: url("skippy:canary-secret"),
          from: "a@example.test",
          to: ["b@example.test"]
        })
        const alert = { ...instance().alert, title: "hello\r\nBcc: victim@example.test" }
        yield* sink.send(notification(instance({ alert })))
        expect(mails[0]!.to).toEqual(["b@example.test"])
        expect(mails[0]!.text.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/m)
      })
    )
  )

  it.live("says what the server answered, without the password, and tries a wrong one only once", () =>
    scoped(
      Effect.gen(function* () {
        const wrong = yield* smtp()
        const options = { from: "a@example.test", to: ["b@example.test"], policies: quick }
        const denied = yield* EmailSink.make({ ...options, url: wrong.url("skippy:canary-wrong") })
        const error = yield* Effect.flip(denied.send(notification()))
        expect(error).toMatchObject({ category: "auth" })
        const refusing = yield* smtp({ refuse: true })
        const refused = yield* EmailSink.make({ ...options, url: refusing.url("skippy:canary-secret") })
        const second = yield* Effect.flip(refused.send(notification()))
        expect(second.message).toContain("the server answered 550")
        expect(refusing.mails).toHaveLength(1)
        expect(inspect([error, second, denied], { depth: 20 })).not.toContain("canary")
      })
    )
  )
})

describe("the console sink", () => {
  it.effect("writes a line an alert", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const console: Console.Console = Object.assign(Object.create(globalThis.console), {
        error: (line: unknown) => lines.push(line)
      })
      const sink = yield* ConsoleSink.make().pipe(Effect.provideService(Console.Console, console))
      yield* sink.send(notification(instance(), over))
      expect(lines).toEqual([
        "1970-01-01T00:16:40.000Z ERROR The circuit of reports is open: 5 failures <in a row> & more",
        "1970-01-01T00:17:40.000Z RESOLVED The circuit of reports is open: 5 failures <in a row> & more (over after 60 s)"
      ])
    })
  )
})

describe("a remote sink behind the manager", () => {
  it.live("gets a manual alert from a program that ends at once, over its own pipeline", () =>
    scoped(
      Effect.gen(function* () {
        const { received, url } = yield* receiver([[503]])
        const layer = AlertManager.layer({ sinks: [WebhookSink.make({ url, policies: quick })] }).pipe(
          Layer.provide(EventBus.layer())
        )
        yield* Effect.provide(
          Effect.flatMap(AlertManager.AlertManager, ({ alert }) =>
            alert({ level: "CRITICAL", title: "Service failure", message: "drive failed", service: "google-drive" })
          ),
          layer
        )
        expect(received.map(({ body }) => body.alerts[0]!.labels["alertname"])).toEqual([
          "Service failure",
          "Service failure"
        ])
      })
    )
  )
})

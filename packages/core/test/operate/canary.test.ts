/**
 * Secrets are planted in a whole program, and looked for in everything it says. The second test lets the same program
 * tell one of them everywhere, and must find it in each place: so the first one can fail.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { inspect } from "node:util"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Console, Effect, Fiber, FileSystem, Layer, Logger, Schema, Stream, Struct, Tracer } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as ConsoleSink from "../../src/alert/sink/ConsoleSink.ts"
import * as EmailSink from "../../src/alert/sink/EmailNode.ts"
import * as FileSink from "../../src/alert/sink/FileSink.ts"
import { type Sink, SinkError } from "../../src/alert/sink/Sink.ts"
import * as SlackSink from "../../src/alert/sink/SlackSink.ts"
import * as WebhookSink from "../../src/alert/sink/WebhookSink.ts"
import * as Configuration from "../../src/config/Configuration.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Journal from "../../src/observe/Journal.ts"
import * as Metrics from "../../src/observe/Metrics.ts"
import * as TraceStore from "../../src/observe/TraceStore.ts"
import * as Tracing from "../../src/observe/Tracing.ts"
import * as Health from "../../src/operate/Health.ts"
import * as HealthChecks from "../../src/operate/HealthChecks.ts"
import * as Snapshot from "../../src/operate/Snapshot.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

const canary = "canary"
const token = `ghp_${canary}`

/** All that is inside of a value, as text. */
const textOf = (value: unknown): string => inspect(value, { depth: 30, showHidden: true, maxArrayLength: null })

/** Every way in which an error gets to be read. */
const errorText = (error: unknown): string =>
  [textOf(error), String(error), JSON.stringify(error), Cause.pretty(Cause.fail(error))].join("\n")

/** A server on loopback that answers as the list says, then 200. */
const listening = (answers: Array<number>) =>
  Effect.gen(function* () {
    const authorizations: Array<string | undefined> = []
    const server = createServer((request, response) => {
      authorizations.push(request.headers.authorization)
      response.writeHead(answers.shift() ?? 200).end("{}")
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    )
    return { authorizations, port: (server.address() as AddressInfo).port }
  })

/** A port on which nobody listens any more. */
const closedPort = Effect.scoped(Effect.map(listening([]), ({ port }) => port))

/** Where a program runs, and the word it says wherever it says anything. */
interface Stage {
  readonly said: string
  readonly folder: string
  readonly openPort: number
  readonly closedPort: number
}

const right = ({ closedPort, folder, said }: Stage): Configuration.Options => ({
  environment: {
    SKIPPY_GITHUB_TOKEN: token,
    SKIPPY_PEXELS_API_KEY: `${canary}-key`,
    SKIPPY_ALERTS_WEBHOOK_URL: `http://127.0.0.1:${closedPort}/hooks/${canary}`,
    SKIPPY_ALERTS_SLACK_URL: `http://127.0.0.1:${closedPort}/services/${canary}`,
    SKIPPY_ALERTS_SMTP_URL: `smtp://skippy:${canary}@127.0.0.1:${closedPort}`,
    SKIPPY_ALERTS_EMAIL_FROM: `${said}@example.test`,
    SKIPPY_ALERTS_EMAIL_TO: "you@example.test",
    SKIPPY_OTLP_ENDPOINT: `http://skippy:${canary}@127.0.0.1:${closedPort}`,
    SKIPPY_RETRY_MAX_ATTEMPTS: "2",
    SKIPPY_RETRY_BASE_DELAY: "1 milli",
    SKIPPY_GITHUB_FAILURE_THRESHOLD: "6"
  },
  projectFile: `${folder}/skippy.toml`
})

/** The secrets stand in every wrong place. */
const wrong = ({ folder, said }: Stage): Configuration.Options => ({
  flags: { "github.tokn": canary, "alerts.slack_url": canary, "retry.max_attempts": said },
  environment: { SKIPPY_PEXELS_KEY: canary, SKIPPY_ALERTS_SMTP_URL: `imap://me:${canary}@host` },
  projectFile: `${folder}/wrong.toml`,
  userFile: `${folder}/broken.toml`
})

const wrongFiles = {
  "wrong.toml": `[pexels]\napi_key = ["${canary}"]\n[github]\ntoken = "${canary}"`,
  "broken.toml": `github.token = "${canary}`
}

const quick = { retry: { maxAttempts: 2, baseDelay: "1 milli" }, rateLimit: false } as const

const failingSink = (problem: string): Sink => ({
  name: "own",
  kind: "notify",
  remote: true,
  level: "DEBUG",
  send: () => Effect.fail(new SinkError({ sink: "own", problem, category: "invalid" }))
})
const failingSinks = 4

const alerting = ({ folder, said }: Stage) =>
  Layer.unwrap(
    Effect.map(Configuration.Configuration, ({ get }) => {
      const mail = { from: get("alerts.email_from")!, to: [get("alerts.email_to")!] }
      return AlertManager.layer({
        groupWait: "1 milli",
        sinks: [
          ConsoleSink.make({ level: "DEBUG" }),
          FileSink.make({ directory: `${folder}/logs` }),
          WebhookSink.make({ url: get("alerts.webhook_url")!, policies: quick }),
          SlackSink.make({ url: get("alerts.slack_url")!, policies: quick }),
          EmailSink.make({ url: get("alerts.smtp_url")!, policies: quick, ...mail }),
          Effect.succeed(failingSink(said))
        ]
      })
    })
  )

const health = (stage: Stage) =>
  Layer.unwrap(
    Effect.map(Configuration.Configuration, ({ get }) => {
      const present = { SKIPPY_GITHUB_TOKEN: get("github.token") !== undefined, SKIPPY_PEXELS_API_KEY: true }
      return Health.layer({
        every: "never",
        checks: [
          HealthChecks.credentials(present),
          HealthChecks.configuration(Configuration.validate(wrong(stage))),
          { name: "own", run: Effect.fail(stage.said) }
        ]
      })
    })
  )

const resilience = Layer.unwrap(
  Effect.map(Configuration.Configuration, ({ services }) => Resilience.layer({ services }))
)

/** Everything there is, on one bus. */
const live = (stage: Stage, bus: Layer.Layer<never>) => {
  const journal = Journal.layer({ directory: `${stage.folder}/metrics` })
  return Snapshot.layer().pipe(
    Layer.provideMerge(health(stage)),
    Layer.provideMerge(alerting(stage)),
    Layer.provideMerge(Layer.mergeAll(resilience, Metrics.layer, TraceStore.layer(), journal)),
    Layer.provideMerge(Configuration.layer(right(stage))),
    Layer.provideMerge(Layer.merge(bus, Tracing.layer))
  )
}

class BadToken extends Schema.TaggedError<BadToken>()("BadToken", { message: Schema.String }) {}

/** A request with the token, through the pipeline. */
const request = (port: number, operation: string) =>
  Effect.gen(function* () {
    const { get } = yield* Configuration.Configuration
    const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
    const repositories = HttpClientRequest.get(`http://127.0.0.1:${port}/repos`)
    return yield* client
      .execute(HttpClientRequest.bearerToken(repositories, get("github.token")!))
      .pipe(Effect.scoped, Resilience.call({ service: "github", operation, idempotent: true }))
  })

/** The error of a call, which is logged as well. */
const failing = <E, R>(call: Effect.Effect<unknown, E, R>) =>
  Effect.flip(Effect.tapCause(call, (cause) => Effect.logError("a call failed", cause)))

/** Calls that succeed, fail, are retried and meet an open circuit, and an alert by hand; answers the errors. */
const work = ({ closedPort, openPort, said }: Stage) =>
  Effect.gen(function* () {
    const configuration = yield* Configuration.Configuration
    yield* Effect.logInfo("configured", configuration, configuration.get("github.token"), said)
    yield* request(openPort, "retried")
    const search = { service: "pexels", operation: `search ${said}` }
    const alerts = yield* AlertManager.AlertManager
    yield* alerts.alert({ level: "ERROR", title: "By hand", message: `The token is ${said}.` })
    return [
      yield* failing(request(openPort, "refused")),
      ...(yield* Effect.replicateEffect(failing(request(closedPort, "unreachable")), 3)),
      yield* failing(Effect.fail(new BadToken({ message: said })).pipe(Resilience.call(search)))
    ]
  })

/** Works until all that can fail has failed, and looks at everything that shows something. */
const shown = (stage: Stage) =>
  Effect.gen(function* () {
    const sinksFailed = yield* EventBus.events.pipe(
      Stream.filter(({ _tag }) => _tag === "AlertSinkFailed"),
      Stream.take(failingSinks),
      Stream.runDrain,
      Effect.forkScoped({ startImmediately: true })
    )
    const errors = yield* work(stage)
    const health = yield* Health.Health
    const tree = yield* health.check
    yield* Fiber.join(sinksFailed)
    const configuration = yield* Configuration.Configuration
    const { stats } = yield* AlertManager.AlertManager
    const { recent } = yield* TraceStore.TraceStore
    const { current } = yield* Snapshot.Live
    return {
      errors: errors.map(errorText).join("\n"),
      health: JSON.stringify(tree),
      configuration: textOf(configuration) + JSON.stringify(configuration),
      sinks: textOf(yield* stats),
      traces: JSON.stringify(yield* recent()),
      snapshot: JSON.stringify(yield* current),
      metrics: yield* PrometheusMetrics.format()
    }
  })

/** The names and texts of all files of a folder. */
const filesOf = (folder: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const names = yield* fs.readDirectory(folder)
    const texts = yield* Effect.forEach(names, (name) => fs.readFileString(`${folder}/${name}`))
    return [...names, ...texts].join("\n")
  })

const recorder = () => {
  const logs: Array<string> = []
  const lines: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const formats = [Logger.formatSimple, Logger.formatLogFmt, Logger.formatJson]
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const console: Console.Console = Object.assign(Object.create(globalThis.console), {
    error: (...line: ReadonlyArray<unknown>) => lines.push(line.map(textOf).join(" "))
  })
  const layer = Logger.layer(formats.map((format) => Logger.map(format, (line) => void logs.push(line))))
  return { logs, lines, spans, tracer, console, layer }
}

/** Runs the program to its end, and gives back all it said, place by place. */
const everythingSaid = (said: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    for (const [name, text] of Object.entries(wrongFiles)) yield* fs.writeFileString(`${folder}/${name}`, text)
    const { authorizations, port } = yield* listening([503, 200, 401, 401])
    const stage: Stage = { said, folder, openPort: port, closedPort: yield* closedPort }
    const probe = EventProbe.make()
    const { console, layer, lines, logs, spans, tracer } = recorder()
    const texts = yield* shown(stage).pipe(
      Effect.provide(Layer.provideMerge(live(stage, probe.layer), layer)),
      Effect.provideService(Console.Console, console),
      Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
      Effect.withTracer(tracer)
    )
    const denied = yield* Effect.flip(Effect.provide(Configuration.Configuration, Configuration.layer(wrong(stage))))
    return {
      authorizations,
      texts: {
        ...texts,
        "configuration error": errorText(denied),
        logs: logs.join("\n"),
        console: lines.join("\n"),
        events: textOf(probe.events()),
        spans: spans.map((span) => textOf([span, span.attributes, span.events, span.status])).join("\n"),
        journal: yield* filesOf(`${folder}/metrics`),
        alerts: yield* filesOf(`${folder}/logs`)
      }
    }
  }).pipe(Effect.scoped, Effect.provide([NodeFileSystem.layer, FetchHttpClient.layer]))

type Texts = Effect.Success<ReturnType<typeof everythingSaid>>["texts"]

/** What each place says at least when it works. */
const expected: Readonly<Record<keyof Texts, ReadonlyArray<string>>> = {
  errors: ["401 GET", "Transport error", "CircuitOpenError", "BadToken"],
  health: ["credentials", "configuration is down", "it is not TOML"],
  configuration: ["github.token", "<redacted>"],
  sinks: ["webhook", "the receiver cannot be reached", "slack", "email", "the mail was not taken"],
  traces: [`"service":"github"`, "alerts/webhook"],
  snapshot: ["By hand", `"state":"Open"`, "configuration is down"],
  metrics: [`skippy_calls_total{service="github"`, `skippy_alert_sink_failures_total{sink="slack"}`],
  "configuration error": ["the configuration cannot work", "github.tokn", "alerts.smtp_url is <redacted>"],
  logs: ["configured", "a call failed", "CircuitOpenError"],
  console: ["By hand", "Alerts do not reach email"],
  events: ["RetryScheduled", "CircuitRejected", "AlertSinkFailed", "HealthChanged"],
  spans: ["github retried attempt", "http.request.header.authorization", "alerts/webhook send", "authorization"],
  journal: ["performance.jsonl", "resilience.jsonl", "CircuitTransition"],
  alerts: ["By hand", "Alerts do not reach webhook"]
}

const missing = (texts: Texts) =>
  Struct.keys(expected).flatMap((place) =>
    expected[place].filter((text) => !texts[place].includes(text)).map((text) => `${place}: ${text}`)
  )

/** The places that tell a secret. Stack traces name this file. */
const tellingPlaces = (texts: Texts) =>
  Object.entries(texts).flatMap(([place, text]) =>
    text.replaceAll("canary.test.ts", "").toLowerCase().includes(canary) ? [place] : []
  )

describe("a secret", () => {
  it.live("a test plants a canary secret and finds it in no log, event, span, journal, error or dashboard", () =>
    Effect.gen(function* () {
      const { authorizations, texts } = yield* everythingSaid("nothing")
      expect(authorizations).toEqual(Array.from({ length: 4 }, () => `Bearer ${token}`))
      expect(missing(texts)).toEqual([])
      expect(tellingPlaces(texts)).toEqual([])
    })
  )

  it.live("is found in every one of these places when the program tells it there", () =>
    Effect.gen(function* () {
      const { texts } = yield* everythingSaid(token)
      expect(tellingPlaces(texts)).toEqual(Object.keys(texts))
    })
  )
})

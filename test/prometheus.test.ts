/**
 * A real Prometheus reads what we say: the text passes its linter, the alert rules are valid, and every query of the
 * dashboard is answered from a scrape.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { AlertManager, EventBus, Metrics, Resilience, Snapshot } from "@skippy/core"
import { Effect, Layer, ManagedRuntime, Metric, Schedule, Schema } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest"

const grafana = fileURLToPath(new URL("../grafana/", import.meta.url))
const installed = ["promtool", "prometheus"].every((program) => spawnSync(program, ["--version"]).status === 0)

const services = {
  reports: {
    timeout: "50 millis",
    retry: { baseDelay: "1 milli", maxDelay: "5 millis" },
    circuitBreaker: { consecutiveFailures: 6, openFor: "1 hour" },
    rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 50, per: "1 second", burst: 5 }] },
    bulkhead: { concurrency: 2 },
    cache: { ttl: "1 milli", staleIfError: "1 hour" },
    hedge: { after: "10 millis" }
  }
} as const

const runtime = ManagedRuntime.make(
  Layer.mergeAll(Metrics.layer, AlertManager.layer(), Snapshot.layer({ sampleEvery: "200 millis" })).pipe(
    Layer.provideMerge(Resilience.layer({ services })),
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(Layer.sync(Metric.MetricRegistry, () => new Map()))
  )
)

const call = { service: "reports", operation: "fetch", idempotent: true } as const
let calls = 0
const flaky = Effect.suspend(() => {
  calls++
  if (calls < 40) return Effect.delay(Effect.succeed("report"), calls % 7 === 0 ? "30 millis" : "1 milli")
  return calls < 45 ? Effect.never : Effect.fail("down")
})

/** A day with everything in it: waits, hedges, timeouts, retries, an open circuit, stale answers. */
const day = Effect.all(
  Array.from({ length: 120 }, (_, n) =>
    Effect.exit(flaky.pipe(Resilience.call(n % 2 === 0 ? { ...call, cacheKey: "today" } : call)))
  ),
  { concurrency: 12 }
)

const queries: ReadonlyArray<readonly [title: string, expression: string]> = JSON.parse(
  readFileSync(join(grafana, "dashboard.json"), "utf8")
).panels.flatMap((panel: { readonly title: string; readonly targets: ReadonlyArray<{ readonly expr: string }> }) =>
  panel.targets.map(({ expr }): readonly [string, string] => [
    panel.title,
    expr.replaceAll("$__rate_interval", "1m").replaceAll("$service", ".*")
  ])
)

const needs = (context: TestContext) => {
  if (!installed) context.skip("missing server: prometheus (Debian package prometheus)")
}

let folder = ""
let exporter: Server | undefined
let prometheus: ChildProcess | undefined
let address = ""

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const Answer = Schema.fromJsonString(
  Schema.Struct({
    status: Schema.String,
    data: Schema.optionalKey(Schema.Struct({ result: Schema.Array(Schema.Unknown) }))
  })
)

const answerOf = async (expression: string): Promise<{ readonly status: string; readonly results: number }> => {
  const response = await fetch(`${address}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const { data, status } = Schema.decodeSync(Answer)(await response.text())
  return { status, results: data?.result.length ?? 0 }
}

beforeAll(async () => {
  if (!installed) return
  await runtime.runPromise(day)
  exporter = createServer((_, response) => {
    void runtime.runPromise(PrometheusMetrics.format()).then((text) => {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text)
    })
  })
  await new Promise<void>((resolve) => exporter?.listen(0, "127.0.0.1", resolve))
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), "skippy-prometheus-"))
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: { scrape_interval: 250ms, evaluation_interval: 1s }
rule_files: [${JSON.stringify(join(grafana, "alerts.yml"))}]
scrape_configs:
  - job_name: skippy
    static_configs: [{ targets: [${JSON.stringify(target)}] }]
`
  )
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  prometheus = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`
    ],
    { stdio: "ignore" }
  )
  // A rate needs a change between two scrapes, so the day goes on until it has one.
  const scraped = Effect.gen(function* () {
    yield* Effect.promise(() => runtime.runPromise(day))
    const { results } = yield* Effect.tryPromise(() => answerOf("rate(skippy_calls_total[1m]) > 0"))
    if (results === 0) return yield* Effect.fail("not scraped yet")
  })
  await Effect.runPromise(Effect.retry(scraped, { times: 120, schedule: Schedule.spaced("250 millis") }))
})

afterAll(async () => {
  prometheus?.kill()
  await new Promise<void>((resolve) => (exporter === undefined ? resolve() : exporter.close(() => resolve())))
  await runtime.dispose()
  if (folder !== "") rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

describe("a real Prometheus", () => {
  it("finds nothing to complain about in the metrics", async (context) => {
    needs(context)
    const text = await runtime.runPromise(PrometheusMetrics.format())
    expect(execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })).toBe("")
  })

  it("accepts the alert rules", (context) => {
    needs(context)
    expect(execFileSync("promtool", ["check", "rules", join(grafana, "alerts.yml")], { encoding: "utf8" })).toContain(
      "SUCCESS"
    )
  })

  it.for(queries)("answers the panel %s: %s", async ([, expression], context) => {
    needs(context)
    expect((await answerOf(expression)).status).toBe("success")
  })

  it("has something to show in the panels of calls, times, circuits and refusals", async (context) => {
    needs(context)
    const empty: Array<string> = []
    for (const title of [
      "Calls",
      "Call duration",
      "Attempt duration",
      "Circuit state",
      "Refusals",
      "Timeouts",
      "Quota that remains",
      "Alerts"
    ]) {
      const answers = await Promise.all(
        queries.filter(([panel]) => panel === title).map(([, query]) => answerOf(query))
      )
      if (!answers.some(({ results }) => results > 0)) empty.push(title)
    }
    expect(empty).toEqual([])
  })
})

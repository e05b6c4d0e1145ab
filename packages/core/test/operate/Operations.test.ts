import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Schema } from "effect"
import { FetchHttpClient } from "effect/http"
import * as AlertManager from "../../src/alert/AlertManager.ts"
import * as FileSink from "../../src/alert/sink/FileSink.ts"
import * as Configuration from "../../src/config/Configuration.ts"
import * as EventBus from "../../src/event/EventBus.ts"
import * as Journal from "../../src/observe/Journal.ts"
import * as TraceStore from "../../src/observe/TraceStore.ts"
import * as Health from "../../src/operate/Health.ts"
import * as OperationsNode from "../../src/operate/OperationsNode.ts"
import * as Snapshot from "../../src/operate/Snapshot.ts"
import { Resilience } from "../../src/pipeline/Resilience.ts"

const Payload = Schema.Struct({
  receiver: Schema.String,
  alerts: Schema.Array(Schema.Struct({ status: Schema.String, labels: Schema.Record(Schema.String, Schema.String) }))
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Payload))

/** A webhook on loopback. */
const webhook = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly bodies: Array<string>; readonly stop: () => void }>((resume) => {
    const bodies: Array<string> = []
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        bodies.push(body)
        response.end("ok")
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      const stop = () => {
        server.close()
        server.closeAllConnections()
      }
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}/hook`, bodies, stop }))
    })
  }),
  ({ stop }) => Effect.sync(stop)
)

describe("operations on Node", () => {
  it.live("watch a program by its configuration alone, and leave it all in files", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fs.makeTempDirectoryScoped()
      const { bodies, url } = yield* webhook
      const layer = OperationsNode.layer({
        environment: {
          SKIPPY_PATH: path,
          SKIPPY_ALERTS_WEBHOOK_URL: url,
          SKIPPY_ALERTS_LEVEL: "ERROR",
          SKIPPY_GITHUB_FAILURE_THRESHOLD: "2",
          SKIPPY_RETRY_MAX_ATTEMPTS: "1",
          SKIPPY_PEXELS_API_KEY: "a-key"
        },
        projectFile: `${path}/skippy.toml`,
        credentials: ["github.token", "pexels.api_key"]
      }).pipe(
        Layer.provideMerge(EventBus.layer()),
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(NodeFileSystem.layer)
      )
      const call = Effect.exit(Effect.fail("down").pipe(Resilience.call({ service: "github", operation: "listPrs" })))
      const seen = yield* Effect.gen(function* () {
        yield* Effect.andThen(call, call)
        yield* call
        const health = yield* Effect.flatMap(Health.Health, ({ check }) => check)
        const { failed } = yield* TraceStore.TraceStore
        const { active } = yield* AlertManager.AlertManager
        const { current } = yield* Snapshot.Live
        return { health, failed: yield* failed, active: yield* active, snapshot: yield* current }
      }).pipe(Effect.provide(layer))

      expect(seen.failed.map(({ attempts }) => attempts)).toEqual([0, 1, 1])
      expect(Health.find(seen.health, "credentials")).toMatchObject({
        status: "degraded",
        reason: "SKIPPY_GITHUB_TOKEN is not set"
      })
      expect(Health.find(seen.health, "system/memory")?.details).toBeDefined()
      expect(seen.active.map(({ alert }) => alert.name)).toContain("CircuitOpen")
      expect(seen.snapshot.services.find(({ service }) => service === "github")?.circuit?.state).toBe("Open")

      // What waited was sent when the program ended.
      const told = bodies.map((body) => decode(body)).flatMap(({ alerts }) => alerts)
      expect(told.map(({ labels }) => labels["alertname"])).toContain("CircuitOpen")
      expect(told.map(({ labels }) => labels["severity"])).not.toContain("warning")
      const { alerts } = yield* FileSink.read(`${path}/logs`)
      expect(alerts.map(({ alert }) => alert.name)).toContain("CircuitOpen")
      const { broken, records } = yield* Journal.read({ directory: `${path}/metrics` })
      expect(broken).toBe(0)
      const tags = records.map((record) => (record._tag === "Event" ? record.event._tag : record._tag))
      expect(tags).toEqual(
        expect.arrayContaining([
          "Trace",
          "CircuitTransition",
          "CircuitRejected",
          "AlertChanged",
          "HealthChanged",
          "ServiceSampled"
        ])
      )
      expect((yield* fs.readDirectory(`${path}/metrics`)).toSorted()).toEqual([
        "alerts.jsonl",
        "performance.jsonl",
        "resilience.jsonl",
        "statistics.jsonl"
      ])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.live("do not start with a wrong setting, and name it", () =>
    Effect.gen(function* () {
      const layer = OperationsNode.layer({
        environment: { SKIPPY_RETRY_MAX_ATTEMPTS: "ten" },
        projectFile: "none.toml"
      })
      const error = yield* Effect.flip(
        Effect.scoped(
          Layer.build(layer.pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(NodeFileSystem.layer)))
        )
      )
      expect(error).toBeInstanceOf(Configuration.ConfigurationError)
      expect(error.message).toContain("SKIPPY_RETRY_MAX_ATTEMPTS")
    })
  )
})

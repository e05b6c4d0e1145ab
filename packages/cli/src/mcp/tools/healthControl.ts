/**
 * Tools that steer circuits and caches, and those of alerts and sums.
 *
 * @module
 */
import { Alert, AlertManager } from "@skippy/core"
import { invalidInput } from "@skippy/http"
import { Clock, Effect, Schema } from "effect"
import { sentText } from "../../command/alertTexts.ts"
import { Breaker, breakersOf, breakersText } from "../../command/breakers.ts"
import { forget, Forgotten, forgottenText } from "../../command/caches.ts"
import { Sums, sumsOf, sumsText } from "../../command/journalSums.ts"
import { World } from "../../command/World.ts"
import { count, plainStyle, table } from "../../output/Style.ts"
import { moment, nothing, oneOf, otherwise, snake, text, whole } from "../Fields.ts"
import { Alerts, alertsText, cacheFields, Circuit } from "../Pictures.ts"
import { type AnyTool, tool } from "../Tool.ts"

const looks = { readOnly: true, destructive: false, idempotent: true, openWorld: false } as const

/** They take away what was there on this machine; the services notice nothing. */
const forgets = { readOnly: false, destructive: true, idempotent: true, openWorld: false } as const

const { partition, service } = Breaker.fields

const reset = tool({
  name: "reset_circuit_breaker",
  group: "health",
  title: "Reset a circuit breaker",
  description:
    "Makes the circuits of a service as new, so that calls go through again, though the service may still be down. What they counted is forgotten; limits and caches stay.",
  hints: forgets,
  input: Schema.Struct({ service_name: text("google-drive, google-photos, github, pexels or http") }),
  output: {
    schema: Schema.Struct({ breakers: Schema.Array(Schema.Struct({ service, partition, circuit: Circuit })) }),
    text: ({ breakers }) => breakersText(breakers, plainStyle)
  },
  run: ({ service_name }) =>
    Effect.gen(function* () {
      const world = yield* World
      const { reset } = yield* world.resilience
      yield* Effect.catchTag(reset(service_name), "UnknownServiceError", ({ known }) =>
        Effect.fail(
          invalidInput({
            operation: "reset_circuit_breaker",
            path: ["service_name"],
            value: service_name,
            fix: `give one of ${known.join(", ")}`
          })
        )
      )
      const breakers = yield* breakersOf(world)
      return { breakers: breakers.filter(({ service }) => service === service_name) }
    })
})

const cacheStatistics = tool({
  name: "get_cache_statistics",
  group: "health",
  title: "Show caches",
  description: "How many answers are kept of each service, and how often they were of use since this server began.",
  hints: looks,
  input: nothing,
  output: {
    schema: Schema.Struct({ services: Schema.Array(snake({ service: Schema.String, ...cacheFields })) }),
    text: ({ services }) =>
      table(
        services.map(({ hitRate, service, size }) => [
          service,
          `${count(size, "answer")} kept`,
          `${Math.round(hitRate * 100)} % hits`
        ])
      )
  },
  run: () =>
    Effect.map(
      Effect.flatMap(World, ({ snapshot }) => snapshot),
      ({ services }) => ({
        services: services.flatMap(({ cache, service }) => (cache === undefined ? [] : [{ service, ...cache }]))
      })
    )
})

const clear = tool({
  name: "clear_cache",
  group: "health",
  title: "Forget kept answers",
  description: "Forgets answers that are kept, of all services; they are asked for anew.",
  hints: forgets,
  input: Schema.Struct({
    pattern: otherwise(text("Which ones: * stands for anything, the operation comes first: 'listPullRequests*'"), "*")
  }),
  output: {
    schema: Schema.Struct({ services: Schema.Array(Forgotten), forgotten: Schema.Finite }),
    text: ({ services }) => forgottenText(services)
  },
  run: ({ pattern }) =>
    Effect.map(
      Effect.flatMap(World, (world) => forget(world, pattern)),
      (services) => ({
        services,
        forgotten: services.reduce((sum, { forgotten }) => sum + forgotten, 0)
      })
    )
})

/** As far back as a file of alerts may go. */
const maxHours = 24 * 365

/** The most alerts that are told: what reads them pays for each. */
const mostAlerts = 100

const alerts = tool({
  name: "get_recent_alerts",
  group: "health",
  title: "Show recent alerts",
  description: `Alerts that began to fire or were over in the last hours, the oldest first; the last ${mostAlerts}.`,
  hints: looks,
  input: Schema.Struct({ hours: otherwise(whole(1, maxHours, "Of so many hours"), 24) }),
  output: {
    schema: snake({ alerts: Alerts, hasMore: Schema.Boolean }),
    text: ({ alerts, hasMore }) =>
      [...(hasMore ? ["there are more before these; see: skippy alert list"] : []), alertsText(alerts)].join("\n")
  },
  run: ({ hours }) =>
    Effect.map(
      Effect.flatMap(World, (world) => world.alerts({ hours })),
      ({ alerts }) => ({ alerts: alerts.slice(-mostAlerts), hasMore: alerts.length > mostAlerts })
    )
})

const { problem, sink, status } = AlertManager.Delivery.fields

const send = tool({
  name: "send_alert",
  group: "health",
  title: "Send an alert",
  description: "Sends an alert to everybody who is configured to get alerts, and tells who took it.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  input: Schema.Struct({
    title: text("In a few words").check(Schema.isNonEmpty(), Schema.isMaxLength(200)),
    message: text("What happened").check(Schema.isNonEmpty(), Schema.isMaxLength(4000)),
    level: otherwise(oneOf(Alert.AlertLevel.literals, "How urgent"), "WARNING"),
    service: Schema.optionalKey(text("The service it is about"))
  }),
  output: {
    schema: Schema.Struct({ deliveries: Schema.Array(Schema.Struct({ sink, status, problem })) }),
    text: (sent) => sentText(sent, plainStyle)
  },
  run: (input) => Effect.flatMap(World, ({ sendAlert }) => sendAlert(input))
})

const day = 86_400_000

const summary = tool({
  name: "get_metrics_summary",
  group: "health",
  title: "Sum up calls",
  description:
    "Calls, failures, retries, stale answers and latencies (ms) of each service in the last 24 hours, of all programs with the same folder.",
  hints: looks,
  input: nothing,
  output: {
    schema: Schema.Struct({ since: moment, services: Schema.Array(Sums) }),
    text: ({ services }) => sumsText(services, plainStyle)
  },
  run: () =>
    Effect.gen(function* () {
      const { journal } = yield* World
      const since = (yield* Clock.currentTimeMillis) - day
      const { records } = yield* journal({ from: since })
      return { since, services: sumsOf(records) }
    })
})

/** Tools that steer, and those of alerts and sums. */
export const controlTools: ReadonlyArray<AnyTool> = [reset, cacheStatistics, clear, alerts, send, summary]

/**
 * What tools and resources tell of circuits, limits, caches and alerts.
 *
 * @module
 */
import { Alert, Snapshot, TraceStore } from "@skippy/core"
import { Effect, Schema } from "effect"
import { alertText } from "../command/alertTexts.ts"
import { statusText } from "../command/pictures.ts"
import type { Shape } from "../command/World.ts"
import { oneLine, plainStyle } from "../output/Style.ts"
import { moment, snake } from "./Fields.ts"
import type { Answer } from "./Tool.ts"

const opt = Schema.optionalKey

const { called, cache, circuit, limiter, service } = Snapshot.ServicePicture.fields
const { calls, failureRate, failures, openings, state } = circuit.schema.fields
const { evictions, hitRate, hits, misses, size, staleIfError } = cache.schema.fields
const { limits, penaltyMs, waiting } = limiter.schema.fields

/** A circuit. */
export const Circuit = snake({
  state,
  since: moment,
  nextAttemptAt: opt(moment),
  calls,
  failures,
  failureRate,
  openings
})

/** What a cache holds, and what it was good for since the server began. */
export const cacheFields = { size, hits, misses, hitRate, staleIfError, evictions }

const { p50, p95, failed } = TraceStore.TraceStatistics.fields

/** Calls of a service since the server began, and how long they took in milliseconds. */
export const Calls = snake({ calls, failed, p50, p95 })

const { count, silenced, status } = Alert.AlertInstance.fields
const { advice, level, message, name, title } = Alert.Alert.fields

const AlertPicture = snake({
  at: moment,
  status,
  alert: Schema.Struct({ level, name, title, message, advice, service: opt(Schema.String) }),
  startsAt: moment,
  endsAt: opt(moment),
  count,
  silenced
})

/** Alerts, the oldest first. */
export const Alerts = Schema.Array(AlertPicture)

/** A line for each alert. */
export const alertsText = (alerts: typeof Alerts.Type): string =>
  alerts.length === 0 ? "no alerts" : alerts.map((one) => alertText(one, plainStyle)).join("\n")

const Dashboard = snake({
  at: moment,
  health: Schema.Struct({ status: Snapshot.Snapshot.fields.health.schema.fields.status, reason: opt(Schema.String) }),
  services: Schema.Array(
    snake({
      service,
      called,
      circuit: opt(Circuit),
      /** Parts of the service, such as origins, whose circuit is not closed. */
      partitions: opt(Schema.Array(Schema.Struct({ partition: Schema.String, circuit: Circuit }))),
      limiter: opt(snake({ limits: Schema.Array(snake(limits.value.fields)), penaltyMs, waiting })),
      cache: opt(snake({ size, hitRate })),
      latency: opt(Calls)
    })
  ),
  alerts: Alerts,
  recommendations: Snapshot.Snapshot.fields.recommendations
})

/** Everything at once: for the tool, and for the resource. */
export const dashboard: Answer<typeof Dashboard.Type, typeof Dashboard.Encoded> = {
  schema: Dashboard,
  text: (all) =>
    [
      `health: ${all.health.status}${all.health.reason === undefined ? "" : ` (${oneLine(all.health.reason)})`}`,
      statusText(all, plainStyle),
      "in the last 24 hours:",
      alertsText(all.alerts)
    ].join("\n")
}

/** Alerts the dashboard tells; more are in `get_recent_alerts`. */
const alertsShown = 20

/** What the dashboard says now. */
export const readDashboard = (world: Shape) =>
  Effect.gen(function* () {
    // The advice of the picture is that of the last look at health.
    const { reason, status } = yield* world.health
    const { at, recommendations, services } = yield* world.snapshot
    const { alerts } = yield* world.alerts({ hours: 24 })
    return {
      at,
      health: { status, ...(reason === undefined ? {} : { reason }) },
      services,
      alerts: alerts.slice(-alertsShown),
      recommendations
    }
  })

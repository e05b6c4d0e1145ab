/**
 * Alerts to a webhook, in the words of Prometheus' Alertmanager (version 4), so everything that understands Alertmanager
 * understands Skippy.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
 *
 * @module
 */
import { DateTime, Effect, type Redacted, type Scope } from "effect"
import { HttpClient } from "effect/http"
import type { PolicyConfigError, PolicyConfigInput } from "../../pipeline/PolicyConfig.ts"
import type { AlertInstance } from "../Alert.ts"
import { labelsOf } from "../Alert.ts"
import type { Notification } from "../AlertState.ts"
import { post } from "./HttpPost.ts"
import type { Sink, SinkOptions } from "./Sink.ts"
import * as SinkPipeline from "./SinkPipeline.ts"

/** Where the webhook is. */
export interface Options extends SinkOptions {
  /** A secret: whoever knows it can send. */
  readonly url: Redacted.Redacted
  /** Policies of its pipeline, over `SinkPipeline.defaults`. */
  readonly policies?: PolicyConfigInput | undefined
}

/** What Alertmanager writes for a time that is not there. */
const noTime = "0001-01-01T00:00:00Z"

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

const offset = 0xcbf29ce484222325n
const prime = 0x100000001b3n
const mask = 0xffffffffffffffffn

/** FNV-1a over code units, 64 bits: short, and the same for the same alert. Source: http://www.isthe.com/chongo/tech/comp/fnv/. */
const fnv = (text: string): string => {
  let hash = offset
  for (let at = 0; at < text.length; at++) hash = ((hash ^ BigInt(text.charCodeAt(at))) * prime) & mask
  return hash.toString(16).padStart(16, "0")
}

const alertOf = ({ alert, endsAt, fingerprint, startsAt, status }: AlertInstance) => ({
  status,
  labels: { ...labelsOf(alert), severity: alert.level.toLowerCase() },
  annotations: {
    summary: alert.title,
    description: alert.message,
    ...(alert.advice === undefined ? {} : { advice: alert.advice })
  },
  startsAt: iso(startsAt),
  endsAt: endsAt === undefined ? noTime : iso(endsAt),
  generatorURL: "",
  fingerprint: fnv(fingerprint)
})

/** What all of them have with the same value. */
const common = (all: ReadonlyArray<Readonly<Record<string, string>>>): Readonly<Record<string, string>> => {
  const [first = {}, ...rest] = all
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => rest.every((one) => one[key] === value)))
}

/** Alertmanager's payload. */
export const payloadOf = (receiver: string, { alerts: instances, group }: Notification) => {
  const alerts = instances.map(alertOf)
  const key = Object.entries(group).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return {
    version: "4",
    groupKey: `{}:{${key.join(", ")}}`,
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver,
    groupLabels: group,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: "",
    alerts
  }
}

/** Sends notifications to a webhook. `level` is `WARNING` by default. */
export const make = ({
  level = "WARNING",
  name = "webhook",
  policies,
  url
}: Options): Effect.Effect<Sink, PolicyConfigError, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const protect = yield* SinkPipeline.make(name, policies)
    return {
      name,
      kind: "notify",
      remote: true,
      level,
      send: (notification) => protect(post(name, client, url, payloadOf(name, notification)))
    }
  })

/**
 * Alerts to a Slack channel through an incoming webhook.
 *
 * Slack's limits are kept: one message a second, 50 blocks a message, 150 characters of header, 3,000 of a section; what
 * is cut says so. `Retry-After` of a 429 is waited for by the sink's pipeline.
 *
 * Sources: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * https://docs.slack.dev/apis/web-api/rate-limits, https://docs.slack.dev/reference/block-kit/blocks.
 *
 * @module
 */
import { Effect, type Redacted, type Scope } from "effect"
import { HttpClient } from "effect/http"
import type { PolicyConfigError, PolicyConfigInput } from "../../pipeline/PolicyConfig.ts"
import type { AlertInstance, AlertLevel } from "../Alert.ts"
import type { Notification } from "../AlertState.ts"
import { post } from "./HttpPost.ts"
import type { Sink, SinkOptions } from "./Sink.ts"
import * as SinkPipeline from "./SinkPipeline.ts"

/** Where the channel is. */
export interface Options extends SinkOptions {
  /** The address of the incoming webhook; a secret. */
  readonly url: Redacted.Redacted
  /** Policies of its pipeline, over one message a second and `SinkPipeline.defaults`. */
  readonly policies?: PolicyConfigInput | undefined
}

/** What Slack allows, in characters and blocks. */
export const limits = { header: 150, section: 3000, blocks: 50 } as const

const signs: Readonly<Record<AlertLevel, string>> = {
  DEBUG: ":mag:",
  INFO: ":information_source:",
  WARNING: ":warning:",
  ERROR: ":red_circle:",
  CRITICAL: ":rotating_light:"
}

/** Slack's own three: https://docs.slack.dev/messaging/formatting-message-text#escaping. */
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** Not through the middle of a character that takes two code units. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`

/** An escaped character that was cut through. */
const half = /&[a-z]{0,3}…$/

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } })

const blockOf = ({ alert, count, endsAt, startsAt, status }: AlertInstance) => {
  const over = endsAt === undefined ? "" : ` (over after ${(endsAt - startsAt) / 1000} s)`
  const sign = status === "resolved" ? ":white_check_mark:" : signs[alert.level]
  const times = count > 1 ? ` _× ${count}_` : ""
  const advice = alert.advice === undefined || status === "resolved" ? "" : `\n_${escape(alert.advice)}_`
  const title = escape(`${status === "resolved" ? "Resolved: " : ""}${alert.title}`)
  return section(
    cut(`${sign} *${title}*${times}${over}\n${escape(alert.message)}${advice}`, limits.section).replace(half, "…")
  )
}

/** What is posted: blocks, and a text for notifications and screen readers. */
export const payloadOf = ({ alerts }: Notification) => {
  const firing = alerts.filter(({ status }) => status === "firing")
  const [first] = firing.length > 0 ? firing : alerts
  const state = firing.length > 0 ? `${firing.length} firing` : "resolved"
  const text = `${state}: ${first?.alert.title ?? ""}${alerts.length > 1 ? ` and ${alerts.length - 1} more` : ""}`
  // One block is the header; another one may have to say what is not shown.
  const room = limits.blocks - 1
  const shown = alerts.length <= room ? alerts : alerts.slice(0, room - 1)
  const hidden = alerts.length - shown.length
  return {
    text: escape(cut(text, limits.section)),
    blocks: [
      { type: "header", text: { type: "plain_text", text: cut(text, limits.header) } },
      ...shown.map(blockOf),
      ...(hidden > 0 ? [section(`… and ${hidden} more alerts that do not fit into this message`)] : [])
    ]
  }
}

/** Posts notifications to Slack. `level` is `WARNING` by default. */
export const make = ({
  level = "WARNING",
  name = "slack",
  policies,
  url
}: Options): Effect.Effect<Sink, PolicyConfigError, HttpClient.HttpClient | Scope.Scope> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const protect = yield* SinkPipeline.make(name, {
      rateLimit: { limits: [{ algorithm: "tokenBucket", limit: 1, per: "1 second" }], maxWait: "1 minute" },
      ...policies
    })
    return {
      name,
      kind: "notify",
      remote: true,
      level,
      send: (notification) => protect(post(name, client, url, payloadOf(notification)))
    }
  })

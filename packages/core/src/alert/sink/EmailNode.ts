/**
 * Alerts as e-mails, over SMTP with nodemailer, which is loaded when the sink is made.
 *
 * @module
 */
import { DateTime, Effect, Redacted, type Scope } from "effect"
import type { Transporter } from "nodemailer"
import type { ErrorCategory } from "../../error/ErrorCategory.ts"
import { InvalidOptionError } from "../../error/InvalidOptionError.ts"
import type { PolicyConfigError, PolicyConfigInput } from "../../pipeline/PolicyConfig.ts"
import type { AlertInstance } from "../Alert.ts"
import type { Notification } from "../AlertState.ts"
import { type Sink, SinkError, type SinkOptions } from "./Sink.ts"
import * as SinkPipeline from "./SinkPipeline.ts"

/** How mails are sent. */
export interface Options extends SinkOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the start; a secret. */
  readonly url: Redacted.Redacted
  readonly from: string
  readonly to: ReadonlyArray<string>
  /** Policies of its pipeline, over `SinkPipeline.defaults`. */
  readonly policies?: PolicyConfigInput | undefined
}

const iso = (millis: number): string => DateTime.formatIso(DateTime.makeUnsafe(millis))

const paragraphOf = ({ alert, at, count, endsAt, startsAt, status }: AlertInstance): string => {
  const state = status === "resolved" ? "RESOLVED" : alert.level
  const lines = [
    `${state}: ${alert.title}${count > 1 ? ` (× ${count})` : ""}`,
    alert.message,
    ...(alert.advice === undefined || status === "resolved" ? [] : [alert.advice]),
    `since ${iso(startsAt)}${status === "resolved" ? `, over since ${iso(endsAt ?? at)}` : ""}`
  ]
  return lines.join("\n")
}

/** Subject and text of a mail. A header has one line, whatever a title says. */
export const mailOf = ({ alerts }: Notification) => {
  const firing = alerts.filter(({ status }) => status === "firing")
  const [first] = firing.length > 0 ? firing : alerts
  const state = firing.length > 0 ? (first?.alert.level ?? "") : "RESOLVED"
  const more = alerts.length > 1 ? ` (+${alerts.length - 1})` : ""
  return {
    subject: `[skippy] ${state} ${first?.alert.title ?? ""}${more}`.replaceAll(/\s+/g, " "),
    text: `${alerts.map(paragraphOf).join("\n\n")}\n`
  }
}

/** What nodemailer says of a failure. */
interface MailFailure {
  readonly code?: unknown
  readonly responseCode?: unknown
}

const isFailure = (u: unknown): u is MailFailure => typeof u === "object" && u !== null

const categoryOf = (code: string, response: number): ErrorCategory => {
  if (code === "EAUTH") return "auth"
  return response >= 500 ? "invalid" : "transient"
}

/** Only codes are kept: a text may quote what was sent. */
const failureOf = (sink: string, cause: unknown): SinkError => {
  const failure: MailFailure = isFailure(cause) ? cause : {}
  const code = typeof failure.code === "string" ? failure.code : "unknown"
  const response = typeof failure.responseCode === "number" ? failure.responseCode : 0
  const answer = response === 0 ? "" : `, the server answered ${response}`
  return new SinkError({
    sink,
    problem: `the mail was not taken (${code}${answer})`,
    category: categoryOf(code, response)
  })
}

const millis = 10_000

/** Sends notifications as mails. `level` is `ERROR` by default: fewer people read less. */
export const make = ({
  from,
  level = "ERROR",
  name = "email",
  policies,
  to,
  url
}: Options): Effect.Effect<Sink, PolicyConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const { createTransport } = yield* Effect.promise(() => import("nodemailer"))
    const transport = yield* Effect.acquireRelease(
      Effect.sync((): Transporter => {
        try {
          return createTransport({
            url: Redacted.value(url),
            connectionTimeout: millis,
            greetingTimeout: millis,
            socketTimeout: millis
          })
        } catch {
          // The error of a wrong address quotes it, and with it the password.
          throw new InvalidOptionError({
            policy: "EmailSink",
            option: "url",
            value: "<redacted>",
            fix: "give smtp://user:password@host:587, with special characters of user and password percent-encoded"
          })
        }
      }),
      (transport) => Effect.sync(() => transport.close())
    )
    const protect = yield* SinkPipeline.make(name, policies)
    return {
      name,
      kind: "notify",
      remote: true,
      level,
      send: (notification) =>
        protect(
          Effect.asVoid(
            Effect.tryPromise({
              try: () => transport.sendMail({ from, to: [...to], ...mailOf(notification) }),
              catch: (cause) => failureOf(name, cause)
            })
          )
        )
    }
  })

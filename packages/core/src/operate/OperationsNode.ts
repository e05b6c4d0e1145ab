/**
 * `Operations` on Node, from the configuration alone: policies from its settings, alerts to the file and to whatever of
 * webhook, Slack and e-mail is configured, the numbers of the machine in health, packed journals, and OTLP when it has an
 * endpoint.
 *
 * @module
 */
import { gzip } from "node:zlib"
import { Effect, type FileSystem, Layer, type Scope } from "effect"
import type { HttpClient } from "effect/http"
import type * as AlertManager from "../alert/AlertManager.ts"
import * as ConsoleSink from "../alert/sink/ConsoleSink.ts"
import * as EmailSink from "../alert/sink/EmailNode.ts"
import * as SlackSink from "../alert/sink/SlackSink.ts"
import * as WebhookSink from "../alert/sink/WebhookSink.ts"
import * as Configuration from "../config/Configuration.ts"
import { addressesOf, type KeyOf, settingOfKey } from "../config/Settings.ts"
import * as Telemetry from "../observe/Telemetry.ts"
import * as Tracing from "../observe/Tracing.ts"
import type { PolicyConfigError, PolicyConfigInput } from "../pipeline/PolicyConfig.ts"
import { Resilience } from "../pipeline/Resilience.ts"
import * as HealthChecks from "./HealthChecks.ts"
import * as Operations from "./Operations.ts"
import * as SystemNode from "./SystemNode.ts"

/** What the configuration does not say. */
export interface Options extends Configuration.Options {
  /** Policies of services of your own. A service of the catalog that is named here takes nothing from the settings. */
  readonly services?: Readonly<Record<string, PolicyConfigInput>> | undefined
  /** The secrets among the settings that the program needs, such as `github.token`; health says when one is missing. */
  readonly credentials?: ReadonlyArray<KeyOf<"secret">> | undefined
  /** More of the journal's, the alerts' and the snapshot's options. */
  readonly operations?: Pick<Operations.Options, "journal" | "alerts" | "snapshot" | "checkEvery"> | undefined
  /** The name of the program in OTLP. Default `skippy`. */
  readonly serviceName?: string | undefined
}

type SinkNeeds = HttpClient.HttpClient | Scope.Scope

const compress = (bytes: Uint8Array): Effect.Effect<Uint8Array> =>
  Effect.callback((resume) =>
    gzip(bytes, (error, packed) => resume(error === null ? Effect.succeed(packed) : Effect.die(error)))
  )

/** The sinks that are configured; the console is always one. */
export const sinksOf = ({
  get
}: Configuration.Shape): ReadonlyArray<AlertManager.SinkMaker<PolicyConfigError, SinkNeeds>> => {
  const level = get("alerts.level")
  const [webhook, slack, smtp] = [get("alerts.webhook_url"), get("alerts.slack_url"), get("alerts.smtp_url")]
  const to = get("alerts.email_to")
  return [
    ConsoleSink.make({ level }),
    ...(webhook === undefined ? [] : [WebhookSink.make({ url: webhook, level })]),
    ...(slack === undefined ? [] : [SlackSink.make({ url: slack, level })]),
    ...(smtp === undefined || to === undefined
      ? []
      : [
          EmailSink.make({
            url: smtp,
            from: get("alerts.email_from") ?? "skippy@localhost",
            to: addressesOf(to),
            level
          })
        ])
  ]
}

/** Which of the secrets there are, by the variable that would hold them. */
const presenceOf = ({ get }: Configuration.Shape, keys: ReadonlyArray<KeyOf<"secret">>): HealthChecks.Presence =>
  Object.fromEntries(keys.map((key) => [settingOfKey(key)?.env ?? key, get(key) !== undefined]))

const operationsOf = (configuration: Configuration.Shape, options: Options) => {
  const { credentials, operations } = options
  return Operations.layer({
    path: configuration.path,
    sinks: sinksOf(configuration),
    checks: [
      HealthChecks.disk(),
      HealthChecks.memory(),
      HealthChecks.cpu({ critical: false }),
      HealthChecks.configuration(Effect.succeed(configuration.problems)),
      ...(credentials === undefined ? [] : [HealthChecks.credentials(presenceOf(configuration, credentials))])
    ],
    ...operations,
    journal: { compress, ...operations?.journal }
  })
}

const spansOf = (
  { get }: Configuration.Shape,
  serviceName = "skippy"
): Layer.Layer<never, never, HttpClient.HttpClient> => {
  const endpoint = get("otlp.endpoint")
  return endpoint === undefined ? Tracing.layer : Telemetry.layer({ endpoint, serviceName })
}

/**
 * A whole program's worth: configuration, pipelines and everything that watches them. Fails with one
 * `ConfigurationError` that names every mistake in the settings. Give it an `EventBus.layer()` of its own in tests.
 */
export const layer = (
  options: Options = {}
): Layer.Layer<
  Operations.Operations | Resilience | Configuration.Configuration | HealthChecks.SystemMetrics,
  Configuration.ConfigurationError | PolicyConfigError,
  FileSystem.FileSystem | HttpClient.HttpClient
> =>
  Layer.unwrap(
    Effect.map(Configuration.Configuration, (configuration) =>
      operationsOf(configuration, options).pipe(
        Layer.provideMerge(Resilience.layer({ services: { ...configuration.services, ...options.services } })),
        Layer.provideMerge(SystemNode.layer),
        Layer.provideMerge(spansOf(configuration, options.serviceName))
      )
    )
  ).pipe(Layer.provideMerge(Configuration.layer(options)))

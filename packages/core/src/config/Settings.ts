/**
 * All settings there are, and nothing that is not in this list can be set.
 *
 * @module
 */
import { Duration, Schema, Struct } from "effect"
import { AlertLevel } from "../event/ResilienceEvent.ts"
import * as Catalog from "../pipeline/Catalog.ts"
import * as PolicyConfig from "../pipeline/PolicyConfig.ts"
import * as Away from "../store/away/Away.ts"
import {
  choice,
  duration,
  integer,
  isUrl,
  secret,
  type Setting,
  type SettingType,
  spellingOf,
  text,
  url
} from "./Setting.ts"

const decode = Schema.decodeSync(PolicyConfig.PolicyConfig)

/** The policies of a service of the catalog when nothing is set. */
export const catalogPolicies = (service: Catalog.ServiceName): PolicyConfig.Policies =>
  PolicyConfig.merge(decode(Catalog.services[service]), PolicyConfig.merge({}, decode(Catalog.defaults)))

const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

/** The addresses of a list such as `one@host, two@host`. */
export const addressesOf = (list: string): ReadonlyArray<string> => list.split(",").map((address) => address.trim())

const webhook = { check: "a URL such as https://host/path", accepts: isUrl("http", "https") }

const general = [
  text("path", {
    description: "the folder of everything that survives the program: journals, state, locks",
    default: ".skippy",
    check: "a folder, written out (~ is not understood)",
    accepts: (path) => !path.startsWith("~")
  }),
  integer("retry.max_attempts", {
    description: "attempts for one call, the first included, of every service without its own",
    default: 3,
    unit: "attempts",
    min: 1
  }),
  duration("retry.base_delay", {
    description: "the wait after the first failed attempt, of every service without its own",
    default: Duration.seconds(1),
    minMillis: 0
  }),
  duration("circuit_breaker.timeout", {
    description: "how long an open circuit stays open, of every service without its own"
  }),
  secret("github.token", { description: "the token for GitHub" }),
  url("github.url", { description: "the address of GitHub's API, such as that of an Enterprise Server" }),
  secret("pexels.api_key", { description: "the key for Pexels" }),
  url("pexels.url", { description: "the address of Pexels' API" }),
  secret("google.access_token", {
    description: "an access token for Google that is there already; it is not renewed"
  }),
  text("google.credentials", {
    description: "a JSON file of credentials for Google: of a service account, or of somebody who signed in"
  }),
  text("google.subject", { description: "the user a service account acts for (domain-wide delegation)" }),
  text("google.scopes", {
    description:
      "what is asked for with the key of a service account: drive, drive.readonly, drive.file or scopes written out, several with commas between"
  }),
  text("google.client_id", { description: "the OAuth client (desktop app) people sign in to Google with" }),
  secret("google.client_secret", { description: "the secret of that client" }),
  url("google.auth_url", { description: "the address of Google's sign-in, such as that of an emulator" }),
  url("google-drive.url", { description: "the address of Google's Drive API, such as that of an emulator" }),
  text("google-drive.quota", {
    description: "whether the quota of Drive is counted in calls, or in the units Google counts",
    default: "calls",
    check: "calls or units",
    accepts: (mode) => mode === "calls" || mode === "units"
  }),
  url("google-photos.url", { description: "the address of Google's Photos Picker API, such as that of an emulator" }),
  text("store.when_away", {
    description:
      "what decides while the shared store is away: this process by itself, or nobody is refused, or everybody",
    default: Away.defaults.whenAway,
    check: `one of ${Away.WhenAway.literals.join(", ")}`,
    accepts: Schema.is(Away.WhenAway)
  }),
  duration("store.timeout", {
    description: "how long one decision of the shared store may take",
    default: Duration.fromInputUnsafe(Away.defaults.timeout),
    minMillis: 1
  }),
  text("http.allow", {
    description: "hosts that may be called although they are not public; several with commas between"
  }),
  text("ca_file", { description: "a file of certificates (PEM) that are trusted beside those of the system" }),
  secret("alerts.webhook_url", { description: "where alerts are posted as JSON", ...webhook }),
  secret("alerts.slack_url", { description: "the incoming webhook of Slack for alerts", ...webhook }),
  secret("alerts.smtp_url", {
    description: "the mail server for alerts, with user and password",
    check: "a URL such as smtps://user:password@host:465",
    accepts: isUrl("smtp", "smtps")
  }),
  text("alerts.email_from", {
    description: "the sender of mails",
    check: "an address such as skippy@example.org",
    accepts: (from) => isAddress(from) || /^[^<>]*<[^\s@<>]+@[^\s@<>]+>$/.test(from)
  }),
  text("alerts.email_to", {
    description: "who gets mails; several addresses with commas between",
    check: "an address such as you@example.org, or several with commas between",
    accepts: (list) => addressesOf(list).every(isAddress)
  }),
  choice("alerts.level", AlertLevel.literals, {
    description: "less important alerts are not sent",
    default: "WARNING"
  }),
  url("otlp.endpoint", { description: "where traces and metrics are sent, by OTLP over HTTP" })
] as const

/** `false` and `undefined` have no options to show. */
const part = <A extends object>(section: A | false): Partial<A> => (section === false ? {} : section)

const ofService = <S extends Catalog.ServiceName>(service: S) => {
  const policies = catalogPolicies(service)
  const [limit] = part(policies.rateLimit).limits ?? []
  const circuit = part(policies.circuitBreaker)
  const retry = part(policies.retry)
  const failures = circuit.consecutiveFailures
  return [
    integer(`${service}.rate_limit`, {
      description: `calls to ${service} in one period`,
      default: limit?.limit,
      unit: "calls",
      min: 1
    }),
    duration(`${service}.rate_period`, { description: "the period of the rate limit", default: limit?.per }),
    integer(`${service}.failure_threshold`, {
      description: "failures in a row that open the circuit",
      default: failures === false ? undefined : failures,
      unit: "failures",
      min: 1
    }),
    integer(`${service}.success_threshold`, {
      description: "successful probes that close the circuit",
      default: circuit.successThreshold,
      unit: "successes",
      min: 1
    }),
    duration(`${service}.circuit_breaker_timeout`, {
      description: "how long an open circuit stays open",
      default: circuit.openFor,
      inherits: "circuit_breaker.timeout"
    }),
    integer(`${service}.max_attempts`, {
      description: "attempts for one call, the first included",
      default: retry.maxAttempts,
      unit: "attempts",
      min: 1,
      inherits: "retry.max_attempts"
    }),
    duration(`${service}.base_delay`, {
      description: "the wait after the first failed attempt",
      default: retry.baseDelay,
      minMillis: 0,
      inherits: "retry.base_delay"
    }),
    duration(`${service}.timeout`, {
      description: "how long one attempt may take",
      default: policies.timeout === false ? undefined : policies.timeout
    }),
    duration(`${service}.deadline`, {
      description: "how long the whole call may take, waits and retries included",
      default: policies.deadline === false ? undefined : policies.deadline
    }),
    integer(`${service}.concurrency`, {
      description: "calls at the same time",
      default: part(policies.bulkhead).concurrency,
      unit: "calls",
      min: 1
    }),
    duration(`${service}.cache_ttl`, {
      description: "how long an answer counts as fresh",
      default: part(policies.cache).ttl
    })
  ]
}

type Known = (typeof general)[number] | ReturnType<typeof ofService<Catalog.ServiceName>>[number]

/** The key of a setting. */
export type Key = Known["key"]

/** The keys of the settings of some types. */
export type KeyOf<T extends SettingType> = Extract<Known, { readonly type: T }>["key"]

/** The services that have settings. */
export const serviceNames: ReadonlyArray<Catalog.ServiceName> = Struct.keys(Catalog.services)

/** All settings, those of the services last. */
export const settings: ReadonlyArray<Setting> = [...general, ...serviceNames.flatMap((service) => ofService(service))]

const bySpelling: ReadonlyMap<string, Setting> = new Map(settings.map((setting) => [spellingOf(setting.key), setting]))
const byEnv: ReadonlyMap<string, Setting> = new Map(settings.map((setting) => [setting.env, setting]))

/** The setting of a key; dashes and underscores are the same. */
export const settingOfKey = (key: string): Setting | undefined => bySpelling.get(spellingOf(key))

/** The setting of an environment variable. */
export const settingOfEnv = (name: string): Setting | undefined => byEnv.get(name)

/** Variables that belong to Skippy's shell scripts: known, but no settings of the library. */
export const scriptVariables: ReadonlySet<string> = new Set([
  "SKIPPY_LOG_LEVEL",
  "SKIPPY_PROC",
  ...["CPU", "DISK", "MEMORY"].flatMap((name) => [`SKIPPY_${name}_WARN`, `SKIPPY_${name}_CRITICAL`])
])

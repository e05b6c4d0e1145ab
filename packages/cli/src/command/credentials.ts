/**
 * Which credentials there are, never what they are.
 *
 * @module
 */
import { Config, Effect, Option, Predicate, Schema } from "effect"
import { oneLine } from "../output/Style.ts"
import type { Shape } from "./World.ts"

/** The credentials of a service. */
export const Credential = Schema.Struct({
  service: Schema.Literals(["google", "github", "pexels"]),
  status: Schema.Literals([
    /** Google accepts them; of others only that they are there is known. */
    "ok",
    "missing",
    /** They are there, and are not accepted. */
    "failed"
  ]),
  /** Where they come from, and whose they are, without any secret. */
  source: Schema.optionalKey(Schema.String),
  /** What is wrong, and what to do. */
  detail: Schema.optionalKey(Schema.String)
})
/** The credentials of a service. */
export type Credential = typeof Credential.Type

const isMissing = (error: unknown): boolean =>
  Predicate.hasProperty(error, "reason") && error.reason === "noCredentials"

const google = ({ tokens }: Shape): Effect.Effect<Credential> =>
  Effect.gen(function* () {
    const { get, identity } = yield* tokens
    yield* get
    return yield* identity
  }).pipe(
    Effect.match({
      onFailure: (error): Credential =>
        isMissing(error)
          ? { service: "google", status: "missing", detail: "sign in: skippy auth login" }
          : { service: "google", status: "failed", detail: error.message },
      onSuccess: (source): Credential => ({ service: "google", status: "ok", source })
    })
  )

const isSet = (variable: string): Effect.Effect<boolean> =>
  Config.option(Config.String(variable)).pipe(
    Effect.map((value) => Option.isSome(value) && value.value.trim() !== ""),
    Effect.orElseSucceed(() => false)
  )

interface Kept {
  readonly service: "github" | "pexels"
  readonly key: "github.token" | "pexels.api_key"
  /** Variables of other tools, which count when the setting is not there. */
  readonly others: ReadonlyArray<string>
  readonly advice: string
}

const kept: ReadonlyArray<Kept> = [
  {
    service: "github",
    key: "github.token",
    others: ["GITHUB_TOKEN", "GH_TOKEN"],
    advice: "what is public can be read without; else set SKIPPY_GITHUB_TOKEN, see https://github.com/settings/tokens"
  },
  {
    service: "pexels",
    key: "pexels.api_key",
    others: ["PEXELS_API_KEY"],
    advice: "make a key at https://www.pexels.com/api/new/ and set SKIPPY_PEXELS_API_KEY"
  }
]

const ofKept = ({ configuration, places }: Shape, { advice, key, others, service }: Kept): Effect.Effect<Credential> =>
  Effect.gen(function* () {
    if ((yield* places).isSandbox) return { service, status: "ok", source: "sandbox" } as const
    const { list } = yield* configuration
    const line = list.find(({ setting }) => setting.key === key)
    if (line?.value !== undefined) return { service, status: "ok", source: line.origin } as const
    for (const variable of others)
      if (yield* isSet(variable)) return { service, status: "ok", source: `environment ${variable}` } as const
    return { service, status: "missing", detail: advice } as const
  }).pipe(
    Effect.catch((error): Effect.Effect<Credential> =>
      Effect.succeed({ service, status: "failed", detail: error.message })
    )
  )

/** The credentials of all services. Google is asked whether it accepts them. */
export const credentials = (world: Shape): Effect.Effect<ReadonlyArray<Credential>> =>
  Effect.all([google(world), ...kept.map((one) => ofKept(world, one))], { concurrency: "unbounded" })

/** A row for people. */
export const credentialRow = ({ detail, service, source, status }: Credential): ReadonlyArray<string> => [
  service,
  status,
  oneLine(source ?? detail ?? "")
]

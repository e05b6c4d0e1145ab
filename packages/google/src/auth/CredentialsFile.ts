/**
 * The JSON files Google's tools write credentials to, told apart by their `type`
 * (https://cloud.google.com/docs/authentication/application-default-credentials). Nothing of a file but its `type` gets
 * into an error.
 *
 * @module
 */
import { Option, Redacted, Result, Schema } from "effect"
import * as AuthError from "./AuthError.ts"

const Text = Schema.String.check(Schema.isNonEmpty())
const Secret = Schema.RedactedFromValue(Text)

const quota = { quota_project_id: Schema.optionalKey(Schema.NullOr(Schema.String)) }

/** Somebody who signed in. */
export const AuthorizedUser = Schema.Struct({
  type: Schema.Literal("authorized_user"),
  client_id: Text,
  client_secret: Schema.optionalKey(Secret),
  refresh_token: Secret,
  /** What was granted when somebody signed in here; other tools do not write it. */
  scopes: Schema.optionalKey(Schema.Array(Schema.String)),
  ...quota
})
/** Somebody who signed in. */
export type AuthorizedUser = typeof AuthorizedUser.Type

/** The key of a service account. */
const ServiceAccount = Schema.Struct({
  type: Schema.Literal("service_account"),
  client_email: Text,
  private_key: Secret,
  private_key_id: Schema.optionalKey(Schema.String),
  token_uri: Schema.optionalKey(Schema.String),
  ...quota
})
/** The key of a service account. */
export type ServiceAccount = typeof ServiceAccount.Type

/** What only google-auth-library knows how to use. */
export interface Foreign {
  readonly type:
    | "external_account"
    | "external_account_authorized_user"
    | "impersonated_service_account"
    | "gdch_service_account"
  readonly json: Redacted.Redacted<Readonly<Record<string, unknown>>>
  readonly quota_project_id?: string | null
}

/** Credentials of a file. */
export type Credentials = AuthorizedUser | Foreign | ServiceAccount

const Json = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
const ForeignType = Schema.Literals([
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
  "gdch_service_account"
])

const decodeJson = Schema.decodeUnknownOption(Json)
const decodeUser = Schema.decodeUnknownOption(AuthorizedUser)
const decodeAccount = Schema.decodeUnknownOption(ServiceAccount)
const isForeign = Schema.is(ForeignType)
const decodeQuota = Schema.decodeUnknownOption(Schema.Struct(quota))

const bad = (subject: string, fix: string): Result.Result<never, AuthError.AuthError> =>
  Result.fail(AuthError.make({ reason: "badCredentials", category: "auth", subject, fix }))

const decoded = <A>(option: Option.Option<A>, subject: string, fields: string) =>
  Option.isSome(option)
    ? Result.succeed(option.value)
    : bad(subject, `take the file as Google made it: ${fields} must be texts`)

/** Reads the text of a file; `subject` is how errors call it. */
export const parse = (text: string, subject: string): Result.Result<Credentials, AuthError.AuthError> => {
  const json = Option.getOrUndefined(decodeJson(text))
  if (json === undefined)
    return bad(subject, "it is no JSON object, or was cut off: get the file again, or remove it and sign in again")
  const { type } = json
  if (type === "authorized_user") return decoded(decodeUser(json), subject, "client_id and refresh_token")
  if (type === "service_account") return decoded(decodeAccount(json), subject, "client_email and private_key")
  if (isForeign(type)) {
    const { quota_project_id } = Option.getOrElse(decodeQuota(json), () => ({ quota_project_id: null }))
    return Result.succeed({ type, json: Redacted.make(json), quota_project_id: quota_project_id ?? null })
  }
  return "installed" in json || "web" in json
    ? bad(
        subject,
        "it is an OAuth client, as whom nobody has signed in yet: sign in with its client_id and client_secret"
      )
    : bad(
        subject,
        "its type is none that is known: authorized_user, service_account, external_account, impersonated_service_account"
      )
}

/**
 * How the Photos Picker refuses. The form is that of all Google APIs, https://google.aip.dev/193; which status belongs to
 * what is from https://developers.google.com/photos/picker/reference/rest. Their texts are not documented: those for
 * tokens, scopes and APIs that are off are as people published them, the others are the emulator's own.
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"

const codes = {
  FAILED_PRECONDITION: 400,
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  UNAUTHENTICATED: 401
} as const

type Status = keyof typeof codes

const service = "photospicker.googleapis.com"

const json = { "content-type": "application/json; charset=UTF-8" }

/** A success. */
export const ok = (body: unknown): EmulatorAnswer => ({
  status: 200,
  headers: json,
  body: JSON.stringify(body, null, 2)
})

const refusal = (
  status: Status,
  message: string,
  details?: ReadonlyArray<unknown>,
  headers: Readonly<Record<string, string>> = {}
): EmulatorAnswer => ({
  status: codes[status],
  headers: { ...json, ...headers },
  body: JSON.stringify({
    error: { code: codes[status], message, status, ...(details === undefined ? {} : { details }) }
  })
})

const errorInfo = (reason: string, metadata: Readonly<Record<string, string>> = {}): ReadonlyArray<unknown> => [
  {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason,
    domain: "googleapis.com",
    metadata: { service, ...metadata }
  }
]

/** There is no token, or a bad one. */
export const unauthenticated = (hasToken: boolean): EmulatorAnswer =>
  refusal(
    "UNAUTHENTICATED",
    hasToken
      ? "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
          "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
      : "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other " +
          "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    undefined,
    { "www-authenticate": `Bearer realm="https://accounts.google.com/"${hasToken ? ', error="invalid_token"' : ""}` }
  )

/** The token was not made for this. */
export const missingScope: EmulatorAnswer = refusal(
  "PERMISSION_DENIED",
  "Request had insufficient authentication scopes.",
  errorInfo("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
  { "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"' }
)

export const invalidArgument = (message: string): EmulatorAnswer => refusal("INVALID_ARGUMENT", message)

/** Also for the session of somebody else. */
export const notFound: EmulatorAnswer = refusal("NOT_FOUND", "Requested entity was not found.")

/** The session is over. */
export const expired: EmulatorAnswer = refusal("PERMISSION_DENIED", "Access to the session has expired.")

/** Nobody has pressed Done yet. */
export const notPicked: EmulatorAnswer = refusal(
  "FAILED_PRECONDITION",
  "The user has not finished picking media items for the session."
)

/** Who asks has no Google Photos. */
export const noPhotos: EmulatorAnswer = refusal(
  "FAILED_PRECONDITION",
  "The user does not have an active Google Photos account."
)

export const tooManySessions: EmulatorAnswer = refusal("RESOURCE_EXHAUSTED", "Too many sessions exist for the user.")

/** Too many requests in a minute. */
export const quota: EmulatorAnswer = refusal(
  "RESOURCE_EXHAUSTED",
  "Quota exceeded for quota metric 'All requests' and limit 'All requests per minute' of service " +
    `'${service}' for consumer 'project_number:123456789012'.`,
  errorInfo("RATE_LIMIT_EXCEEDED", { quota_limit: "RequestsPerMinutePerProject", consumer: "projects/123456789012" })
)

/** What is no method of the API is answered as a web page. */
export const noSuchMethod: EmulatorAnswer = {
  status: 404,
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title><p>The requested URL was not found on this server."
}

/** The host of the media has no JSON. */
export const media = (status: 400 | 401 | 403 | 404 | 429): EmulatorAnswer => ({
  status,
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: `<!DOCTYPE html><html lang=en><title>Error ${status}</title>`
})

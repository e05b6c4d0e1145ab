/**
 * What can go wrong with one HTTP exchange, told so that policies and people know what to do. It names method and address;
 * never the query, which often holds secrets, nor headers or bodies.
 *
 * @module
 */
import { ErrorCategory, formatMillis, inRequest, requestField, withoutStack } from "@skippy/core"
import { Duration, Predicate, Schema } from "effect"
import type { HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import { retryAfterOf } from "./RateHeaders.ts"

/** What went wrong. */
export const HttpErrorReason = Schema.Literals([
  /** The service answered with a failure: 5xx, 408, 429, or a status the reader does not take. */
  "status",
  /** No connection came about: nothing was sent. */
  "unreachable",
  /** The certificate is not to be trusted: nothing was sent. */
  "certificate",
  /** The connection broke before there was an answer. */
  "connection",
  /** The answer broke off, or is not what it says it is. */
  "body",
  /** The answer is larger than allowed. */
  "tooLarge",
  /** The request itself cannot be sent. */
  "request"
])
/** What went wrong. */
export type HttpErrorReason = typeof HttpErrorReason.Type

const advice: Readonly<Record<Exclude<HttpErrorReason, "status">, string>> = {
  unreachable: "cannot be reached; check the address, the network and the proxy",
  certificate: "shows a certificate that is not trusted; give the CA that issued it in SKIPPY_CA_FILE",
  connection: "broke the connection before it answered",
  body: "broke off in its answer",
  tooLarge: "answers with more than allowed; ask for less, raise the cap or download it",
  request: "cannot be sent: the request is not well formed"
}

/** One HTTP exchange failed. */
export class HttpError extends Schema.TaggedError<HttpError>()("HttpError", {
  reason: HttpErrorReason,
  category: ErrorCategory,
  method: Schema.String,
  /** Scheme, host, port and path. */
  url: Schema.String,
  /** Of the answer, when there was one. */
  status: Schema.optionalKey(Schema.Finite),
  /** A code such as `ECONNREFUSED`, when the system gave one. */
  code: Schema.optionalKey(Schema.String),
  /** How long the service asked to be left alone. */
  retryAfter: Schema.optionalKey(Schema.DurationFromMillis),
  /** `false`: the request certainly did not reach the service. */
  delivered: Schema.optionalKey(Schema.Boolean),
  /** `false`: the request's body is used up and cannot be sent again. */
  retryable: Schema.optionalKey(Schema.Boolean),
  ...requestField
}) {
  override get message(): string {
    const next =
      this.retryAfter === undefined ? "" : `; try again in ${formatMillis(Duration.toMillis(this.retryAfter))}`
    const what = this.reason === "status" ? `answered ${this.status ?? 0}` : advice[this.reason]
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `${this.method} ${this.url} ${what}${code}${next}${inRequest(this.requestId)}`
  }
}

/** The fields of an `HttpError` that say what it is about. */
export type Subject = Pick<HttpError, "method" | "url"> & { readonly requestId?: string }

/** What cannot be taken apart may hold a password anywhere. */
const unreadable = "(an address that cannot be read)"

/** An address without user, password, query and fragment. */
export const bareUrl = (url: string): string => {
  const end = url.search(/[?#]/)
  const address = end < 0 ? url : url.slice(0, end)
  // A path alone has neither user nor password, and neither has anything without an @.
  if (!url.includes("@") || /^\/(?![/\\])/.test(address)) return address
  if (!URL.canParse(address)) return unreadable
  const parsed = new URL(address)
  if (parsed.username === "" && parsed.password === "") return address
  parsed.username = ""
  parsed.password = ""
  return parsed.href
}

/** What an error about this request says it is about. */
export const subjectOf = (request: HttpClientRequest.HttpClientRequest, requestId: string | undefined): Subject => ({
  method: request.method,
  url: bareUrl(request.url),
  ...(requestId === undefined ? {} : { requestId })
})

/** Makes an error. A stack would point at Skippy, never at a fault. */
export const make = (fields: ConstructorParameters<typeof HttpError>[0]): HttpError =>
  withoutStack(() => new HttpError(fields))

/**
 * The category of a status: 408 and 5xx are `transient`, 429 is `throttled`, 401 and 403 are `auth`, 404 and 410 `notFound`,
 * 409, 412 and 423 `conflict`, other 4xx `invalid`. Only the first two count as trouble of the service or its quota.
 */
export const categoryOfStatus = (status: number): ErrorCategory => {
  if (status >= 500 || status === 408) return "transient"
  switch (status) {
    case 429:
      return "throttled"
    case 401:
    case 403:
    case 407:
      return "auth"
    case 404:
    case 410:
      return "notFound"
    case 409:
    case 412:
    case 423:
      return "conflict"
    default:
      return "invalid"
  }
}

/** Whether a status says that the service, or its quota, is in trouble: 5xx, 408 and 429. */
export const isTrouble = (status: number): boolean => status >= 500 || status === 408 || status === 429

/** An answer that says that the service is in trouble. */
export const ofStatus = (
  subject: Subject,
  { status }: HttpClientResponse.HttpClientResponse,
  retryAfter: Duration.Duration | undefined
): HttpError =>
  make({
    ...subject,
    reason: "status",
    category: categoryOfStatus(status),
    status,
    ...(retryAfter === undefined ? {} : { retryAfter })
  })

/** Wrapped errors are looked into this deep. */
const maxDepth = 5

interface Failure {
  /** What the system says: the first code there is. */
  readonly code: string | undefined
  /** Whether it happened before anything could be sent. */
  readonly unsent: boolean
  /** What a cause says of itself, such as a proxy that asks for credentials. */
  readonly category: ErrorCategory | undefined
}

const unknown: Failure = { code: undefined, unsent: false, category: undefined }

const isCategory = Schema.is(ErrorCategory)

/** What an error and its causes say, the outermost word first. */
const failureOf = (error: unknown, depth = 0): Failure => {
  if (depth > maxDepth || !Predicate.isObject(error)) return unknown
  const [first] = Predicate.hasProperty(error, "errors") && Array.isArray(error.errors) ? error.errors : []
  const inner = first ?? (Predicate.hasProperty(error, "cause") ? error.cause : undefined)
  const deeper = failureOf(inner, depth + 1)
  const said = Predicate.hasProperty(error, "code") && Predicate.isString(error.code) ? error.code : ""
  const own = /^[A-Z][A-Z\d_]*$/.test(said) ? said : undefined
  const code = own ?? deeper.code
  const connecting = Predicate.hasProperty(error, "syscall") && error.syscall === "connect"
  const undelivered = Predicate.hasProperty(error, "delivered") && error.delivered === false
  return {
    code,
    unsent:
      undelivered || (own === undefined ? deeper.unsent : connecting || neverSent.has(own) || untrusted.test(own)),
    category: Predicate.hasProperty(error, "category") && isCategory(error.category) ? error.category : deeper.category
  }
}

const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** How OpenSSL and Node call a certificate that is not to be trusted. */
const untrusted = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/

/** The code the system gave an error of the client, when it gave one. */
export const codeOf = ({ reason }: HttpClientError.HttpClientError): string | undefined =>
  "cause" in reason ? failureOf(reason.cause).code : undefined

/** What an error of the client says, at a moment from which a wait it speaks of is counted. */
export const ofClientError = (
  subject: Subject,
  { reason }: HttpClientError.HttpClientError,
  now: number
): HttpError => {
  const failure = failureOf("cause" in reason ? reason.cause : undefined)
  const code = failure.code === undefined ? {} : { code: failure.code }
  switch (reason._tag) {
    case "TransportError": {
      const category = failure.category ?? "transient"
      if (!failure.unsent) return make({ ...subject, ...code, reason: "connection", category })
      return untrusted.test(failure.code ?? "")
        ? make({ ...subject, ...code, reason: "certificate", category: "fatal", delivered: false })
        : make({ ...subject, ...code, reason: "unreachable", category, delivered: false })
    }
    case "EncodeError":
    case "InvalidUrlError":
      return make({ ...subject, ...code, reason: "request", category: "invalid", delivered: false })
    case "StatusCodeError":
      return ofStatus(subject, reason.response, retryAfterOf(reason.response.headers, now))
    case "DecodeError":
    case "EmptyBodyError":
      return make({ ...subject, ...code, reason: "body", category: "transient", status: reason.response.status })
  }
}

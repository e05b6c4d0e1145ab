/**
 * What an answer that is no success means: by the status Google gives in words, and by the method that was asked, because
 * one word means different things to different methods. Pure.
 *
 * Sources: https://developers.google.com/photos/picker/reference/rest/v1/sessions/create (`FAILED_PRECONDITION`: no Google
 * Photos, `RESOURCE_EXHAUSTED`: too many sessions),
 * https://developers.google.com/photos/picker/reference/rest/v1/sessions/get (`PERMISSION_DENIED`: the session is over),
 * https://developers.google.com/photos/picker/reference/rest/v1/mediaItems/list (`FAILED_PRECONDITION`: not yet picked),
 * https://developers.google.com/photos/overview/api-limits-quotas (429)
 *
 * @module
 */
import { RateHeaders } from "@skippy/http"
import type * as Exchanges from "../client/Exchanges.ts"
import * as PhotosError from "./PhotosError.ts"

type Reason = PhotosError.PhotosErrorReason

/** What is asked of: the creation of a session, a session that is there, its media, or the host of the bytes. */
export type Method = "create" | "session" | "list" | "bytes"

/** What is asked. */
export interface Subject {
  /** `createSession`; errors and events name it. */
  readonly operation: string
  readonly method: Method
  readonly sessionId?: string | undefined
  readonly mediaId?: string | undefined
}

/** Under which circumstances it was asked. */
export interface Circumstances extends Exchanges.Circumstances {
  readonly isServiceAccount: boolean
}

/** Words that mean the same to every method, the most telling first. */
const words: ReadonlyArray<readonly [name: string, reason: Reason]> = [
  ["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "missingScope"],
  ["SERVICE_DISABLED", "apiDisabled"],
  ["RATE_LIMIT_EXCEEDED", "rateLimited"],
  ["UNAUTHENTICATED", "signIn"],
  ["NOT_FOUND", "notFound"],
  ["INVALID_ARGUMENT", "invalid"]
]

/** Words that each method means in its own way. */
const ownWords: Readonly<Record<Method, Readonly<Record<string, Reason>>>> = {
  create: { FAILED_PRECONDITION: "noPhotosAccount", RESOURCE_EXHAUSTED: "tooManySessions" },
  session: { PERMISSION_DENIED: "sessionExpired" },
  list: { PERMISSION_DENIED: "sessionExpired", FAILED_PRECONDITION: "notPicked" },
  bytes: {}
}

const byStatus = (status: number, method: Method): Reason => {
  if (status >= 500 || status === 408) return "unavailable"
  switch (status) {
    case 401:
      return "signIn"
    case 403:
      return method === "bytes" ? "urlExpired" : "forbidden"
    case 404:
    case 410:
      return method === "bytes" ? "itemNotFound" : "notFound"
    case 429:
      return "rateLimited"
    default:
      return status >= 400 ? "refused" : "unexpectedAnswer"
  }
}

/** These mean the same whoever says so: a front end of Google's answers them in HTML. */
const plain: ReadonlySet<Reason> = new Set(["rateLimited", "signIn", "unavailable"])

/** Why it was refused. */
export const reasonOf = (
  { method }: Pick<Subject, "method">,
  { headers, said, status }: Exchanges.Refusal
): readonly [Reason, googleReason: string | undefined] => {
  const general = byStatus(status, method)
  // The host of the bytes answers everything in HTML.
  if (method === "bytes") return [general, undefined]
  if (said.by === "other") return [plain.has(general) ? general : "unexpectedAnswer", undefined]
  // Nothing else is certain about a service that fails.
  if (general === "unavailable" || general === "signIn") return [general, said.reasons[0]]
  const common = words.find(([name]) => said.reasons.includes(name))
  if (common !== undefined) return [common[1], common[0]]
  const name = said.reasons.find((each) => Object.hasOwn(ownWords[method], each))
  const own = name === undefined ? undefined : ownWords[method][name]
  // Sessions have no time to wait for; a quota that says when it is over is one of requests.
  if (own === undefined || (own === "tooManySessions" && headers["retry-after"] !== undefined))
    return [general, said.reasons[0]]
  return [own, name]
}

/** Reasons that a service account explains. */
const ofPeople: ReadonlySet<Reason> = new Set(["forbidden", "missingScope", "noPhotosAccount", "signIn"])

/** The error for an answer that is a refusal. */
export const errorOf = (
  subject: Subject,
  refusal: Exchanges.Refusal,
  { isServiceAccount, now, requestId }: Circumstances
): PhotosError.PhotosError => {
  const { mediaId, operation, sessionId } = subject
  const [reason, googleReason] = reasonOf(subject, refusal)
  const waits = reason === "rateLimited" || reason === "unavailable"
  const retryAfter = waits ? RateHeaders.retryAfterOf(refusal.headers, now) : undefined
  return PhotosError.make({
    reason,
    operation,
    status: refusal.status,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(mediaId === undefined ? {} : { mediaId }),
    ...(googleReason === undefined ? {} : { googleReason }),
    ...(refusal.said.message === "" ? {} : { said: refusal.said.message }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(isServiceAccount && ofPeople.has(reason) ? { serviceAccount: true } : {}),
    ...(requestId === undefined ? {} : { requestId })
  })
}

/**
 * What Drive answers when it fails, as faults for `EmulatorServer` and `EmulatorClient`. The bodies are those of
 * https://developers.google.com/workspace/drive/api/guides/handle-errors.
 *
 * @example
 * ```ts
 * import { DriveEmulator, DriveFaults } from "@skippy/google/testing"
 * import { EmulatorClient } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const drive = DriveEmulator.make({ files: [{ id: "a", name: "a.txt", content: "hello" }] })
 *   const { client } = EmulatorClient.make(drive, {
 *     faults: DriveFaults.failWith({ when: { method: "GET" }, status: 403, reason: "userRateLimitExceeded" })
 *   })
 *   for (let n = 0; n < 2; n++) {
 *     const answer = yield* client.get("https://www.googleapis.com/drive/v3/files/a?alt=media", {
 *       headers: { authorization: "Bearer token-of-a-test" }
 *     })
 *     console.log(answer.status, (yield* answer.text).slice(0, 5))
 *   }
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 403 {
 *   "
 * 200 hello
 * ```
 *
 * @module
 */
import { Fault } from "@skippy/http/testing"
import * as Refusals from "./Refusals.ts"
import { render } from "./Rendering.ts"
import { type Details, problem, type Reply } from "./Reply.ts"

const faultOf = (reply: Reply, more: Readonly<Record<string, string>> = {}): Fault.Fault => {
  const { body, headers, status } = render(reply)
  return Fault.status(status, {
    headers: { ...headers, ...more },
    body: typeof body === "string" || body instanceof Uint8Array ? body : ""
  })
}

/** What one answer says. */
export interface ErrorOptions extends Omit<Details, "status"> {
  readonly status: number
  /** Such as `userRateLimitExceeded`. */
  readonly reason: string
  /** The reason by default. */
  readonly message?: string | undefined
  /** Names in lower case, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** An answer with the body of Google's errors. */
export const error = ({ headers = {}, message, reason, status, ...details }: ErrorOptions): Fault.Fault =>
  faultOf(problem(status, reason, message ?? reason, details), headers)

/** A plan: the first requests that match (one by default) get this answer. */
export const failWith = ({
  times = 1,
  when = {},
  ...options
}: ErrorOptions & {
  readonly when?: Fault.Matcher | undefined
  readonly times?: number | undefined
}): Fault.FaultPlan => Fault.when(when, Fault.times(times, error(options)))

/** Too many requests of the project: 403 `rateLimitExceeded`, 429 when asked for. */
export const rateLimited = (status: 403 | 429 = 403): Fault.Fault => faultOf(Refusals.rateLimit(status))

/** Too many requests of the user: 403 `userRateLimitExceeded`. */
export const userRateLimited: Fault.Fault = faultOf(Refusals.userRateLimit())

/** Too much was shared: 403 `sharingRateLimitExceeded`. */
export const sharingRateLimited: Fault.Fault = faultOf(Refusals.sharingRateLimit("file"))

/** The quota of the day is used up: 403 `dailyLimitExceeded`. */
export const dailyLimitExceeded: Fault.Fault = faultOf(Refusals.dailyLimit())

/** The account is full: 403 `storageQuotaExceeded`. */
export const storageQuotaExceeded: Fault.Fault = faultOf(Refusals.storageQuota())

/** Google itself failed: 500 `backendError`, or another status. */
export const backendError = (status: 500 | 502 | 503 | 504 = 500): Fault.Fault => faultOf(Refusals.backendError(status))

/** A page in HTML, as proxies in front of Drive answer. 502 by default. */
export const htmlError = (status = 502): Fault.Fault =>
  Fault.status(status, {
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: `<!DOCTYPE html>\n<html lang=en>\n<title>Error ${status} (Server Error)!!1</title>\n<p>The server encountered a temporary error.</p>\n</html>\n`
  })

/** The token is not accepted: 401 `authError`. */
export const invalidCredentials: Fault.Fault = faultOf(Refusals.invalidCredentials())

/** The app may not touch the file: 403 `insufficientFilePermissions`. */
export const insufficientFilePermissions = (id: string): Fault.Fault =>
  faultOf(Refusals.insufficientFilePermissions(id))

/** The session of a resumable upload is gone: 404. */
export const sessionLost: Fault.Fault = faultOf(Refusals.sessionNotFound())

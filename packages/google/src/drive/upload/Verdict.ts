/**
 * What a refusal means for a resumable upload. Pure.
 *
 * Google's guide says to start over after any 4xx, and names 404 for a session that is over; a limit of requests is waited
 * for instead, as everywhere. What a new session would be refused with as well is not tried again.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#handle-errors
 *
 * @module
 */
import type { DriveError } from "../DriveError.ts"
import type { DriveErrorReason } from "../Reason.ts"

/** What to do after a refusal. */
export type Verdict =
  /** The policies decide whether it is tried again; how much was kept is asked before. */
  | "again"
  /** The session is over. */
  | "lost"
  /** There is a file with the id. */
  | "taken"
  /** There is nothing to be done. */
  | "final"

/** A new session would be refused, too. */
const final: ReadonlySet<DriveErrorReason> = new Set([
  "quotaExceeded",
  "storageFull",
  "tooManyItems",
  "signIn",
  "missingScope",
  "apiDisabled",
  "appNotAuthorized",
  "domainPolicy",
  "insufficientPermissions",
  "unexpectedAnswer"
])

/** What a refusal of a request to a session means. */
export const verdictOf = ({ category, reason, status = 0 }: DriveError): Verdict => {
  if (reason === "alreadyExists" || status === 409) return "taken"
  if (category === "throttled" || category === "transient") return "again"
  return final.has(reason) || status < 400 || status >= 500 ? "final" : "lost"
}

/** Whether a refusal of a creation says that the id is taken. */
export const isTaken = (error: DriveError): boolean => verdictOf(error) === "taken"

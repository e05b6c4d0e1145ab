/**
 * What an answer that is no success means: by the reason Google gives, and by the status only when it gives none. Pure.
 *
 * Sources: https://developers.google.com/workspace/drive/api/guides/handle-errors,
 * https://developers.google.com/workspace/drive/api/guides/limits
 *
 * @module
 */
import type { ErrorCategory } from "@skippy/core"
import { RateHeaders } from "@skippy/http"
import type { Circumstances, Refusal } from "../client/Exchanges.ts"
import * as DriveError from "./DriveError.ts"

type Reason = DriveError.DriveErrorReason

/** What is asked. */
export interface Subject {
  readonly operation: string
  readonly fileId?: string | undefined
}

/** Rows of the table. */
const under = (reason: Reason, names: ReadonlyArray<string>): ReadonlyArray<readonly [string, Reason]> =>
  names.map((name) => [name, reason])

/** Google's reasons, and ours. */
export const reasons: ReadonlyMap<string, Reason> = new Map([
  ...under("rateLimited", ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"]),
  ...under("sharingRateLimited", ["sharingRateLimitExceeded"]),
  ...under("quotaExceeded", [
    "dailyLimitExceeded",
    "dailyLimitExceededUnreg",
    "quotaExceeded",
    "downloadQuotaExceeded"
  ]),
  ...under("storageFull", ["storageQuotaExceeded"]),
  ...under("tooManyItems", [
    "teamDriveFileLimitExceeded",
    "numChildrenInNonRootLimitExceeded",
    "activeItemCreationLimitExceeded",
    "teamDriveHierarchyTooDeep",
    "myDriveHierarchyDepthLimitExceeded"
  ]),
  ...under("unavailable", ["backendError", "internalError", "transientError", "INTERNAL", "UNAVAILABLE"]),
  ...under("signIn", ["authError", "invalid_grant", "UNAUTHENTICATED"]),
  ...under("missingScope", ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]),
  ...under("apiDisabled", ["accessNotConfigured", "SERVICE_DISABLED"]),
  ...under("appNotAuthorized", ["appNotAuthorizedToFile", "appNotAuthorizedToChild"]),
  ...under("domainPolicy", ["domainPolicy"]),
  ...under("insufficientPermissions", [
    "insufficientFilePermissions",
    "insufficientParentPermissions",
    "cannotDownloadFile",
    "teamDriveMembershipRequired",
    "cannotModifyInheritedTeamDrivePermission",
    "download_restricted_for_revision"
  ]),
  ...under("notFound", ["notFound", "NOT_FOUND"]),
  ...under("alreadyExists", ["fileIdInUse", "alreadyExists", "duplicate", "ALREADY_EXISTS"]),
  ...under("notDownloadable", ["fileNotDownloadable"]),
  ...under("notExportable", ["fileNotExportable"]),
  ...under("exportTooLarge", ["exportSizeLimitExceeded"]),
  ...under("abusive", ["cannotDownloadAbusiveFile", "invalidAbuseAcknowledgment"]),
  ...under("cannotCopy", ["cannotCopyFile"]),
  ...under("cannotMove", [
    "teamDrivesFolderMoveInNotSupported",
    "teamDrivesParentLimit",
    "cannotAddParent",
    "fileOwnerNotMemberOfTeamDrive",
    "fileWriterTeamDriveMoveInDisabled"
  ]),
  ...under("notAFolder", ["parentNotAFolder"]),
  ...under("invalidSharing", ["invalidSharingRequest", "cannotShareTeamDriveTopFolderWithAnyoneOrDomains"]),
  ...under("invalidRange", ["requestedRangeNotSatisfiable"]),
  ...under("changed", ["conditionNotMet"])
])

/** What a status means when no reason is known. */
const byStatus = (status: number): Reason => {
  if (status >= 500 || status === 408) return "unavailable"
  switch (status) {
    case 400:
      return "invalid"
    case 401:
      return "signIn"
    case 403:
      return "insufficientPermissions"
    case 404:
    case 410:
      return "notFound"
    case 409:
      return "conflict"
    case 412:
      return "changed"
    case 416:
      return "invalidRange"
    case 429:
      return "rateLimited"
    default:
      return status >= 400 ? "refused" : "unexpectedAnswer"
  }
}

/** Statuses that mean the same whoever says so: a front end of Google's answers them in HTML, too. */
const plain: ReadonlySet<Reason> = new Set(["unavailable", "rateLimited", "signIn"])

/** Why it was refused, and Google's word for it. */
export const reasonOf = ({ said, status }: Omit<Refusal, "headers">): readonly [Reason, string | undefined] => {
  const general = byStatus(status)
  if (said.by === "other") return [plain.has(general) ? general : "unexpectedAnswer", undefined]
  const known = said.reasons.find((name) => reasons.has(name))
  // 429 is throttling whatever else it says, and nothing else is certain about a service that fails.
  if (general === "rateLimited" || general === "unavailable" || general === "signIn")
    return [general, known ?? said.reasons[0]]
  return [(known === undefined ? undefined : reasons.get(known)) ?? general, known ?? said.reasons[0]]
}

/** Final ones are `fatal`: neither repeated, nor trouble of the service. */
const categories: Readonly<Record<Reason, ErrorCategory>> = {
  rateLimited: "throttled",
  unavailable: "transient",
  sharingRateLimited: "fatal",
  quotaExceeded: "fatal",
  storageFull: "fatal",
  tooManyItems: "fatal",
  signIn: "auth",
  missingScope: "auth",
  apiDisabled: "auth",
  appNotAuthorized: "auth",
  domainPolicy: "auth",
  insufficientPermissions: "auth",
  notFound: "notFound",
  brokenShortcut: "notFound",
  alreadyExists: "conflict",
  changed: "conflict",
  conflict: "conflict",
  notDownloadable: "invalid",
  notExportable: "invalid",
  notText: "invalid",
  exportTooLarge: "invalid",
  abusive: "invalid",
  cannotCopy: "invalid",
  cannotMove: "invalid",
  invalidSharing: "invalid",
  notAFolder: "invalid",
  invalidRange: "invalid",
  invalid: "invalid",
  refused: "invalid",
  unexpectedAnswer: "fatal"
}

/** The category of a reason. */
export const categoryOf = (reason: Reason): ErrorCategory => categories[reason]

/** The error for an answer that is a refusal. */
export const errorOf = (
  { fileId, operation }: Subject,
  { headers, said, status }: Refusal,
  { now, requestId }: Circumstances
): DriveError.DriveError => {
  const [reason, googleReason] = reasonOf({ status, said })
  const category = categoryOf(reason)
  const retryAfter =
    category === "throttled" || category === "transient" ? RateHeaders.retryAfterOf(headers, now) : undefined
  return DriveError.make({
    reason,
    category,
    operation,
    status,
    ...(fileId === undefined ? {} : { fileId }),
    ...(googleReason === undefined ? {} : { googleReason }),
    ...(said.message === "" ? {} : { said: said.message }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(requestId === undefined ? {} : { requestId })
  })
}

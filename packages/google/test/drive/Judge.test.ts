import { describe, expect, it } from "@effect/vitest"
import { categoryOf, Outcome, Retry } from "@skippy/core"
import { Duration, Effect, Exit } from "effect"
import * as ErrorBody from "../../src/client/ErrorBody.ts"
import { adviceOf } from "../../src/drive/Advice.ts"
import { DriveErrorReason } from "../../src/drive/DriveError.ts"
import * as Judge from "../../src/drive/Judge.ts"

const body = (code: number, reason: string, message = "No.") =>
  JSON.stringify({ error: { code, message, errors: [{ domain: "global", reason, message }] } })

const rpc = (code: number, status: string, reason?: string) =>
  JSON.stringify({
    error: {
      code,
      message: "No.",
      status,
      details: reason === undefined ? [] : [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason }]
    }
  })

const judged = (status: number, text: string, headers: Readonly<Record<string, string>> = {}) =>
  Judge.errorOf(
    { operation: "getFile", fileId: "a1" },
    { status, headers, said: ErrorBody.read(text) },
    { now: 0, requestId: undefined }
  )

/** As https://developers.google.com/workspace/drive/api/guides/handle-errors and what others have seen have them. */
const table = [
  [403, "rateLimitExceeded", "rateLimited", "throttled"],
  [403, "userRateLimitExceeded", "rateLimited", "throttled"],
  [429, "rateLimitExceeded", "rateLimited", "throttled"],
  [429, "userRateLimitExceeded", "rateLimited", "throttled"],
  [429, "dailyLimitExceeded", "rateLimited", "throttled"],
  [500, "backendError", "unavailable", "transient"],
  [500, "internalError", "unavailable", "transient"],
  [502, "backendError", "unavailable", "transient"],
  [503, "backendError", "unavailable", "transient"],
  [504, "backendError", "unavailable", "transient"],
  [403, "sharingRateLimitExceeded", "sharingRateLimited", "fatal"],
  [403, "dailyLimitExceeded", "quotaExceeded", "fatal"],
  [403, "quotaExceeded", "quotaExceeded", "fatal"],
  [403, "downloadQuotaExceeded", "quotaExceeded", "fatal"],
  [403, "storageQuotaExceeded", "storageFull", "fatal"],
  [403, "teamDriveFileLimitExceeded", "tooManyItems", "fatal"],
  [403, "numChildrenInNonRootLimitExceeded", "tooManyItems", "fatal"],
  [403, "activeItemCreationLimitExceeded", "tooManyItems", "fatal"],
  [403, "myDriveHierarchyDepthLimitExceeded", "tooManyItems", "fatal"],
  [403, "teamDriveHierarchyTooDeep", "tooManyItems", "fatal"],
  [401, "authError", "signIn", "auth"],
  [400, "invalid_grant", "signIn", "auth"],
  [403, "insufficientPermissions", "missingScope", "auth"],
  [403, "accessNotConfigured", "apiDisabled", "auth"],
  [403, "appNotAuthorizedToFile", "appNotAuthorized", "auth"],
  [403, "domainPolicy", "domainPolicy", "auth"],
  [403, "insufficientFilePermissions", "insufficientPermissions", "auth"],
  [403, "insufficientParentPermissions", "insufficientPermissions", "auth"],
  [403, "cannotDownloadFile", "insufficientPermissions", "auth"],
  [403, "teamDriveMembershipRequired", "insufficientPermissions", "auth"],
  [403, "cannotModifyInheritedTeamDrivePermission", "insufficientPermissions", "auth"],
  [403, "forbidden", "insufficientPermissions", "auth"],
  [403, "somethingNew", "insufficientPermissions", "auth"],
  [404, "notFound", "notFound", "notFound"],
  [409, "fileIdInUse", "alreadyExists", "conflict"],
  [409, "conflict", "conflict", "conflict"],
  [403, "fileNotDownloadable", "notDownloadable", "invalid"],
  [403, "fileNotExportable", "notExportable", "invalid"],
  [403, "exportSizeLimitExceeded", "exportTooLarge", "invalid"],
  [403, "cannotDownloadAbusiveFile", "abusive", "invalid"],
  [403, "invalidAbuseAcknowledgment", "abusive", "invalid"],
  [403, "cannotCopyFile", "cannotCopy", "invalid"],
  [403, "teamDrivesFolderMoveInNotSupported", "cannotMove", "invalid"],
  [403, "teamDrivesParentLimit", "cannotMove", "invalid"],
  [403, "cannotAddParent", "cannotMove", "invalid"],
  [403, "parentNotAFolder", "notAFolder", "invalid"],
  [403, "fileOwnerNotMemberOfTeamDrive", "cannotMove", "invalid"],
  [403, "fileWriterTeamDriveMoveInDisabled", "cannotMove", "invalid"],
  [400, "invalidSharingRequest", "invalidSharing", "invalid"],
  [416, "requestedRangeNotSatisfiable", "invalidRange", "invalid"],
  [412, "conditionNotMet", "changed", "conflict"],
  [400, "badRequest", "invalid", "invalid"],
  [400, "invalid", "invalid", "invalid"],
  [405, "httpMethodNotAllowed", "refused", "invalid"]
] as const

describe("a refusal of Drive", () => {
  it.each(table)("%i %s is %s, %s", (status, googleReason, reason, category) => {
    expect(judged(status, body(status, googleReason))).toMatchObject({
      reason,
      category,
      googleReason,
      status,
      said: "No.",
      operation: "getFile",
      fileId: "a1"
    })
  })

  it("is in the table for every reason that is known", () => {
    const tested = new Set<string>(table.map(([, reason]) => reason))
    const ofRpc = /^[A-Z_]+$/
    const untested = [...Judge.reasons.keys()].filter((name) => !tested.has(name) && !ofRpc.test(name))
    expect(untested.toSorted()).toEqual([
      "alreadyExists",
      "appNotAuthorizedToChild",
      "cannotShareTeamDriveTopFolderWithAnyoneOrDomains",
      "dailyLimitExceededUnreg",
      "download_restricted_for_revision",
      "duplicate",
      "transientError"
    ])
  })

  it.each([
    [403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "missingScope", "auth"],
    [403, "PERMISSION_DENIED", "SERVICE_DISABLED", "apiDisabled", "auth"],
    [403, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "rateLimited", "throttled"],
    [429, "RESOURCE_EXHAUSTED", undefined, "rateLimited", "throttled"],
    [403, "PERMISSION_DENIED", undefined, "insufficientPermissions", "auth"],
    [404, "NOT_FOUND", undefined, "notFound", "notFound"],
    [503, "UNAVAILABLE", undefined, "unavailable", "transient"]
  ] as const)("%i %s %s of the newer style is %s, %s", (status, name, detail, reason, category) => {
    expect(judged(status, rpc(status, name, detail))).toMatchObject({ reason, category })
  })

  it.each([
    [400, "invalid"],
    [401, "signIn"],
    [403, "insufficientPermissions"],
    [404, "notFound"],
    [408, "unavailable"],
    [409, "conflict"],
    [410, "notFound"],
    [412, "changed"],
    [416, "invalidRange"],
    [418, "refused"],
    [429, "rateLimited"],
    [500, "unavailable"],
    [302, "unexpectedAnswer"]
  ] as const)("%i without a word is %s", (status, reason) => {
    expect(judged(status, "").reason).toBe(reason)
  })

  it.each([
    [403, "unexpectedAnswer", "fatal"],
    [404, "unexpectedAnswer", "fatal"],
    [407, "unexpectedAnswer", "fatal"],
    [502, "unavailable", "transient"],
    [408, "unavailable", "transient"],
    [429, "rateLimited", "throttled"]
  ] as const)("%i of a proxy or a front end is %s, %s", (status, reason, category) => {
    const page = "<html><title>No</title></html>"
    expect(judged(status, page)).toMatchObject({ reason, category, said: "No" })
  })

  it("says how long Google asks to be left alone, when that matters", () => {
    const hint = { "retry-after": "7" }
    expect(judged(429, "", hint).retryAfter).toEqual(Duration.seconds(7))
    expect(judged(403, body(403, "userRateLimitExceeded"), hint).retryAfter).toEqual(Duration.seconds(7))
    expect(judged(503, "", hint).retryAfter).toEqual(Duration.seconds(7))
    expect(judged(403, body(403, "dailyLimitExceeded"), hint).retryAfter).toBeUndefined()
  })

  it.effect("is repeated, and counts against the circuit, only where that helps", () =>
    Effect.gen(function* () {
      const retry = yield* Retry.make({ name: "drive", idempotent: true, backoff: { base: 0, max: 0 } })
      for (const [status, googleReason] of table) {
        const error = judged(status, body(status, googleReason))
        let attempts = 0
        const failing = Effect.suspend(() => {
          attempts++
          return Effect.fail(error)
        })
        yield* Effect.flip(retry(failing))
        const helps = ["transient", "throttled"].includes(categoryOf(error))
        expect([googleReason, attempts > 1]).toEqual([googleReason, helps])
        const counts = Outcome.classify(Exit.fail(error))._tag === "Failure"
        expect([googleReason, counts]).toEqual([googleReason, status >= 500])
      }
    })
  )

  it.each(DriveErrorReason.literals)("says what to do next when it is %s", (reason) => {
    const { fix, problem } = adviceOf(reason)
    expect(problem).not.toBe("")
    expect(fix).toMatch(/^[a-z].*(?<!\.)$/)
  })

  it("is one sentence", () => {
    expect(judged(403, body(403, "storageQuotaExceeded", "The storage quota has been exceeded.")).message).toBe(
      'getFile of a1: there is no room left in the storage ("The storage quota has been exceeded."); make room (https://drive.google.com/settings/storage; the trash counts), or use a folder of a shared drive: a service account has next to no storage of its own'
    )
    expect(judged(429, "", { "retry-after": "7" }).message).toMatch(/; try again in 7 s$/)
  })
})

/**
 * What Drive refuses, with its reasons and texts. They are those of
 * https://developers.google.com/workspace/drive/api/guides/handle-errors unless a comment names another place.
 *
 * @module
 */
import { problem, type Reply } from "./Reply.ts"

const parameter = (location: string) => ({ location, locationType: "parameter" }) as const

export const fileNotFound = (id: string): Reply =>
  problem(404, "notFound", `File not found: ${id}.`, parameter("fileId"))

export const driveNotFound = (id: string): Reply =>
  problem(404, "notFound", `Shared drive not found: ${id}`, parameter("driveId"))

export const permissionNotFound = (id: string): Reply =>
  problem(404, "notFound", `Permission not found: ${id}.`, parameter("permissionId"))

/** A path that is not there. */
export const nothingHere = (): Reply => problem(404, "notFound", "Not Found")

/** A value that is not possible. */
export const invalid = (location: string, message: string): Reply =>
  problem(400, "invalid", message, parameter(location))

/** A combination that is not possible. */
export const badRequest = (message: string, location?: string): Reply =>
  problem(400, "badRequest", message, location === undefined ? {} : parameter(location))

export const required = (location: string, message: string): Reply =>
  problem(400, "required", message, parameter(location))

export const parseError = (): Reply => problem(400, "parseError", "Parse Error")

export const invalidCredentials = (): Reply =>
  problem(401, "authError", "Invalid Credentials", {
    location: "Authorization",
    locationType: "header",
    status: "UNAUTHENTICATED"
  })

export const loginRequired = (): Reply =>
  problem(401, "required", "Login Required", { location: "Authorization", locationType: "header" })

/** A token without the scope of a method (https://cloud.google.com/apis/design/errors, ErrorInfo). */
export const insufficientScopes = (method: string): Reply =>
  problem(403, "insufficientPermissions", "Request had insufficient authentication scopes.", {
    inner: "Insufficient Permission",
    status: "PERMISSION_DENIED",
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        domain: "googleapis.com",
        metadata: { service: "drive.googleapis.com", method: `google.apps.drive.v3.${method}` }
      }
    ]
  })

export const userRateLimit = (): Reply =>
  problem(403, "userRateLimitExceeded", "User Rate Limit Exceeded", { domain: "usageLimits" })

export const rateLimit = (status: 403 | 429): Reply =>
  problem(status, "rateLimitExceeded", "Rate Limit Exceeded", { domain: "usageLimits" })

export const dailyLimit = (): Reply =>
  problem(403, "dailyLimitExceeded", "Daily Limit Exceeded", { domain: "usageLimits" })

export const sharingRateLimit = (name: string): Reply =>
  problem(
    403,
    "sharingRateLimitExceeded",
    `Rate limit exceeded. User message: "These item(s) could not be shared because a rate limit was exceeded: ${name}"`
  )

export const storageQuota = (): Reply =>
  problem(403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.")

export const insufficientFilePermissions = (id: string): Reply =>
  problem(403, "insufficientFilePermissions", `The user does not have sufficient permissions for file ${id}.`)

export const insufficientParentPermissions = (): Reply =>
  problem(403, "insufficientParentPermissions", "Insufficient permissions for the specified parent.")

export const invalidSharing = (message: string): Reply =>
  problem(400, "invalidSharingRequest", `Bad Request. User message: "${message}"`)

export const backendError = (status: 500 | 502 | 503 | 504): Reply => problem(status, "backendError", "Backend Error")

/** A body whose fields are of other types than they should be. */
export const invalidBody = (): Reply =>
  problem(400, "badRequest", "Invalid JSON payload received.", { status: "INVALID_ARGUMENT" })

export const idInUse = (): Reply =>
  problem(409, "fileIdInUse", "A file already exists with the provided ID.", parameter("file.id"))

export const idNotUsable = (): Reply =>
  problem(400, "invalid", "The provided file ID is not usable.", parameter("file.id"))

/** As people saw it; the guide only says that such ids are not supported. */
export const idOfNative = (): Reply =>
  problem(403, "insufficientFilePermissions", "Generated IDs are not supported for Docs Editors formats.")

export const tooManyChildren = (): Reply =>
  problem(
    403,
    "numChildrenInNonRootLimitExceeded",
    "The limit for this folder's number of children (files and folders) has been exceeded."
  )

/** As people saw it; the guide does not name it. */
export const parentNotAFolder = (): Reply =>
  problem(403, "parentNotAFolder", "The specified parent is not a folder.", parameter("parents"))

export const parentsNotWritable = (): Reply =>
  problem(
    403,
    "fieldNotWritable",
    "The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead."
  )

export const cannotAddParent = (): Reply =>
  problem(403, "cannotAddParent", "Increasing the number of parents is not allowed")

/** A folder below itself. The guide has it under `badRequest`, without its text. */
export const cyclicParents = (): Reply =>
  badRequest("The specified parent would create a cycle in the directory graph.", "addParents")

export const folderIntoDrive = (): Reply =>
  problem(403, "teamDrivesFolderMoveInNotSupported", "Moving folders into shared drives is not supported.")

export const notDownloadable = (): Reply =>
  problem(
    403,
    "fileNotDownloadable",
    "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
    parameter("alt")
  )

export const cannotDownload = (): Reply =>
  problem(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")

export const abusive = (): Reply =>
  problem(
    403,
    "cannotDownloadAbusiveFile",
    "This file has been identified as malware or spam and cannot be downloaded."
  )

export const invalidAcknowledgment = (): Reply =>
  problem(
    403,
    "invalidAbuseAcknowledgment",
    "Only the owner or an organizer can download abusive files.",
    parameter("acknowledgeAbuse")
  )

export const fieldNotWritable = (): Reply =>
  problem(403, "fieldNotWritable", "The resource body includes fields which are not directly writable.")

/** An item of a shared drive always has one. */
export const parentNeeded = (): Reply =>
  problem(403, "teamDrivesParentLimit", "A shared drive item must have exactly one parent.")

/** The same folder to be added and removed. */
export const sameParent = (): Reply => badRequest("The same parent cannot be both added and removed.", "removeParents")

export const rangeNotSatisfiable = (): Reply =>
  problem(416, "requestedRangeNotSatisfiable", "Request range not satisfiable", {
    location: "Range",
    locationType: "header"
  })

export const noSortingOfFullText = (): Reply =>
  badRequest(
    "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.",
    "orderBy"
  )

export const mustIncludeDrives = (): Reply =>
  badRequest(
    "The includeItemsFromAllDrives parameter must be set to true when using this corpora.",
    "includeItemsFromAllDrives"
  )

export const invalidFields = (message: string): Reply => problem(400, "invalidParameter", message, parameter("fields"))

export const malformedMultipart = (): Reply => problem(400, "badContent", "Malformed multipart body.")

export const unsupportedUpload = (): Reply => invalid("uploadType", "Invalid Value")

export const noContentAllowed = (): Reply => badRequest("A folder or shortcut cannot have media content.", "mimeType")

export const invalidHeader = (name: string): Reply =>
  problem(400, "invalid", "Invalid Value", { location: name, locationType: "header" })

/** A session that expired, was cancelled, or never was. */
export const sessionNotFound = (): Reply => problem(404, "notFound", "Upload session not found.")

export const cannotCopy = (): Reply => problem(403, "cannotCopyFile", "This file cannot be copied by the user.")

export const notExportable = (): Reply =>
  problem(403, "fileNotExportable", "Export only supports Docs Editors files.", parameter("fileId"))

export const exportTooLarge = (): Reply =>
  problem(403, "exportSizeLimitExceeded", "This file is too large to be exported.")

export const conversionNotSupported = (): Reply =>
  problem(400, "badRequest", "The requested conversion is not supported.", parameter("convertTo"))

export const operationNotFound = (name: string): Reply =>
  problem(404, "notFound", `Operation not found: ${name}.`, parameter("name"))

/** The fields of a permission do not go together. */
export const invalidPermission = (message: string): Reply => problem(400, "invalid", message)

export const cannotShareRoot = (): Reply =>
  problem(403, "cannotShareTeamDriveTopFolderWithAnyoneOrDomains", "The top folder cannot be shared.")

/** As the reference says of `transferOwnership`. */
export const transferNeedsFlag = (): Reply =>
  problem(
    403,
    "forbidden",
    "The transferOwnership parameter must be enabled when the permission role is 'owner'.",
    parameter("transferOwnership")
  )

export const mailNeeded = (): Reply =>
  problem(
    403,
    "forbidden",
    "The sendNotificationEmail parameter must not be disabled for ownership transfers.",
    parameter("sendNotificationEmail")
  )

export const ownerStays = (): Reply =>
  problem(403, "insufficientFilePermissions", "The owner of a file cannot be removed.")

export const inheritedPermission = (): Reply =>
  problem(403, "cannotDeleteInheritedPermission", "Cannot delete an inherited permission.")

export const tooManyPermissions = (): Reply =>
  problem(403, "maxPermissionsReached", "The maximum number of permissions of this file has been reached.")

/** It is shared, and the answer is an error all the same. */
export const sharedWithoutMail = (email: string): Reply =>
  invalidSharing(`Sorry, the items were successfully shared but emails could not be sent to ${email}.`)

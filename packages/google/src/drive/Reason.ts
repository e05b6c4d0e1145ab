/**
 * Why Drive refuses things.
 *
 * @module
 */
import { Schema } from "effect"

/** Why Drive refused. */
export const DriveErrorReason = Schema.Literals([
  /** Too many requests in a short time. */
  "rateLimited",
  /** Too much was shared in a short time. */
  "sharingRateLimited",
  /** A quota of the day, or of the file, is used up. */
  "quotaExceeded",
  /** There is no room left in the storage. */
  "storageFull",
  /** A folder or a shared drive holds as many items as it may. */
  "tooManyItems",
  /** Drive, or the way to it within Google, is in trouble. */
  "unavailable",
  /** Google does not accept the token, a new one neither. */
  "signIn",
  /** The token was not given for this. */
  "missingScope",
  /** The Drive API is not switched on in the project. */
  "apiDisabled",
  /** The token is for files the application made or was given (`drive.file`), and this is none of them. */
  "appNotAuthorized",
  /** The administrator of the domain does not allow it. */
  "domainPolicy",
  /** Whoever asks may not do this with the file, the folder or the drive. */
  "insufficientPermissions",
  /** There is no such file, or whoever asks may not see it. */
  "notFound",
  /** The id is taken: what was to be made is there. */
  "alreadyExists",
  /** The file has no content that can be downloaded, such as a folder or a document of Google's. */
  "notDownloadable",
  /** The document cannot be exported, or not to this format. */
  "notExportable",
  /** What is in it is no text. */
  "notText",
  /** The export is larger than Google makes them. */
  "exportTooLarge",
  /** Google takes the file for harmful. */
  "abusive",
  /** The file may not be copied. */
  "cannotCopy",
  /** What is moved may not go there. */
  "cannotMove",
  /** The sharing is not possible, or nobody could be told of it. */
  "invalidSharing",
  /** A shortcut leads nowhere. */
  "brokenShortcut",
  /** What is given as a folder is none. */
  "notAFolder",
  /** The file is not what it was when the operation began. */
  "changed",
  /** The range is not in the file. */
  "invalidRange",
  /** The request is not one Drive understands. */
  "invalid",
  /** What was asked for collides with what is there. */
  "conflict",
  /** Refused for another reason, which `said` tells. */
  "refused",
  /** The answer is not one of Drive. */
  "unexpectedAnswer"
])
/** Why Drive refused. */
export type DriveErrorReason = typeof DriveErrorReason.Type

/**
 * What a refusal means in words, and what to do next.
 *
 * @module
 */
import type { DriveErrorReason } from "./Reason.ts"

/** What is wrong, and what to do about it. */
export interface Advice {
  readonly problem: string
  readonly fix: string
}

const advice: Readonly<Record<DriveErrorReason, Advice>> = {
  rateLimited: {
    problem: "Drive has had too many requests",
    fix: "ask less often, or raise the quota of the project at https://console.cloud.google.com/apis/api/drive.googleapis.com/quotas"
  },
  sharingRateLimited: {
    problem: "too much was shared in a short time",
    fix: "share again tomorrow, or share a folder instead of its files"
  },
  quotaExceeded: {
    problem: "a quota is used up",
    fix: "try again tomorrow, or raise the quota of the project at https://console.cloud.google.com/apis/api/drive.googleapis.com/quotas"
  },
  storageFull: {
    problem: "there is no room left in the storage",
    fix: "make room (https://drive.google.com/settings/storage; the trash counts), or use a folder of a shared drive: a service account has next to no storage of its own"
  },
  tooManyItems: {
    problem: "the folder or the shared drive holds as many items as it may",
    fix: "put it into another folder or shared drive"
  },
  unavailable: {
    problem: "Drive is in trouble",
    fix: "try again later; https://www.google.com/appsstatus tells of outages"
  },
  signIn: { problem: "Google does not accept the token", fix: "sign in again, or give a token that is valid" },
  missingScope: {
    problem: "the token was not given for this",
    fix: "sign in again with the scope https://www.googleapis.com/auth/drive, or with drive.file for files this application makes"
  },
  apiDisabled: {
    problem: "the Drive API is not switched on in the project of the credentials",
    fix: "switch it on at https://console.cloud.google.com/apis/library/drive.googleapis.com and wait a few minutes"
  },
  appNotAuthorized: {
    problem: "this application may see only the files it made or was given",
    fix: "sign in again with the scope https://www.googleapis.com/auth/drive, or open the file with this application once"
  },
  domainPolicy: {
    problem: "the administrator of the domain does not allow it",
    fix: "ask the administrator to allow this application, or use another account"
  },
  insufficientPermissions: {
    problem: "this account may not do that",
    fix: "ask the owner for the role it takes (an editor of the file and of its folder; a manager in a shared drive), or use another account"
  },
  notFound: {
    problem: "Drive shows no such file",
    fix: "check the id, and that this account has access, to the shared drive too; with the scope drive.file only files of this application are seen"
  },
  alreadyExists: { problem: "the id is taken", fix: "look at what is there: an earlier attempt may have made it" },
  notDownloadable: {
    problem: "it has no content that can be downloaded",
    fix: "give the id of a file: documents of Google's are exported to a format, folders are listed"
  },
  notExportable: {
    problem: "it cannot be exported, or not to this format",
    fix: "choose another format; https://developers.google.com/workspace/drive/api/guides/ref-export-formats has them"
  },
  notText: { problem: "what is in it is no text", fix: "download it instead" },
  exportTooLarge: {
    problem: "the export is larger than Google makes them (10 MB)",
    fix: "choose another format, such as text/plain, or divide the document"
  },
  abusive: {
    problem: "Google takes the file for harmful",
    fix: "only its owner can download it, in the browser, after confirming the risk"
  },
  cannotCopy: { problem: "the file may not be copied", fix: "ask its owner to allow it, or for the role of an editor" },
  cannotMove: {
    problem: "it cannot be moved there",
    fix: "folders are not moved into a shared drive: make a folder there and move the files"
  },
  invalidSharing: {
    problem: "it cannot be shared like this",
    fix: "check address, domain and role; look at the permissions of the file before sharing again"
  },
  brokenShortcut: {
    problem: "the shortcut leads nowhere",
    fix: "its target was removed, is not shared with this account, or is a shortcut itself; use the id of the file"
  },
  notAFolder: { problem: "it is not a folder", fix: "give the id of a folder" },
  changed: { problem: "it was changed meanwhile", fix: "look at it and try again" },
  invalidRange: { problem: "the file has no such part", fix: "start the download again without resuming" },
  invalid: {
    problem: "Drive does not understand the request",
    fix: "check what was given, such as the query and the ids"
  },
  conflict: { problem: "it collides with what is there", fix: "look at the file and try again" },
  refused: {
    problem: "Drive refuses it",
    fix: "see https://developers.google.com/workspace/drive/api/guides/handle-errors"
  },
  unexpectedAnswer: {
    problem: "the answer is not one of Drive",
    fix: "check SKIPPY_GOOGLE_DRIVE_URL and what stands between, such as a proxy"
  }
}

/** What a reason means, and what to do next. */
export const adviceOf = (reason: DriveErrorReason): Advice => advice[reason]

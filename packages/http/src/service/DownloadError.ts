/**
 * What can go wrong with a download beside the network.
 *
 * @module
 */
import { ErrorCategory, withoutStack } from "@skippy/core"
import { Schema } from "effect"

/** What went wrong. */
export const DownloadErrorReason = Schema.Literals([
  /** There is a file at the path already. */
  "exists",
  /** Another download writes to the same path. */
  "busy",
  /** The file cannot be written. */
  "disk",
  /** The file is larger than allowed. */
  "tooLarge",
  /** The file on the server changes again and again while it is downloaded. */
  "changed",
  /** What comes has another checksum than it should have. */
  "checksum"
])
/** What went wrong. */
export type DownloadErrorReason = typeof DownloadErrorReason.Type

const categories: Readonly<Record<DownloadErrorReason, ErrorCategory>> = {
  exists: "conflict",
  busy: "conflict",
  disk: "fatal",
  tooLarge: "fatal",
  changed: "conflict",
  checksum: "fatal"
}

const advice: Readonly<Record<DownloadErrorReason, string>> = {
  exists: "exists already; give another path, or overwrite: true",
  busy: "is being downloaded already; wait for that, or give another path",
  disk: "cannot be written",
  tooLarge: "would be larger than allowed; raise maxBytes",
  changed: "cannot be downloaded: the file changes on the server all the time; try again when it is at rest",
  checksum:
    "cannot be downloaded: what comes has another checksum than was given; make sure that is the one of the file as it is now"
}

/** A download failed, and not because of the network. There is no new file at the path. */
export class DownloadError extends Schema.TaggedError<DownloadError>()("DownloadError", {
  reason: DownloadErrorReason,
  category: ErrorCategory,
  /** Where the file was to be. */
  path: Schema.String,
  /** What the system says, for `disk`: `ENOSPC`, `PermissionDenied`. */
  code: Schema.optionalKey(Schema.String)
}) {
  readonly retryable = false

  override get message(): string {
    return `${this.path} ${advice[this.reason]}${this.code === undefined ? "" : ` (${this.code})`}`
  }
}

/** Makes the error. */
export const downloadError = (reason: DownloadErrorReason, path: string, code?: string): DownloadError =>
  withoutStack(
    () => new DownloadError({ reason, category: categories[reason], path, ...(code === undefined ? {} : { code }) })
  )

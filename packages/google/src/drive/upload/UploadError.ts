/**
 * What can go wrong with an upload beside the network and what Drive refuses. It names files, never the session of an
 * upload: whoever knows that can write to it.
 *
 * @module
 */
import { ErrorCategory, withoutStack } from "@skippy/core"
import { Schema } from "effect"

/** What went wrong. */
export const UploadErrorReason = Schema.Literals([
  /** The file on disk was changed while it was uploaded, or since. */
  "changed",
  /** The same file is being uploaded already. */
  "busy",
  /** What Drive stores is not the content of the file. */
  "checksum",
  /** The file cannot be read any more. */
  "disk",
  /** Drive takes requests, and keeps nothing of what they bring. */
  "noProgress",
  /** Drive loses the session again and again. */
  "lostSession",
  /** There is a file of the same name with other content, and `onConflict` is `fail`. */
  "sameName"
])
/** What went wrong. */
export type UploadErrorReason = typeof UploadErrorReason.Type

const categories: Readonly<Record<UploadErrorReason, ErrorCategory>> = {
  changed: "conflict",
  busy: "conflict",
  checksum: "fatal",
  disk: "fatal",
  noProgress: "transient",
  lostSession: "transient",
  sameName: "conflict"
}

const problems: Readonly<Record<UploadErrorReason, string>> = {
  changed: "was changed while it was uploaded, or since; upload it again when it is at rest",
  busy: "is being uploaded already; wait for that",
  checksum: "was uploaded, but what Drive stores is not its content",
  disk: "cannot be read to its end; check the file and the disk, and upload it again",
  noProgress: "does not get on: Drive answers, and keeps nothing more; upload it again later, it goes on where it is",
  lostSession: "does not get on: Drive forgets the upload again and again; upload it again later",
  sameName:
    'was not uploaded: the folder has a file of this name with other content; say onConflict: "upload" or "skip"'
}

/** An upload failed, and not because of the network, nor by a refusal. */
export class UploadError extends Schema.TaggedError<UploadError>()("UploadError", {
  reason: UploadErrorReason,
  category: ErrorCategory,
  /** The file on disk. */
  path: Schema.String,
  /** The file in Drive, where there is one. */
  fileId: Schema.optionalKey(Schema.String),
  /** What the system says, for `disk`: `NotFound`, `PermissionDenied`. */
  code: Schema.optionalKey(Schema.String)
}) {
  /** Only what passes by itself is worth another try at once. */
  get retryable(): boolean {
    return this.category === "transient"
  }

  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `${this.path} ${problems[this.reason]}${code}${this.next()}`
  }

  private next(): string {
    if (this.fileId === undefined) return ""
    return this.reason === "checksum" || this.reason === "changed"
      ? `; look at the file ${this.fileId} in Drive and put it into the trash if it is not wanted, Skippy leaves it as it is`
      : `; in Drive it is ${this.fileId}`
  }
}

/** What an error tells beside its reason. */
export type Told = Partial<Pick<UploadError, "fileId" | "code">>

/** Makes the error. A stack would point at Skippy, never at a fault. */
export const uploadError = (reason: UploadErrorReason, path: string, told: Told = {}): UploadError =>
  withoutStack(() => new UploadError({ reason, category: categories[reason], path, ...told }))

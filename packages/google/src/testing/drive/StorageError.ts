/**
 * Why a directory cannot be opened.
 *
 * @module
 */
import { Predicate, Schema } from "effect"

/** A directory of an emulator that cannot be used. */
export class StorageError extends Schema.TaggedError<StorageError>()("DriveStorageError", {
  directory: Schema.String,
  reason: Schema.Literals(["otherVersion", "unusable"]),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  readonly category = "fatal"

  override get message(): string {
    return this.reason === "otherVersion"
      ? `"${this.directory}" was written by another version of the Drive emulator. Give another directory, or remove this one.`
      : `The Drive emulator cannot use "${this.directory}"${this.what()}. Give a directory that can be read and written, with room left.`
  }

  /** What the system, or SQLite, says. */
  private what(): string {
    const { cause } = this
    if (Predicate.hasProperty(cause, "errstr")) return ` (${String(cause.errstr)})`
    return Predicate.hasProperty(cause, "code") ? ` (${String(cause.code)})` : ""
  }
}

/**
 * Why a directory cannot be opened.
 *
 * @module
 */
import { Schema } from "effect"

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
      : `The Drive emulator cannot use "${this.directory}". Give a directory that can be read and written.`
  }
}

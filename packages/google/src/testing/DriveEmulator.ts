/**
 * Google Drive v3: a machine with state, limits and the documented answers, for `EmulatorServer` and `EmulatorClient`, in
 * memory or on disk.
 *
 * It has files (get, list, create, update, copy, delete, export, download, generateIds, emptyTrash), uploads (media,
 * multipart, resumable), permissions, shared drives, operations, about, and the token endpoint. What it answers is taken
 * from Google's discovery document (revision 20260916) and guides
 * (https://developers.google.com/workspace/drive/api/guides), which the code names; texts of errors that no guide has are
 * those people published.
 *
 * Not known and assumed: lists without `orderBy` come newest first; a file whose only parent is removed goes to the top
 * folder of its owner; a cycle of folders is 400 `badRequest`; a chunk that leaves a gap is 503, as Google's upload servers
 * answer elsewhere; bytes that are there already are passed over; a cancelled session is 404; chunks cost no quota units;
 * all tokens are of one app, which is what `drive.file` asks. Not here: changes, revisions, comments, labels, thumbnails,
 * conversion of uploads (a document made of one exports its bytes), groups (nobody is in one), published views, and
 * administration of shared drives.
 *
 * @example
 * ```ts
 * import { DriveEmulator } from "@skippy/google/testing"
 * import { EmulatorClient } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const drive = DriveEmulator.make({
 *   files: [
 *     { id: "reports", name: "Reports", mimeType: "application/vnd.google-apps.folder" },
 *     { id: "may", name: "May.txt", content: "sunny", parents: ["reports"] }
 *   ]
 * })
 *
 * const program = Effect.gen(function* () {
 *   const { client } = EmulatorClient.make(drive)
 *   const answer = yield* client.get("https://www.googleapis.com/drive/v3/files", {
 *     urlParams: { q: "'reports' in parents", fields: "files(name,size)" },
 *     headers: { authorization: "Bearer token-of-a-test" }
 *   })
 *   console.log(answer.status, JSON.stringify(yield* answer.json))
 * })
 *
 * await Effect.runPromise(program)
 * console.log(drive.children("reports").length, drive.createdCount())
 * ```
 *
 * ```text
 * 200 {"files":[{"name":"May.txt","size":"5"}]}
 * 1 0
 * ```
 *
 * @module
 */
import { Effect, type Scope } from "effect"
import { type DriveEmulator, over } from "./DriveEmulatorHandle.ts"
import * as MemoryStorage from "./drive/MemoryStorage.ts"
import type { Options } from "./drive/Options.ts"
import { sow } from "./drive/Seeds.ts"
import type { StorageError } from "./drive/StorageError.ts"

export type { DriveEmulator } from "./DriveEmulatorHandle.ts"
export type {
  DriveOptions,
  FileOptions,
  LimitOptions,
  Options,
  PermissionOptions,
  TokenOptions
} from "./drive/Options.ts"
export { StorageError } from "./drive/StorageError.ts"

/** Makes an emulator in memory. Files that name what is not there are an error of the test. */
export const make = (options: Options = {}): DriveEmulator => {
  const storage = MemoryStorage.make()
  sow(storage, options)
  return over(storage, options)
}

/** Options of an emulator on disk. */
export interface OpenOptions extends Options {
  /** Where it keeps everything. It is made when it is not there. */
  readonly directory: string
}

/**
 * Opens an emulator on disk. Needs Node. `files` and `drives` are put into a new directory only. Several processes may open
 * the same one; limits are counted in each by itself.
 */
export const open = (options: OpenOptions): Effect.Effect<DriveEmulator, StorageError, Scope.Scope> =>
  Effect.flatMap(
    Effect.promise(() => import("./DriveEmulatorNode.ts")),
    ({ open }) => open(options)
  )

/**
 * A Drive on disk: contents by their SHA-256 in `blobs/`, unfinished uploads in `parts/`, rows in `drive.sqlite` (WAL). A
 * process that is killed leaves it consistent: a request happened, or it did not.
 *
 * @module
 */
import { withoutStack } from "@skippy/core"
import { FolderNode } from "@skippy/core/node"
import { Effect, type Scope } from "effect"
import type { OpenOptions } from "./DriveEmulator.ts"
import * as DiskBlobs from "./drive/DiskBlobsNode.ts"
import * as DiskTables from "./drive/DiskTablesNode.ts"
import { type DriveEmulator, over } from "./DriveEmulatorHandle.ts"
import { collected, usedContents } from "./drive/Garbage.ts"
import { sow } from "./drive/Seeds.ts"
import type { Storage } from "./drive/Storage.ts"
import { StorageError } from "./drive/StorageError.ts"

interface DiskStorage extends Storage {
  readonly close: () => void
}

const openStorage = (directory: string): DiskStorage => {
  FolderNode.make(directory)
  const tables = DiskTables.make(directory)
  try {
    const blobs = DiskBlobs.make(directory)
    tables.transact((rows) => {
      const open = Array.from(rows.sessions.values()).filter(({ state }) => state === "open")
      blobs.tidy(usedContents(rows), new Set(open.map(({ id }) => id)))
    })
    return {
      ...collected({ transact: tables.transact, blobs }),
      close: () => {
        blobs.close()
        tables.close()
      }
    }
  } catch (error) {
    tables.close()
    throw error
  }
}

const opened = (options: OpenOptions): Effect.Effect<DiskStorage, StorageError> =>
  Effect.try({
    try: () => openStorage(options.directory),
    catch: (cause) =>
      withoutStack(
        () =>
          new StorageError({
            directory: options.directory,
            reason: cause instanceof DiskTables.OtherVersion ? "otherVersion" : "unusable",
            cause
          })
      )
  })

/** Opens an emulator on disk. It is closed with its scope. */
export const open = (options: OpenOptions): Effect.Effect<DriveEmulator, StorageError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(opened(options), ({ close }) => Effect.sync(close)),
    (storage) => {
      sow(storage, options)
      return over(storage, options)
    }
  )

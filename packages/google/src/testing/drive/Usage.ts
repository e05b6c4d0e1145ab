/**
 * How much people store.
 *
 * @module
 */
import type { Call } from "./Call.ts"
import { storageQuota } from "./Refusals.ts"
import { check as checkThat, type Outcome } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"
import type { Tables } from "./Storage.ts"
import * as Tree from "./Tree.ts"

/** In bytes. What is in the trash counts. */
export interface StorageUse {
  readonly total: number
  readonly inTrash: number
}

/** What somebody stores in their My Drive. */
export const storageOf = (tables: Tables, email: string): StorageUse => {
  let [total, inTrash] = [0, 0]
  for (const file of tables.files.values()) {
    if (file.owner !== email || file.blob === undefined) continue
    total += file.blob.size
    if (Tree.isTrashed(tables, file)) inTrash += file.blob.size
  }
  return { total, inTrash }
}

/** Refuses what does not fit. Shared drives have no limit here. */
export const check = ({ limits, tables, viewer }: Call, folder: FileRow, size: number): Outcome<void> =>
  checkThat(
    limits.storage === undefined ||
      folder.drive !== undefined ||
      size === 0 ||
      storageOf(tables, viewer.email).total + size <= limits.storage,
    storageQuota
  )

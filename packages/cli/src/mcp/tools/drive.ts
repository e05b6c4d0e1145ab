/**
 * Tools of Google Drive.
 *
 * @module
 */
import type { AnyTool } from "../Tool.ts"
import { driveChanges } from "./driveChanges.ts"
import { driveMoves } from "./driveMoves.ts"
import { driveReads } from "./driveReads.ts"
import { driveUploads } from "./driveUploads.ts"

/** Tools of Google Drive, in the order of the list. */
export const driveTools: ReadonlyArray<AnyTool> = [
  driveReads.search,
  driveReads.download,
  driveReads.readDocument,
  driveChanges.createFolder,
  driveChanges.move,
  driveReads.list,
  driveChanges.trash,
  driveChanges.rename,
  driveMoves.batchMove,
  driveReads.findFolder,
  driveMoves.organize,
  driveUploads.upload,
  driveChanges.share,
  driveReads.metadata,
  driveChanges.copy,
  driveUploads.batchUpload
]

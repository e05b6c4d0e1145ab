/**
 * `skippy drive`.
 *
 * @module
 */
import * as Changes from "./driveChanges.ts"
import * as Reads from "./driveReads.ts"
import * as Uploads from "./driveUploads.ts"
import { group } from "./Operation.ts"
import { summaries } from "./summaries.ts"

/** `skippy drive`. */
export const drive = group("drive", summaries.drive, [
  Reads.list,
  Reads.search,
  Reads.info,
  Reads.findFolder,
  Reads.read,
  Reads.download,
  Changes.createFolder,
  Changes.move,
  Changes.rename,
  Changes.copy,
  Changes.trash,
  Changes.share,
  Uploads.upload,
  Uploads.batchUpload,
  Uploads.uploads,
  Uploads.resumeUpload,
  Uploads.abandonUpload,
  Changes.batchMove,
  Changes.organize,
  Changes.undoMoves,
  Changes.resumeMoves,
  Changes.unfinishedMoves
])

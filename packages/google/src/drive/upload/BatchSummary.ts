/**
 * What became of a batch, counted and in words. Pure.
 *
 * @module
 */
import type { UploadBatch, UploadItem } from "./Answer.ts"

type Status = UploadItem["status"]

const statuses = ["planned", "uploaded", "identical", "sameName", "failed", "notTried"] as const

const words: Readonly<Record<Status, string>> = {
  planned: "would be uploaded",
  uploaded: "uploaded",
  identical: "there already",
  sameName: "left out for their name",
  failed: "failed",
  notTried: "not tried"
}

/** The answer of a batch. */
export const batchOf = (dryRun: boolean, items: ReadonlyArray<UploadItem>): UploadBatch => {
  const count = (status: Status) => items.filter((item) => item.status === status).length
  const counts = {
    planned: count("planned"),
    uploaded: count("uploaded"),
    identical: count("identical"),
    sameName: count("sameName"),
    failed: count("failed"),
    notTried: count("notTried")
  }
  const told = statuses.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${words[status]}`)
  return {
    dryRun,
    items,
    counts,
    summary: `${items.length === 1 ? "1 file" : `${items.length} files`}: ${told.join(", ")}`
  }
}

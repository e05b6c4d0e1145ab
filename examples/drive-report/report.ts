/** A report on the CSV files of a folder in Google Drive. */
import { Drive } from "@skippy/google"
import { Effect } from "effect"

/** What a file adds to the report. */
export interface Line {
  readonly name: string
  readonly rows: number
  /** Whether it is an old answer, because Drive could not be asked. */
  readonly stale: boolean
}

const rowsOf = (csv: string): number => csv.split("\n").filter((line) => line.trim() !== "").length - 1

/** The rows of each file, those of headers left out, by name. */
export const report = (folderId: string) =>
  Effect.gen(function* () {
    const drive = yield* Drive
    const { files } = yield* drive.listFolder({ folderId, orderBy: "name" })
    const tables = files.filter(({ name }) => name.endsWith(".csv"))
    return yield* Effect.forEach(
      tables,
      ({ fileId, name }) =>
        Effect.map(drive.readDocument({ fileId }), ({ stale, text }): Line => ({ name, rows: rowsOf(text), stale })),
      { concurrency: 4 }
    )
  })

/**
 * The jobs of the soak of Drive, made from a seed alone, so that the server, the worker and who checks them know the same.
 */
import { createHash } from "node:crypto"
import type { DriveEmulator } from "@skippy/google/testing"

/** What is done, once for each job. `target` is a file there is from the start. */
export type Job =
  | { readonly kind: "upload" | "uploadLarge"; readonly id: number; readonly name: string; readonly source: number }
  | { readonly kind: "download"; readonly id: number; readonly source: number }
  | { readonly kind: "createFolder"; readonly id: number; readonly name: string }
  | { readonly kind: "rename" | "copy"; readonly id: number; readonly name: string; readonly target: string }
  | { readonly kind: "move" | "trash" | "search"; readonly id: number; readonly target: string }
  | { readonly kind: "share"; readonly id: number; readonly target: string; readonly email: string }
  | { readonly kind: "batchMove"; readonly id: number; readonly targets: ReadonlyArray<string> }
  | { readonly kind: "batchUpload"; readonly id: number; readonly files: ReadonlyArray<BatchFile> }

/** A file of a directory that is uploaded. */
export interface BatchFile {
  readonly name: string
  readonly source: number
}

/** The folders there are from the start. */
export const folders = {
  start: "soak-start",
  downloads: "soak-downloads",
  uploads: "soak-uploads",
  made: "soak-made",
  copies: "soak-copies",
  moved: "soak-moved",
  batchMoved: "soak-batch-moved",
  batchUploaded: "soak-batch-uploaded"
} as const

const kilobyte = 1000
const megabyte = 1000 * kilobyte

/** How large files are: 0 to 60 kB, and from 5 MB on, which are uploaded with sessions. */
const smallSizes = Array.from({ length: 60 }, (_, index) => index * kilobyte)
const largeSizes = [5 * megabyte + 1, 6 * megabyte, 7 * megabyte + 123]

/** Files that are uploaded and downloaded, by their numbers. The last ones are large. */
export const sources: ReadonlyArray<number> = [...smallSizes, ...largeSizes]

/** The bytes of a file. */
export const contentOf = (source: number): Buffer => {
  const bytes = Buffer.alloc(sources[source] ?? 0)
  let state = (source + 1) * 2_654_435_761
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return bytes
}

/** The checksum Drive has to tell of bytes. */
export const md5Of = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex")

/** A number within [0, 1) for a seed and a count. */
export const draw = (seed: number, count: number): number =>
  createHash("sha256").update(`${seed} ${count}`).digest().readUInt32BE() / 2 ** 32

/** Of a hundred jobs, so many are of a kind. */
const shares: ReadonlyArray<readonly [Job["kind"], number]> = [
  ["upload", 26],
  ["uploadLarge", 2],
  ["download", 14],
  ["createFolder", 10],
  ["rename", 10],
  ["copy", 9],
  ["move", 10],
  ["trash", 6],
  ["search", 5],
  ["share", 6],
  ["batchMove", 1],
  ["batchUpload", 1]
]

const kindOf = (chance: number): Job["kind"] => {
  let left = chance * 100
  for (const [kind, share] of shares) {
    if (left < share) return kind
    left -= share
  }
  return "upload"
}

const filesOfBatch = 4

/** The file a job changes, and its name. */
const targetOf = (id: number, part = 0): string => `soak-target-${id}-${part}`

const jobOf = (seed: number, id: number): Job => {
  const kind = kindOf(draw(seed, 2 * id))
  const pick = draw(seed, 2 * id + 1)
  const small = Math.floor(pick * smallSizes.length)
  const parts = Array.from({ length: filesOfBatch }, (_, part) => part)
  switch (kind) {
    case "upload":
      return { kind, id, name: `upload-${id}.bin`, source: small }
    case "uploadLarge":
      return { kind, id, name: `large-${id}.bin`, source: smallSizes.length + Math.floor(pick * largeSizes.length) }
    case "download":
      return { kind, id, source: Math.floor(pick ** 3 * sources.length) }
    case "createFolder":
      return { kind, id, name: `folder-${id}` }
    case "rename":
      return { kind, id, name: `renamed-${id}`, target: targetOf(id) }
    case "copy":
      return { kind, id, name: `copy-${id}`, target: targetOf(id) }
    case "share":
      return { kind, id, target: targetOf(id), email: `reader-${id}@example.com` }
    case "batchMove":
      return { kind, id, targets: parts.map((part) => targetOf(id, part)) }
    case "batchUpload":
      return {
        kind,
        id,
        files: parts.map((part) => ({ name: `batch-${id}-${part}.bin`, source: (small + part) % smallSizes.length }))
      }
    default:
      return { kind, id, target: targetOf(id) }
  }
}

/** The jobs of a run. */
export const jobsOf = (seed: number, operations: number): ReadonlyArray<Job> =>
  Array.from({ length: operations }, (_, id) => jobOf(seed, id))

/** The files a job changes. */
export const targetsOf = (job: Job): ReadonlyArray<string> =>
  "target" in job ? [job.target] : "targets" in job ? job.targets : []

/** The content of a file a job changes. */
export const textOf = (target: string): string => `the content of ${target}`

/** What Drive has from the start. */
export const startOf = (jobs: ReadonlyArray<Job>): ReadonlyArray<DriveEmulator.FileOptions> => [
  ...Object.values(folders).map((id) => ({ id, name: id, mimeType: "application/vnd.google-apps.folder" })),
  ...sources.map((_, source) => ({
    id: downloadId(source),
    name: downloadId(source),
    content: contentOf(source),
    parents: [folders.downloads]
  })),
  ...jobs
    .flatMap(targetsOf)
    .map((target) => ({ id: target, name: target, content: textOf(target), parents: [folders.start] }))
]

/** A file that is downloaded. */
export const downloadId = (source: number): string => `soak-download-${source}`

/** Where the worker has what in its directory. */
export const places = (directory: string) => ({
  results: `${directory}/results.ndjson`,
  state: `${directory}/state`,
  source: (source: number) => `${directory}/sources/${source}.bin`,
  batch: (id: number) => `${directory}/batches/${id}`,
  download: (id: number) => `${directory}/downloads/${id}.bin`
})

/** A line of the results. */
export type Line =
  | { readonly job: number; readonly status: "begun"; readonly run: number }
  | { readonly job: number; readonly status: "done"; readonly run: number; readonly fileId?: string | undefined }
  | { readonly job: number; readonly status: "failed"; readonly run: number; readonly why: string }

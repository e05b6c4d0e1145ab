/** What has to be so at the end of the soak of Drive, whatever happened on the way. */
import { existsSync, readFileSync } from "node:fs"
import {
  contentOf,
  downloadId,
  folders,
  type Job,
  type Line,
  md5Of,
  places,
  sources,
  startOf,
  textOf
} from "./driveSoakPlan.ts"
import type { ServedFile } from "./driveSoakServer.ts"

/** A promise, and what broke it. */
export interface Promised {
  readonly says: string
  readonly broken: ReadonlyArray<string>
}

/** What is looked at. */
export interface Looked {
  readonly directory: string
  readonly jobs: ReadonlyArray<Job>
  readonly lines: ReadonlyArray<Line>
  readonly files: ReadonlyArray<ServedFile>
}

/** A file that has to be there once. */
interface Due {
  readonly job: number
  readonly name: string
  readonly folder: string
  /** `undefined` for a folder. */
  readonly md5: string | undefined
}

const sourceMd5s = sources.map((_, source) => md5Of(contentOf(source)))

const dueOf = (job: Job): ReadonlyArray<Due> => {
  const { id } = job
  switch (job.kind) {
    case "upload":
    case "uploadLarge":
      return [{ job: id, name: job.name, folder: folders.uploads, md5: sourceMd5s[job.source] }]
    case "createFolder":
      return [{ job: id, name: job.name, folder: folders.made, md5: undefined }]
    case "copy":
      return [{ job: id, name: job.name, folder: folders.copies, md5: md5Of(Buffer.from(textOf(job.target))) }]
    case "batchUpload":
      return job.files.map(({ name, source }) => ({
        job: id,
        name,
        folder: folders.batchUploaded,
        md5: sourceMd5s[source]
      }))
    default:
      return []
  }
}

const keyOf = (folder: string | undefined, name: string): string => `${folder}/${name}`

/** What is not as a job that was done has left it. */
const changedWrongly = (job: Job, fileOf: (id: string) => ServedFile | undefined): ReadonlyArray<string> => {
  const wrong = (id: string, isRight: (file: ServedFile) => boolean): ReadonlyArray<string> => {
    const file = fileOf(id)
    return file !== undefined && isRight(file) ? [] : [`${job.kind} ${job.id}: ${id} is ${JSON.stringify(file)}`]
  }
  switch (job.kind) {
    case "rename":
      return wrong(job.target, ({ name, parent }) => name === job.name && parent === folders.start)
    case "move":
      return wrong(job.target, ({ parent }) => parent === folders.moved)
    case "trash":
      return wrong(job.target, ({ trashed }) => trashed)
    case "share":
      return wrong(job.target, ({ readers }) => readers.filter((reader) => reader === job.email).length === 1)
    case "batchMove":
      return job.targets.flatMap((target) => wrong(target, ({ parent }) => parent === folders.batchMoved))
    default:
      return []
  }
}

/** Looks at everything. */
export const check = ({ directory, files, jobs, lines }: Looked): ReadonlyArray<Promised> => {
  const done = new Map(lines.flatMap((line) => (line.status === "done" ? [[line.job, line.fileId] as const] : [])))
  const doneTwice = lines.filter(({ status }) => status === "done").length - done.size
  const byId = new Map(files.map((file) => [file.id, file]))
  const byName = new Map<string, Array<ServedFile>>()
  for (const file of files) {
    const key = keyOf(file.parent, file.name)
    byName.set(key, [...(byName.get(key) ?? []), file])
  }
  const thereOf = ({ folder, name }: Due): ReadonlyArray<ServedFile> => byName.get(keyOf(folder, name)) ?? []
  const due = jobs.flatMap(dueOf)
  const isAsReported = (each: Due): boolean => {
    const [only] = thereOf(each)
    const reported = done.get(each.job)
    const isRight = only?.md5 === each.md5 && only?.told === each.md5 && only?.trashed === false
    return isRight && (reported === undefined || reported === only.id)
  }
  const show = (each: Due): string =>
    `${keyOf(each.folder, each.name)} of job ${each.job}: ${JSON.stringify(thereOf(each))}`
  const reported = due.filter(({ job }) => done.has(job))
  const expected = new Set(due.map(({ folder, name }) => keyOf(folder, name)))
  const start = new Set(startOf(jobs).map(({ id }) => id))
  const downloads = jobs.flatMap((job) => (job.kind === "download" && done.has(job.id) ? [job] : []))
  const changes = jobs.filter(({ id }) => done.has(id))

  return [
    {
      says: `every operation was done in the end, and reported once: ${done.size} of ${jobs.length}`,
      broken: [
        ...jobs.filter(({ id }) => !done.has(id)).map(({ id, kind }) => `${kind} ${id} was never done`),
        ...(doneTwice === 0 ? [] : [`${doneTwice} were reported twice`])
      ]
    },
    {
      says: `every file that was reported done is there once, with the right MD5: ${reported.length}`,
      broken: reported.filter((each) => thereOf(each).length !== 1 || !isAsReported(each)).map(show)
    },
    {
      says: `nothing is there twice, whatever failed on the way: ${due.length} names`,
      broken: due.filter((each) => thereOf(each).length > 1).map(show)
    },
    {
      says: `nothing is there that nobody asked for: ${files.length} files and folders`,
      broken: files
        .filter(({ id, name, parent }) => !start.has(id) && !expected.has(keyOf(parent, name)))
        .map((file) => JSON.stringify(file))
    },
    {
      says: `every change that was reported is to be seen, once: ${changes.filter((job) => dueOf(job).length === 0).length}`,
      broken: changes.flatMap((job) => changedWrongly(job, (id) => byId.get(id)))
    },
    {
      says: `every download is on the disk, with the right MD5: ${downloads.length}`,
      broken: downloads.flatMap(({ id, source }) => {
        const path = places(directory).download(id)
        const md5 = existsSync(path) ? md5Of(readFileSync(path)) : "none"
        return md5 === sourceMd5s[source] ? [] : [`${path} of ${downloadId(source)} has ${md5}`]
      })
    }
  ]
}

/** The most requests that came within a time. */
export const peakOf = (arrivals: ReadonlyArray<number>, millis: number): number => {
  let peak = 0
  let first = 0
  for (const [last, at] of arrivals.entries()) {
    while ((arrivals[first] ?? at) <= at - millis) first++
    peak = Math.max(peak, last - first + 1)
  }
  return peak
}

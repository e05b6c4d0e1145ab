/**
 * Files through Google Drive while it fails and recovers: uploaded, searched, put in order, and brought back.
 *
 * @module
 */
import { type Drive, Query } from "@skippy/google"
import { Effect, Schedule } from "effect"
import type { AnyFailure } from "../output/Failure.ts"
import { bytesText, count } from "../output/Style.ts"
import { groupOf } from "./Group.ts"
import { circuitIs, recovers, type Say } from "./Say.ts"
import * as Script from "./Script.ts"
import type { Stage } from "./Stage.ts"

const service = "google-drive"

/** Between acts, so that one can follow. */
const pause = "1200 millis"

/** How long it is away. */
const outage = "2500 millis"

/** Google keeps what has come in pieces of 256 KiB; what is left of one is sent again. */
const maxSentAgain = 1.1

/** How often somebody would try again. */
const maxTries = 5
const again = { times: maxTries, schedule: Schedule.spaced("700 millis") }

/** What is asked for again and again, through the cache. */
const searched = (api: Drive["Service"]) => api.searchFiles({ query: Query.not(Query.folders), maxResults: 100 })

type Act = Effect.Effect<void, AnyFailure>

/** Which files the emulator has, anywhere, exactly once and as they are on the disk. */
const onceAndRight = ({ drive: { machine }, files: { list } }: Stage): number => {
  const there = machine.files()
  return list.filter(({ md5, name }) => {
    const found = there.filter((file) => file["name"] === name)
    return found.length === 1 && found[0]?.["md5Checksum"] === md5
  }).length
}

const createFolder = ({ drive }: Stage, say: Say) =>
  Effect.gen(function* () {
    const { machine, server, service: api } = drive
    server.faults.set(Script.lostCreation())
    const folder = yield* api.createFolder({ name: Script.names.folder })
    server.faults.set(Script.calm)
    const made = machine.files().filter(({ name }) => name === folder.name).length
    say.promise(
      service,
      `folder "${folder.name}": it was made and the answer was lost; asked again by its id, there is ${made}`,
      !folder.created && made === 1
    )
    return folder.fileId
  })

/** The same upload again and again, as somebody would, until all is there. */
const finish = ({ drive: { service: api }, files, resilience }: Stage, parentId: string) =>
  Effect.gen(function* () {
    let sent = 0
    for (let tries = 0; ; tries++) {
      const { counts } = yield* api.batchUpload({ directory: files.directory, parentId, concurrency: 2 })
      sent += counts.uploaded
      if (counts.failed + counts.notTried === 0 || tries === maxTries) return { sent, counts }
      yield* circuitIs(resilience, service, "Closed")
    }
  })

/** The upload breaks off in the middle, because Drive goes away; the same command finishes it. */
const upload = (stage: Stage, say: Say, parentId: string) =>
  Effect.gen(function* () {
    const { drive, files, resilience, seed } = stage
    const { server, service: api } = drive
    const { directory, list } = files
    say.told(service, `uploads ${count(list.length, "file")}; one request of four meets a mishap`)
    const down = () => say.told(service, "is down: every request is answered 503")
    server.faults.set(Script.breakingOff(seed, Math.ceil(list.length / 2), down))
    const first = yield* api.batchUpload({ directory, parentId, concurrency: 2 })
    say.told(service, `the upload breaks off: ${first.counts.uploaded} of ${list.length} files are there`)
    yield* Effect.sleep(outage)
    yield* recovers(resilience, say, service, () => server.faults.set(Script.roughUploads(seed + 1)))
    const { counts, sent } = yield* finish(stage, parentId)
    server.faults.set(Script.calm)
    const right = onceAndRight(stage)
    say.promise(
      service,
      `the same upload again sends ${sent} and leaves out what is there: ${right} of ${list.length} files once, with the right MD5`,
      counts.failed === 0 && right === list.length
    )
  })

const uploadLarge = ({ drive, files: { large } }: Stage, say: Say, parentId: string) =>
  Effect.gen(function* () {
    const { server, service: api } = drive
    const before = server.requests().length
    server.faults.set(Script.cutUploads())
    const { md5 } = yield* api.uploadFile({ path: large.path, parentId })
    server.faults.set(Script.calm)
    const sent = server
      .requests()
      .slice(before)
      .filter(({ bodyLength, method }) => method === "PUT" && bodyLength > 0)
    const bytes = sent.reduce((total, { bodyLength }) => total + bodyLength, 0)
    const breaks = sent.filter(({ fault }) => fault?._tag === "CutRequest").length
    say.promise(
      service,
      `${bytesText(large.bytes)} over a connection that broke ${count(breaks, "time")}: gone on with where it broke, ${bytesText(bytes)} sent in all`,
      breaks === Script.large.cuts.length && md5 === large.md5 && bytes < large.bytes * maxSentAgain
    )
  })

/** Nothing is changed meanwhile: after a change Drive's old answers would be wrong, and are not given. */
const search = (stage: Stage, say: Say) =>
  Effect.gen(function* () {
    const { drive, files, resilience } = stage
    const { server, service: api } = drive
    yield* searched(api)
    say.told(service, "is down again: every request is answered 503")
    server.faults.set(Script.outage)
    yield* Effect.sleep(outage)
    const { ageSeconds, files: found, stale } = yield* searched(api)
    say.promise(
      service,
      `down, and searches are answered: ${count(found.length, "file")}, as it was ${Math.round(ageSeconds)} s ago`,
      // The large one is there too.
      stale && found.length === files.list.length + 1
    )
    yield* recovers(resilience, say, service, () => server.faults.set(Script.calm))
  })

const organize = (stage: Stage, say: Say, parentId: string) =>
  Effect.gen(function* () {
    const { drive, files } = stage
    const { machine, server, service: api } = drive
    const word = groupOf(files.list.map(({ name }) => name))
    const folder = yield* api.createFolder({ name: Script.names.organized, parentId })
    const query = Query.and(Query.inFolder(parentId), Query.name("contains", word), Query.not(Query.folders))
    const input = { query, destinationId: folder.fileId }
    const plan = yield* api.organize({ ...input, dryRun: true })
    say.told(service, `answers 403, too many requests; ${count(plan.counts.planned, "file")} of "${word}" are moved`)
    server.faults.set(Script.tooMuch())
    const moved = yield* api.organize(input)
    server.faults.set(Script.calm)
    const there = machine.children(folder.fileId).length
    const right = onceAndRight(stage)
    say.promise(
      service,
      `put in order as planned: ${moved.counts.moved} of ${plan.counts.planned} moved to "${folder.name}", no file lost`,
      plan.counts.planned > 0 && there === plan.counts.planned && right === files.list.length
    )
  })

const download = (stage: Stage, say: Say) =>
  Effect.gen(function* () {
    const { downloads, drive, files, md5, seed } = stage
    const { machine, server, service: api } = drive
    const names = new Map(files.list.map((file) => [file.name, file]))
    const wanted = machine.files().flatMap(({ id, name }) => {
      const file = names.get(String(name))
      return file === undefined ? [] : [{ fileId: String(id), file, path: `${downloads}/${file.name}` }]
    })
    say.told(service, `downloads ${count(wanted.length, "file")}; one connection of four breaks`)
    server.faults.set(Script.roughDownloads(seed + 2))
    const bring = ({ fileId, path }: (typeof wanted)[number]) =>
      Effect.retry(api.downloadFile({ fileId, path, overwrite: true }), again)
    const brought = yield* Effect.forEach(wanted, bring, { concurrency: 2 })
    server.faults.set(Script.calm)
    say.downloaded(brought.reduce((total, { bytes }) => total + bytes, 0))
    const digests = yield* Effect.forEach(wanted, ({ file, path }) => Effect.map(md5(path), (one) => one === file.md5))
    const right = digests.filter((isRight) => isRight).length
    say.promise(service, `${right} of ${files.list.length} files are back, each as it was`, right === files.list.length)
  })

/** All of it. */
export const drive = (stage: Stage, say: Say): Act =>
  Effect.gen(function* () {
    const folder = yield* createFolder(stage, say)
    yield* Effect.sleep(pause)
    yield* upload(stage, say, folder)
    yield* Effect.sleep(pause)
    yield* uploadLarge(stage, say, folder)
    yield* Effect.sleep(pause)
    yield* search(stage, say)
    yield* Effect.sleep(pause)
    yield* organize(stage, say, folder)
    yield* Effect.sleep(pause)
    yield* download(stage, say)
  })

/** Reads Drive. */
export const readDrive = ({ drive: { service: api } }: Stage) => searched(api)

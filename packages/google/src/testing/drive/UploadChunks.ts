/**
 * Requests to the session of a resumable upload: their bodies are taken as they come, and what is kept of them is a
 * multiple of 256 KiB until the last byte is there.
 *
 * Only one request writes to a session: the one before it is over as soon as another comes, because a client sends another
 * only after it gave up on the first.
 *
 * @module
 */
import type { EmulatorHead, Sink } from "@skippy/http/testing"
import { Result } from "effect"
import * as ContentRange from "./ContentRange.ts"
import { create } from "./FilesCreate.ts"
import { shown } from "./FilesEndpoints.ts"
import { update } from "./FilesUpdate.ts"
import { sweepUnused } from "./Garbage.ts"
import * as Metadata from "./Metadata.ts"
import * as Partial from "./Partial.ts"
import * as Refusals from "./Refusals.ts"
import type { Outcome, Reply } from "./Reply.ts"
import { render } from "./Rendering.ts"
import type { BlobInfo, SessionRow } from "./Rows.ts"
import * as Sessions from "./Sessions.ts"
import type { Tables } from "./Storage.ts"
import { callOf, type World } from "./World.ts"

type Taking = Extract<Sessions.Decision, { readonly _tag: "Take" }>

/** Those that are being sent, by their sessions. */
export type Open = Map<string, { readonly supersede: () => void }>

/** The file a session made, as the request that started it asked for. */
const fileReply = (
  world: World,
  tables: Tables,
  session: SessionRow,
  head: EmulatorHead,
  now: number,
  blob?: BlobInfo
): Outcome<Reply> =>
  Result.gen(function* () {
    const url = new URL(`${head.url.origin}${head.url.pathname}?${session.query}`)
    const viewer = { email: session.email, scopes: session.scopes }
    const call = callOf(world, tables, viewer, { method: head.method, url, headers: {}, body: new Uint8Array() }, now)
    const mask = yield* Partial.maskOf(call.query, "file")
    const known = session.fileId === undefined ? undefined : tables.files.get(session.fileId)
    if (blob === undefined) {
      return known === undefined ? Refusals.fileNotFound(session.fileId ?? "") : Partial.taken(mask, shown(call, known))
    }
    const metadata = yield* Metadata.read(session.metadata)
    const media = { blob, mimeType: session.mimeType }
    const file =
      session.fileId === undefined
        ? yield* create(call, metadata, media)
        : yield* update(call, session.fileId, metadata, media)
    tables.sessions.put(session.id, { ...session, state: "done", kept: blob.size, total: blob.size, fileId: file.id })
    return Partial.taken(mask, shown(call, file))
  })

/** Makes the file of what is kept. What is refused now ends the session. */
const finished = (world: World, tables: Tables, session: SessionRow, head: EmulatorHead, now: number): Reply => {
  const blob = world.storage.blobs.part(session.id).finish()
  const outcome = fileReply(world, tables, session, head, now, blob)
  if (Result.isFailure(outcome)) {
    tables.sessions.put(session.id, { ...session, state: "cancelled", kept: 0 })
    sweepUnused(tables, world.storage.blobs, [blob.sha256])
  }
  return Result.merge(outcome)
}

/** A body nobody takes. */
const ignoring = (reply: Reply): Sink => ({ write: () => {}, end: () => render(reply), abort: () => {} })

const commit = (
  world: World,
  session: SessionRow,
  change: { readonly [K in "kept" | "state" | "total"]?: SessionRow[K] }
): void =>
  world.storage.transact((tables) => {
    const row = tables.sessions.get(session.id)
    if (row?.state === "open") tables.sessions.put(session.id, { ...row, ...change })
  })

/** Takes the body of one request. */
const taking = (world: World, open: Open, session: SessionRow, head: EmulatorHead, taken: Taking): Sink => {
  const { blobs } = world.storage
  const part = blobs.part(session.id)
  const before = taken.restart ? 0 : session.kept
  if (taken.restart) commit(world, session, { kept: 0 })
  part.truncate(before)
  const { length = Infinity } = taken
  let received = 0
  let isOver = false
  const close = (): boolean => {
    if (isOver) return false
    isOver = true
    open.delete(session.id)
    return true
  }
  /** Keeps what may be kept of a part that more is to follow on. */
  const keep = (bytes: number): number => {
    const kept = Math.max(before, ContentRange.keptOf(bytes))
    part.truncate(kept)
    commit(world, session, { kept, total: taken.total })
    return kept
  }
  const broken = (): void => {
    if (close()) keep(part.length())
  }
  const more = (): Reply => {
    const arrived = part.length() - before
    const wanted = Math.min(arrived, Math.max(0, world.options.keep?.(arrived) ?? arrived))
    return Sessions.progress(keep(before + wanted))
  }
  const last = (now: number): Reply =>
    world.storage.transact((tables) => {
      const row = tables.sessions.get(session.id)
      return row === undefined || Sessions.isGone(row, now)
        ? Refusals.sessionNotFound()
        : finished(world, tables, row, head, now)
    })
  open.set(session.id, { supersede: broken })
  return {
    write: (bytes) => {
      if (isOver) return
      const from = Math.min(bytes.length, Math.max(0, taken.skip - received))
      const to = Math.min(bytes.length, length - received)
      received += bytes.length
      if (to > from) part.append(bytes.subarray(from, to))
    },
    end: (now) => {
      if (!close()) return render(Sessions.superseded)
      if (received !== length && length !== Infinity) {
        keep(part.length())
        return render(Sessions.wrongLength)
      }
      const isLast = taken.restart || part.length() === taken.total
      return render(isLast ? last(now) : more())
    },
    abort: broken
  }
}

const question = (world: World, session: SessionRow, head: EmulatorHead, now: number): Reply =>
  world.storage.transact((tables) => Result.merge(fileReply(world, tables, session, head, now)))

/** Whether a request is for a session that exists already. */
export const isForSession = ({ url }: EmulatorHead): boolean =>
  url.searchParams.has("upload_id") && /^\/(?:resumable\/)?upload\/drive\/v3\/files(?:\/[^/]+)?$/.test(url.pathname)

/** Takes a request to a session. Its address is enough: no token is asked for. */
export const receive = (world: World, open: Open, head: EmulatorHead, now: number): Sink => {
  const { storage } = world
  const { blobs } = storage
  const id = head.url.searchParams.get("upload_id") ?? ""
  open.get(id)?.supersede()
  const session = storage.transact((tables) => tables.sessions.get(id))
  if (session === undefined || Sessions.isGone(session, now)) return ignoring(Refusals.sessionNotFound())
  if (head.method === "DELETE") {
    if (session.state === "open") blobs.part(id).discard()
    commit(world, session, { state: "cancelled", kept: 0 })
    return ignoring(Sessions.cancelled)
  }
  if (head.method !== "PUT" && head.method !== "POST") return ignoring(Refusals.nothingHere())
  if (session.state === "done") return ignoring(question(world, session, head, now))
  // A process that was killed may have said less than it wrote, never more than it wrote.
  const kept = Math.min(session.kept, ContentRange.keptOf(blobs.part(id).length()))
  const decision = Sessions.decide({ ...session, kept }, ContentRange.parse(head.headers["content-range"]))
  switch (decision._tag) {
    case "Answer":
      return ignoring(decision.reply)
    case "Finish": {
      blobs.part(id).truncate(kept)
      const reply = storage.transact((tables) => finished(world, tables, session, head, now))
      return ignoring(reply)
    }
    case "Take":
      return taking(world, open, { ...session, kept }, head, decision)
  }
}

/**
 * A server of files as they are served on the web: with ranges, `If-Range`, etags and dates, for tests of downloads.
 *
 * It answers GET and HEAD by RFC 9110: a range alone is served (206, or 416 when nothing is left), several and broken ones
 * are ignored; `If-Range` has to name the strong etag or the very date; `If-None-Match` makes a 304.
 *
 * @example
 * ```ts
 * import { EmulatorClient, FileEmulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { client } = EmulatorClient.make(FileEmulator.make({ "/a.txt": { content: "0123456789" } }))
 *   const answer = yield* client.get("http://files.example/a.txt", { headers: { range: "bytes=7-" } })
 *   console.log(answer.status, answer.headers["content-range"], yield* answer.text)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 206 bytes 7-9/10 789
 * ```
 *
 * @module
 */
import { DateTime } from "effect"
import * as ByteRange from "./ByteRange.ts"
import type { Emulator, EmulatorAnswer, EmulatorRequest } from "./Emulator.ts"

/** A file on the server. */
export interface File {
  readonly content: string | Uint8Array
  /** With its quotes; `false` for none. By default a strong one, another for each `put`. */
  readonly etag?: string | false | undefined
  /** Milliseconds since the epoch. None by default. */
  readonly lastModified?: number | undefined
  /** Default `application/octet-stream`; `false` for none. */
  readonly contentType?: string | false | undefined
  /** Whether ranges are served. Default `true`. */
  readonly ranges?: boolean | undefined
  /** Whether `If-Range` is looked at; some servers do not. Default `true`. */
  readonly ifRange?: boolean | undefined
}

/** A server of files, and what can be changed while it runs. */
export interface FileEmulator extends Emulator {
  /** Puts a file at a path, such as `/reports/1.pdf`, in place of what was there. */
  readonly put: (path: string, file: File) => void
  readonly remove: (path: string) => void
}

interface Stored {
  readonly file: File
  readonly bytes: Uint8Array
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

const httpDate = (millis: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toUTCString()

const agrees = (ifRange: string | undefined, { etag, file, lastModified }: Stored): boolean => {
  if (ifRange === undefined || file.ifRange === false) return true
  return ifRange.startsWith('"') ? ifRange === etag : ifRange === lastModified
}

const opaque = (etag: string): string => etag.trim().replace(/^W\//, "")

const isKnown = (ifNoneMatch: string | undefined, etag: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  etag !== undefined &&
  (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((each) => opaque(each) === opaque(etag)))

const answer = (stored: Stored, { headers }: EmulatorRequest): EmulatorAnswer => {
  const { bytes, etag, file, lastModified } = stored
  const contentType = file.contentType ?? "application/octet-stream"
  const about = {
    "accept-ranges": file.ranges === false ? "none" : "bytes",
    ...(contentType === false ? {} : { "content-type": contentType }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { "last-modified": lastModified })
  }
  if (isKnown(headers["if-none-match"], etag)) return { status: 304, headers: about }
  const asked = file.ranges !== false && agrees(headers["if-range"], stored)
  const range = asked ? ByteRange.partOf(headers["range"], bytes.length) : undefined
  if (range === undefined) return { status: 200, headers: about, body: bytes }
  if (range === "none") return { status: 416, headers: { ...about, "content-range": `bytes */${bytes.length}` } }
  return {
    status: 206,
    headers: { ...about, "content-range": ByteRange.contentRange(range, bytes.length) },
    body: bytes.subarray(range.start, range.end)
  }
}

/** Makes a server of files by their paths. */
export const make = (files: Readonly<Record<string, File>> = {}): FileEmulator => {
  const stored = new Map<string, Stored>()
  let version = 0
  const put = (path: string, file: File): void => {
    version++
    stored.set(path, {
      file,
      bytes: typeof file.content === "string" ? new TextEncoder().encode(file.content) : file.content,
      etag: file.etag === false ? undefined : (file.etag ?? `"version-${version}"`),
      lastModified: file.lastModified === undefined ? undefined : httpDate(file.lastModified)
    })
  }
  for (const [path, file] of Object.entries(files)) put(path, file)
  return {
    put,
    remove: (path) => void stored.delete(path),
    handle: (request) => {
      if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, headers: { allow: "GET, HEAD" } }
      const found = stored.get(request.url.pathname)
      return found === undefined ? { status: 404, body: "not found" } : answer(found, request)
    }
  }
}

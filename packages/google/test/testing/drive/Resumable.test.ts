import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { DriveEmulator } from "../../../src/testing/DriveEmulator.ts"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { storages } from "./storages.ts"
import { type Answer, ask, begin, chunk, documentType, folderType, noise, requestOf, send, start } from "./support.ts"

/** How many bytes an answer says are kept. */
const kept = ({ headers }: Answer): number => {
  const { range } = headers
  return range === undefined ? 0 : Number(range.slice("bytes=0-".length)) + 1
}

/** Sends a chunk whose connection breaks after some bytes, which come in pieces of a buffer that is used again. */
const cut = (drive: DriveEmulator, session: string, range: string, body: Uint8Array, at: number): void => {
  const { body: _, ...head } = requestOf("PUT", session, { token: false, headers: { "content-range": range } })
  const sink = drive.receive?.(head, start)
  const buffer = new Uint8Array(50_000)
  for (let from = 0; from < at; from += buffer.length) {
    const piece = body.subarray(from, Math.min(at, from + buffer.length))
    buffer.set(piece)
    sink?.write(buffer.subarray(0, piece.length))
    buffer.fill(0)
  }
  sink?.abort(start)
}

const week = 7 * 24 * 3_600_000

describe.each(storages)("a resumable upload %s", (_, make) => {
  it.effect("is done in one request", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const bytes = noise(300_000)
      const headers = { "x-upload-content-type": "image/png", "x-upload-content-length": "300000" }
      const session = begin(drive, { name: "a.bin" }, headers, { fields: "id,size,mimeType" })
      const answer = send(drive, session, undefined, bytes)
      expect(answer.status).toBe(200)
      expect(answer.json).toEqual({ id: expect.any(String), size: "300000", mimeType: "image/png" })
      expect(drive.content(answer.json.id)).toEqual(bytes)
      expect(drive.sessions()).toEqual([])
    })
  )

  it.effect("comes in chunks, by PUT or POST, and says how far it is", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const total = 2 * chunk + 7
      const bytes = noise(total)
      const session = begin(drive, { name: "a.bin" })
      expect(send(drive, session, `bytes */${total}`).headers["range"]).toBeUndefined()
      const first = send(drive, session, `bytes 0-${chunk - 1}/${total}`, bytes.subarray(0, chunk))
      expect([first.status, kept(first)]).toEqual([308, chunk])
      expect(drive.sessions()).toMatchObject([{ kept: chunk, total }])
      const range = `bytes ${chunk}-${2 * chunk - 1}/${total}`
      const second = send(drive, session, range, bytes.subarray(chunk, 2 * chunk), "POST")
      expect([second.status, kept(second)]).toEqual([308, 2 * chunk])
      const last = send(drive, session, `bytes ${2 * chunk}-${total - 1}/${total}`, bytes.subarray(2 * chunk))
      expect(last.status).toBe(200)
      expect(drive.content(last.json.id)).toEqual(bytes)
    })
  )

  it.effect("answers with the same file once it is done", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const session = begin(drive, { name: "a.bin" })
      const { id } = send(drive, session, undefined, noise(10)).json
      expect(send(drive, session, "bytes */10").json.id).toBe(id)
      expect(send(drive, session, undefined, noise(10)).json.id).toBe(id)
      expect(drive.createdCount()).toBe(1)
    })
  )

  it.effect("has a size nobody said until the last chunk", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const bytes = noise(chunk + 5)
      const session = begin(drive, { name: "a.bin" })
      expect(kept(send(drive, session, `bytes 0-${chunk - 1}/*`, bytes.subarray(0, chunk)))).toBe(chunk)
      const last = send(drive, session, `bytes ${chunk}-${chunk + 4}/${chunk + 5}`, bytes.subarray(chunk))
      expect(drive.content(last.json.id)).toEqual(bytes)
    })
  )

  it.effect("can be of nothing", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const empty = send(drive, begin(drive, { name: "empty" }, {}, { fields: "id,size" }), "bytes */0")
      expect(empty.json).toEqual({ id: expect.any(String), size: "0" })
      expect(send(drive, begin(drive, { name: "empty" }), undefined).status).toBe(200)
    })
  )

  it.effect("refuses chunks that do not fit", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const session = begin(drive, { name: "a.bin" }, { "x-upload-content-length": String(2 * chunk) })
      const body = noise(chunk)
      const status = (range: string, bytes: Uint8Array) => send(drive, session, range, bytes).status
      expect(status(`bytes 0-99/${2 * chunk}`, body.subarray(0, 100))).toBe(400)
      expect(status(`bytes 0-${chunk - 1}/${3 * chunk}`, body)).toBe(400)
      expect(status("bytes 5-1/10", body)).toBe(400)
      expect(status("items 0-1/2", body)).toBe(400)
      expect(status(`bytes ${chunk}-${2 * chunk - 1}/${2 * chunk}`, body)).toBe(503)
      expect(status(`bytes 0-${chunk - 1}/${2 * chunk}`, body.subarray(0, 100))).toBe(400)
      expect(kept(send(drive, session, `bytes */${2 * chunk}`))).toBe(0)
      expect(drive.createdCount()).toBe(0)
    })
  )

  it.effect("passes over what it has already", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const bytes = noise(2 * chunk + 3)
      const session = begin(drive, { name: "a.bin" })
      send(drive, session, `bytes 0-${chunk - 1}/*`, bytes.subarray(0, chunk))
      expect(kept(send(drive, session, `bytes 0-${chunk - 1}/*`, bytes.subarray(0, chunk)))).toBe(chunk)
      expect(kept(send(drive, session, `bytes 0-${2 * chunk - 1}/*`, bytes.subarray(0, 2 * chunk)))).toBe(2 * chunk)
      const done = send(drive, session, `bytes 0-${bytes.length - 1}/${bytes.length}`, bytes)
      expect(drive.content(done.json.id)).toEqual(bytes)
    })
  )

  it.effect("keeps a multiple of 256 KiB when the connection breaks", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const bytes = noise(3 * chunk)
      const session = begin(drive, { name: "a.bin" })
      cut(drive, session, `bytes 0-${3 * chunk - 1}/${3 * chunk}`, bytes, 2 * chunk + 100)
      expect(kept(send(drive, session, `bytes */${3 * chunk}`))).toBe(2 * chunk)
      const rest = send(drive, session, `bytes ${2 * chunk}-${3 * chunk - 1}/${3 * chunk}`, bytes.subarray(2 * chunk))
      expect(drive.content(rest.json.id)).toEqual(bytes)
    })
  )

  it.effect("belongs to the request that came last", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const bytes = noise(2 * chunk)
      const session = begin(drive, { name: "a.bin" })
      const { body: _, ...head } = requestOf("PUT", session, {
        headers: { "content-range": `bytes 0-${2 * chunk - 1}/${2 * chunk}` }
      })
      const stuck = drive.receive?.(head, start)
      stuck?.write(bytes.subarray(0, chunk + 5))
      expect(kept(send(drive, session, `bytes */${2 * chunk}`))).toBe(chunk)
      stuck?.write(bytes.subarray(chunk + 5))
      expect(stuck?.end(start).status).toBe(503)
      expect(drive.createdCount()).toBe(0)
    })
  )

  it.effect("is gone after a week, or when it is cancelled", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const session = begin(drive, { name: "a.bin" })
      send(drive, session, `bytes 0-${chunk - 1}/*`, noise(chunk))
      expect(send(drive, session, "bytes */*", undefined, "PUT", start + week).status).toBe(308)
      expect(send(drive, session, "bytes */*", undefined, "PUT", start + week + 1)).toMatchObject({
        status: 404,
        reason: "notFound"
      })
      const other = begin(drive, { name: "b.bin" })
      expect(send(drive, other, undefined, undefined, "DELETE").status).toBe(499)
      expect(send(drive, other, "bytes */*").status).toBe(404)
      expect(send(drive, `${session}x`, "bytes */*").status).toBe(404)
    })
  )

  it.effect("replaces the content of a file", () =>
    Effect.gen(function* () {
      const drive = yield* make({ files: [{ id: "a", name: "a.txt", content: "old" }] })
      for (const method of ["PATCH", "PUT"]) {
        const started = ask(drive, method, "/upload/drive/v3/files/a", {
          query: { uploadType: "resumable", fields: "id,name,size" },
          body: { name: `${method}.txt` }
        })
        const answer = send(drive, started.headers["location"] ?? "", undefined, noise(method.length))
        expect(answer.json).toEqual({ id: "a", name: `${method}.txt`, size: String(method.length) })
      }
      expect(drive.createdCount()).toBe(0)
    })
  )

  it.effect("is refused at once when it could not end", () =>
    Effect.gen(function* () {
      const drive = yield* make({ files: [{ id: "a", name: "a.txt" }], limits: { storage: 1000 } })
      const [id] = ask(drive, "GET", "files/generateIds").json.ids
      send(drive, begin(drive, { id, name: "a" }), undefined, noise(5))
      const refused = (body: object, headers = {}) =>
        ask(drive, "POST", "/upload/drive/v3/files", { query: { uploadType: "resumable" }, body, headers })
      expect(refused({ id })).toMatchObject({ status: 409, reason: "fileIdInUse" })
      expect(refused({ parents: ["nope"] }).status).toBe(404)
      expect(refused({ parents: ["a"] }).status).toBe(403)
      expect(refused({ mimeType: folderType }).status).toBe(400)
      expect(refused({}, { "x-upload-content-length": "1001" })).toMatchObject({
        status: 403,
        reason: "storageQuotaExceeded"
      })
      expect(refused({}, { "x-upload-content-length": "many" }).status).toBe(400)
      expect(drive.sessions()).toEqual([])
    })
  )

  it.effect("with an id makes one file, however many sessions there are", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const [id] = ask(drive, "GET", "files/generateIds").json.ids
      const sessions = [1, 2].map(() => begin(drive, { id, name: "a" }))
      const statuses = sessions.map((session) => send(drive, session, undefined, noise(5)).status)
      expect(statuses).toEqual([200, 409])
      expect(drive.createdCount()).toBe(1)
      expect(drive.content(id)).toEqual(noise(5))
    })
  )

  it.effect("converts what becomes a document", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const session = begin(drive, { name: "Doc", mimeType: documentType }, { "x-upload-content-type": "text/plain" })
      const { id } = send(drive, session, undefined, new TextEncoder().encode("hello")).json
      expect(ask(drive, "GET", `files/${id}/export`, { query: { mimeType: "text/plain" } }).text).toBe("hello")
    })
  )
})

describe("any sequence of chunks and cuts", () => {
  it("ends with the content that was sent", () => {
    const step = fc.record({
      chunks: fc.integer({ min: 1, max: 4 }),
      cutAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      asks: fc.boolean()
    })
    const scenario = fc.record({
      total: fc.integer({ min: 0, max: 6 * chunk }),
      steps: fc.array(step, { maxLength: 12 }),
      isUnknown: fc.boolean(),
      /** Chunks that are sent and not kept. */
      lost: fc.integer({ min: 0, max: 3 })
    })
    fc.assert(
      fc.property(scenario, ({ isUnknown, lost, steps, total }) => {
        const drive = Drive.make({ keep: (received) => received - lost * chunk })
        const bytes = noise(total, total + 1)
        const session = begin(drive, { name: "a.bin" })
        let at = 0
        for (const { asks, chunks, cutAt } of steps) {
          const end = Math.min(total, at + chunks * chunk)
          if (end === at || (end === total && cutAt === null)) break
          const range = `bytes ${at}-${end - 1}/${isUnknown && end < total ? "*" : total}`
          const body = bytes.subarray(at, end)
          if (cutAt === null) {
            const answer = send(drive, session, range, body)
            expect([answer.status, kept(answer)]).toEqual([308, Math.max(at, end - lost * chunk)])
            at = kept(answer)
          } else {
            const broken = Math.floor(cutAt * body.length)
            cut(drive, session, range, body, broken)
            at += broken - (broken % chunk)
          }
          if (asks) expect(kept(send(drive, session, "bytes */*"))).toBe(at)
        }
        const range = at === total ? `bytes */${total}` : `bytes ${at}-${total - 1}/${total}`
        const done = send(drive, session, range, bytes.subarray(at))
        expect(done.status).toBe(200)
        expect(Buffer.compare(drive.content(done.json.id) ?? new Uint8Array(), bytes)).toBe(0)
        expect(drive.createdCount()).toBe(1)
      }),
      { numRuns: 40 }
    )
  })
})

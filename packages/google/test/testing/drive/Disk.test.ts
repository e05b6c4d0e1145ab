import { type ChildProcessByStdio, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { directory } from "./storages.ts"
import { ask, begin, chunk, folderType, noise, send, start } from "./support.ts"

const blobs = (path: string): ReadonlyArray<string> =>
  readdirSync(join(path, "blobs"), { recursive: true, encoding: "utf8" }).filter((each) => each.length > 2)

/** Runs with an emulator that is closed afterwards. */
const during = <A>(path: string, run: (drive: Drive.DriveEmulator) => A, options: Drive.Options = {}) =>
  Effect.scoped(Effect.map(Drive.open({ ...options, directory: path }), run))

const writer = fileURLToPath(new URL("writer.ts", import.meta.url))

const reportOf = async (child: ChildProcessByStdio<null, Readable, null>, files: number) => {
  const closed = once(child, "close")
  const done = new Map<string, string>()
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = "", md5 = ""] = line.split(" ")
    done.set(id, md5)
    if (done.size === files) child.kill("SIGKILL")
  }
  await closed
  return done
}

/** Lets a process write to a directory, kills it after so many files, and gives those it reported, with their checksums. */
const killedAfter = (path: string, seed: number, files: number): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.acquireUseRelease(
    Effect.sync(() => spawn(process.execPath, [writer, path, String(seed)], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.promise(() => reportOf(child, files)),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

describe("a Drive on disk", () => {
  it.effect("is the same when it is opened again", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const seeds = {
        files: [
          { id: "dir", name: "Dir", mimeType: folderType },
          { id: "a", name: "a", content: "x" }
        ]
      }
      const before = yield* during(
        path,
        (drive) => {
          ask(drive, "PATCH", "files/a", { query: { addParents: "dir", removeParents: "root" }, body: { name: "b" } })
          ask(drive, "POST", "files/a/permissions", { body: { type: "user", role: "reader", emailAddress: "x@y.z" } })
          ask(drive, "POST", "files", { body: { name: "new" } })
          return [drive.files(), drive.permissions("a"), drive.notifications(), drive.createdCount()]
        },
        seeds
      )
      const after = yield* during(
        path,
        (drive) => [drive.files(), drive.permissions("a"), drive.notifications(), drive.createdCount()],
        seeds
      )
      expect(after).toEqual(before)
    })
  )

  it.effect("goes on with an upload that another process began", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const bytes = noise(3 * chunk)
      const session = yield* during(path, (drive) => {
        const session = begin(drive, { name: "a" })
        send(drive, session, `bytes 0-${2 * chunk - 1}/*`, bytes.subarray(0, 2 * chunk))
        return session
      })
      const content = yield* during(path, (drive) => {
        const status = send(drive, session, `bytes */${3 * chunk}`)
        expect([status.status, status.headers["range"]]).toEqual([308, `bytes=0-${2 * chunk - 1}`])
        const { id } = send(
          drive,
          session,
          `bytes ${2 * chunk}-${3 * chunk - 1}/${3 * chunk}`,
          bytes.subarray(2 * chunk)
        ).json
        return drive.content(id)
      })
      expect(content).toEqual(bytes)
    })
  )

  it.effect("can be open twice, and each sees what the other does", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const one = yield* Drive.open({ directory: path })
      const two = yield* Drive.open({ directory: path })
      const { id } = ask(one, "POST", "files", { body: { name: "one" } }).json
      expect(ask(two, "PATCH", `files/${id}`, { body: { name: "two" } }).status).toBe(200)
      expect(one.file(id)?.["name"]).toBe("two")
      const bytes = noise(2 * chunk)
      const session = begin(one, { name: "a" })
      send(one, session, `bytes 0-${chunk - 1}/*`, bytes.subarray(0, chunk))
      const made = send(two, session, `bytes ${chunk}-${2 * chunk - 1}/${2 * chunk}`, bytes.subarray(chunk)).json.id
      expect(one.content(made)).toEqual(bytes)
      expect(send(one, session, `bytes */${2 * chunk}`).json.id).toBe(made)
      ask(two, "DELETE", `files/${id}`)
      expect(ask(one, "GET", `files/${id}`).status).toBe(404)
      const ids = [one, two, one].flatMap((each) => ask(each, "GET", "files/generateIds").json.ids)
      expect(new Set(ids).size).toBe(30)
    })
  )

  it.effect("keeps a content once, by its checksum, as long as a file has it", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const drive = yield* Drive.open({ directory: path })
      const upload = () =>
        ask(drive, "POST", "/upload/drive/v3/files", {
          query: { uploadType: "media", fields: "id,sha256Checksum" },
          body: "same"
        })
      const [first, second] = [upload().json, upload().json]
      const { sha256Checksum: sha256 } = first
      expect(blobs(path)).toEqual([`${sha256.slice(0, 2)}/${sha256.slice(2)}`])
      ask(drive, "DELETE", `files/${first.id}`)
      expect(blobs(path).length).toBe(1)
      ask(drive, "PATCH", `/upload/drive/v3/files/${second.id}`, { query: { uploadType: "media" }, body: "other" })
      expect(blobs(path).length).toBe(1)
      ask(drive, "DELETE", `files/${second.id}`)
      expect(blobs(path)).toEqual([])
    })
  )

  it.effect("gives large contents piece by piece", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const drive = yield* Drive.open({ directory: path })
      const bytes = noise(100_000)
      const { id } = send(drive, begin(drive, { name: "a" }), undefined, bytes).json
      const { body } = drive.handle(
        {
          method: "GET",
          url: new URL(`https://drive.test/drive/v3/files/${id}?alt=media`),
          headers: { authorization: "Bearer token-of-a-test", range: "bytes=1000-" },
          body: new Uint8Array()
        },
        start
      )
      if (body === undefined || typeof body === "string" || body instanceof Uint8Array) throw new Error("not in pieces")
      expect(body.length).toBe(99_000)
      expect(body.read(5, 10)).toEqual(bytes.subarray(1005, 1010))
    })
  )

  it.effect("is tidied of what a process left that died", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const session = yield* during(path, (drive) => begin(drive, { name: "a" }))
      yield* during(path, (drive) => send(drive, session, `bytes 0-${chunk - 1}/*`, noise(chunk)))
      const parts = readdirSync(join(path, "parts"))
      writeFileSync(join(path, "parts", "put-1"), "x")
      yield* during(path, () => {})
      expect(readdirSync(join(path, "parts"))).toEqual(parts)
    })
  )

  it.effect("of another version, or in a file, is refused", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* during(path, () => {})
      const db = new DatabaseSync(join(path, "drive.sqlite"))
      db.exec("PRAGMA user_version = 99")
      db.close()
      const other = yield* Effect.flip(during(path, () => {}))
      expect(other).toMatchObject({ _tag: "DriveStorageError", reason: "otherVersion", directory: path })
      const file = join(path, "file")
      writeFileSync(file, "")
      const unusable = yield* Effect.flip(during(file, () => {}))
      expect(unusable.message).toContain("Give a directory that can be read and written")
    })
  )

  it.effect(
    "is whole after its process was killed at any moment",
    () =>
      Effect.gen(function* () {
        const path = yield* directory
        const reported = new Map<string, string>()
        for (let round = 0; round < 3; round++) {
          const done = yield* killedAfter(path, round, 3 + 4 * round)
          for (const [id, md5] of done) reported.set(id, md5)
        }
        yield* during(path, (drive) => {
          const files = new Map(drive.files().map((file) => [file["id"], file]))
          for (const [id, md5] of reported) expect(files.get(id)?.["md5Checksum"]).toBe(md5)
          // One that was not reported may be there, whole.
          expect(files.size - reported.size).toBeLessThanOrEqual(3)
          for (const [id, file] of files) {
            const content = drive.content(String(id)) ?? new Uint8Array()
            expect(createHash("md5").update(content).digest("hex")).toBe(file["md5Checksum"])
          }
          expect(blobs(path).length).toBe(files.size)
        })
      }),
    60_000
  )
})

import { createHash } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { storages } from "./storages.ts"
import { type Answer, ask, documentType, folderType, multipart, noise, shortcutType, start } from "./support.ts"

const tree = {
  files: [
    { id: "reports", name: "Reports", mimeType: folderType },
    { id: "old", name: "Old", mimeType: folderType, parents: ["reports"] },
    { id: "a", name: "a.txt", content: "hello world", parents: ["reports"] },
    { id: "notes", name: "Notes", mimeType: documentType, content: "# Notes", parents: ["old"] },
    { id: "link", name: "Link", target: "a" }
  ]
}

const idsOf = (answer: Answer): ReadonlyArray<string> => answer.json.files.map(({ id }: { id: string }) => id)

describe.each(storages)("files %s", (_, make) => {
  it.effect("are shown with what is usual, or with what is asked for", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      expect(ask(drive, "GET", "files/a").json).toEqual({
        kind: "drive#file",
        id: "a",
        name: "a.txt",
        mimeType: "text/plain"
      })
      const sha256 = createHash("sha256").update("hello world").digest("hex")
      expect(
        ask(drive, "GET", "files/a", { query: { fields: "size,sha256Checksum,parents,owners(emailAddress)" } }).json
      ).toEqual({
        size: "11",
        sha256Checksum: sha256,
        parents: ["reports"],
        owners: [{ emailAddress: "tester@example.com" }]
      })
      expect(ask(drive, "GET", "files/a", { query: { fields: "size,nonsense" } })).toMatchObject({
        status: 400,
        reason: "invalidParameter"
      })
      expect(ask(drive, "GET", "files/nope")).toMatchObject({ status: 404, reason: "notFound" })
      expect(ask(drive, "GET", "files/root", { query: { fields: "name,parents" } }).json).toEqual({ name: "My Drive" })
    })
  )

  it.effect("are downloaded, whole and in parts", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const get = (range?: string) =>
        ask(drive, "GET", "files/a", { query: { alt: "media" }, headers: range === undefined ? {} : { range } })
      expect(get()).toMatchObject({ status: 200, text: "hello world" })
      const part = get("bytes=6-8")
      expect([part.status, part.text, part.headers["content-range"]]).toEqual([206, "wor", "bytes 6-8/11"])
      const beyond = get("bytes=11-")
      expect([beyond.status, beyond.reason, beyond.headers["content-range"]]).toEqual([
        416,
        "requestedRangeNotSatisfiable",
        "bytes */11"
      ])
      for (const id of ["notes", "reports", "link"]) {
        expect(ask(drive, "GET", `files/${id}`, { query: { alt: "media" } })).toMatchObject({
          status: 403,
          reason: "fileNotDownloadable"
        })
      }
    })
  )

  it.effect("are created with a generated id once", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const generated = ask(drive, "GET", "files/generateIds", { query: { count: "3" } }).json
      expect(new Set(generated.ids).size).toBe(3)
      const [id] = generated.ids
      const body = { id, name: "New", mimeType: folderType, parents: ["reports"] }
      expect(ask(drive, "POST", "files", { body }).json.id).toBe(id)
      expect(ask(drive, "POST", "files", { body })).toMatchObject({ status: 409, reason: "fileIdInUse" })
      expect(drive.createdCount()).toBe(1)
      expect(drive.children("reports").map((file) => file["name"])).toEqual(["Old", "a.txt", "New"])
    })
  )

  it.effect("take ids only as Drive does", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const [id, other] = ask(drive, "GET", "files/generateIds").json.ids
      const [shortcut] = ask(drive, "GET", "files/generateIds", { query: { type: "shortcuts" } }).json.ids
      const create = (body: object) => ask(drive, "POST", "files", { body: { name: "x", ...body } })
      expect(create({ id: "made-up" })).toMatchObject({ status: 400, reason: "invalid" })
      expect(create({ id, mimeType: documentType }).status).toBe(403)
      expect(create({ id, mimeType: shortcutType, shortcutDetails: { targetId: "a" } }).status).toBe(400)
      expect(create({ id: shortcut, mimeType: shortcutType, shortcutDetails: { targetId: "a" } }).json.id).toBe(
        shortcut
      )
      expect(ask(drive, "POST", "files/a/copy", { body: { id: other } }).json.id).toBe(other)
      expect(ask(drive, "GET", "files/generateIds", { query: { count: "1001" } })).toMatchObject({
        status: 400,
        reason: "invalid"
      })
    })
  )

  it.effect("have exactly one parent, which is a folder", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const create = (parents: ReadonlyArray<string>) => ask(drive, "POST", "files", { body: { name: "x", parents } })
      expect(create(["reports", "old"]).status).toBe(400)
      expect(create(["nope"])).toMatchObject({ status: 404, reason: "notFound" })
      expect(create(["a"])).toMatchObject({ status: 403, reason: "parentNotAFolder" })
      expect(drive.createdCount()).toBe(0)
    })
  )

  it.effect("move with addParents and removeParents", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const move = (id: string, query: Record<string, string>) =>
        ask(drive, "PATCH", `files/${id}`, { query: { fields: "parents,modifiedTime", ...query }, body: {} })
      expect(move("a", { addParents: "old", removeParents: "reports" }).json).toEqual({
        parents: ["old"],
        modifiedTime: "1970-01-01T00:00:00.000Z"
      })
      expect(move("a", { addParents: "reports" })).toMatchObject({ status: 403, reason: "cannotAddParent" })
      expect(move("a", { addParents: "reports", removeParents: "root" })).toMatchObject({
        status: 404,
        reason: "notFound"
      })
      expect(move("reports", { addParents: "old", removeParents: "root" })).toMatchObject({
        status: 400,
        reason: "badRequest"
      })
      expect(move("reports", { addParents: "reports", removeParents: "root" })).toMatchObject({
        status: 400,
        reason: "badRequest"
      })
      expect(ask(drive, "PATCH", "files/a", { body: { parents: ["root"] } })).toMatchObject({
        status: 403,
        reason: "fieldNotWritable"
      })
      expect(drive.file("a")?.["parents"]).toEqual(["old"])
      expect(drive.file("reports")?.["parents"]).toEqual([drive.file("root")?.["id"]])
    })
  )

  it.effect("are renamed and described, and say when", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const answer = ask(drive, "PATCH", "files/a", {
        query: { fields: "name,description,properties,modifiedTime,version,starred" },
        body: { name: "b.txt", description: "two", properties: { a: "1", b: null }, starred: true },
        now: start
      })
      expect(answer.json).toEqual({
        name: "b.txt",
        description: "two",
        starred: true,
        properties: { a: "1" },
        modifiedTime: "2025-01-01T00:00:00.000Z",
        version: "2"
      })
      const cleared = ask(drive, "PATCH", "files/a", {
        query: { fields: "description,properties" },
        body: { description: null, properties: { a: null } }
      })
      expect(cleared.json).toEqual({ properties: {} })
    })
  )

  it.effect("are in the trash with the folder they are in", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const query = { fields: "trashed,explicitlyTrashed" }
      expect(ask(drive, "PATCH", "files/reports", { body: { trashed: true }, query }).json).toEqual({
        trashed: true,
        explicitlyTrashed: true
      })
      expect(ask(drive, "GET", "files/notes", { query }).json).toEqual({ trashed: true, explicitlyTrashed: false })
      expect(idsOf(ask(drive, "GET", "files", { query: { q: "trashed=false" } }))).toEqual(["link"])
      ask(drive, "PATCH", "files/reports", { body: { trashed: false } })
      expect(ask(drive, "GET", "files/notes", { query }).json).toEqual({ trashed: false, explicitlyTrashed: false })
    })
  )

  it.effect("are deleted for good with everything below, or with the trash", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      expect(ask(drive, "DELETE", "files/old").status).toBe(204)
      expect(ask(drive, "GET", "files/notes").status).toBe(404)
      ask(drive, "PATCH", "files/a", { body: { trashed: true } })
      expect(ask(drive, "DELETE", "files/trash").status).toBe(204)
      expect(drive.files().map((file) => file["id"])).toEqual(["reports", "link"])
      expect(ask(drive, "DELETE", "files/root").status).toBe(403)
    })
  )

  it.effect("are copied, but not folders", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const copy = ask(drive, "POST", "files/a/copy", { body: {}, query: { fields: "id,name,parents,md5Checksum" } })
      expect(copy.json).toMatchObject({
        name: "Copy of a.txt",
        parents: ["reports"],
        md5Checksum: drive.file("a")?.["md5Checksum"]
      })
      expect(drive.content(copy.json.id)).toEqual(drive.content("a"))
      expect(ask(drive, "POST", "files/old/copy", { body: {} })).toMatchObject({
        status: 403,
        reason: "cannotCopyFile"
      })
    })
  )

  it.effect("are uploaded alone and with their metadata", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const bytes = noise(70_000)
      const media = ask(drive, "POST", "/upload/drive/v3/files", {
        query: { uploadType: "media", fields: "id,name,mimeType,size" },
        headers: { "content-type": "image/png" },
        body: bytes
      })
      expect(media.json).toMatchObject({ name: "Untitled", mimeType: "image/png", size: "70000" })
      const both = ask(drive, "POST", "/upload/drive/v3/files", {
        query: { uploadType: "multipart", fields: "id,name,mimeType,md5Checksum" },
        ...multipart({ name: "b.bin", parents: ["old"] }, bytes, "application/zip")
      })
      expect(both.json).toMatchObject({
        name: "b.bin",
        mimeType: "application/zip",
        md5Checksum: createHash("md5").update(bytes).digest("hex")
      })
      const changed = ask(drive, "PATCH", `/upload/drive/v3/files/${both.json.id}`, {
        query: { uploadType: "multipart", fields: "name,size,originalFilename" },
        ...multipart({ name: "c.bin" }, "new")
      })
      expect(changed.json).toEqual({ name: "c.bin", size: "3", originalFilename: "b.bin" })
      expect(new TextDecoder().decode(drive.content(both.json.id))).toBe("new")
      expect(
        ask(drive, "POST", "/upload/drive/v3/files", { query: { uploadType: "multipart" }, body: "x" }).status
      ).toBe(400)
      expect(ask(drive, "POST", "/upload/drive/v3/files", { query: { uploadType: "other" } }).status).toBe(400)
    })
  )

  it.effect("of one content are one content, which is forgotten with the last", () =>
    Effect.gen(function* () {
      const drive = yield* make({
        files: [
          { id: "x", name: "x", content: "same" },
          { id: "y", name: "y", content: "same" }
        ]
      })
      ask(drive, "DELETE", "files/x")
      expect(new TextDecoder().decode(drive.content("y"))).toBe("same")
      ask(drive, "DELETE", "files/y")
      expect(drive.files()).toEqual([])
    })
  )

  it.effect("are not changed by what is refused", () =>
    Effect.gen(function* () {
      const drive = yield* make(tree)
      const before = drive.files()
      for (const [method, path, asked] of [
        ["PATCH", "files/a", { body: "{" }],
        ["PATCH", "files/a", { body: { name: 1 } }],
        ["PATCH", "files/a", { body: { modifiedTime: "yesterday" } }],
        ["PATCH", "files/a", { body: { name: "b" }, query: { addParents: "nope", removeParents: "reports" } }],
        ["PATCH", "files/a", { body: { mimeType: documentType } }],
        ["PATCH", "files/a", { body: { name: "b" }, query: { fields: "nope" } }],
        ["POST", "files", { body: { name: "b" }, query: { fields: "nope" } }],
        ["POST", "files", { body: { mimeType: shortcutType } }]
      ] as const) {
        const answer = ask(drive, method, path, asked)
        expect([method, asked, Math.floor(answer.status / 100)]).toEqual([method, asked, 4])
      }
      expect(drive.files()).toEqual(before)
    })
  )
})

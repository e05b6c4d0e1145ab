/** Google's own client works with the emulator as it does with Drive. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { createHash } from "node:crypto"
import { Readable } from "node:stream"
import { authOf, failure, officialAt, served } from "./officialSupport.ts"

const folder = "application/vnd.google-apps.folder"
const document = "application/vnd.google-apps.document"
const md5 = (content: string | Uint8Array): string => createHash("md5").update(content).digest("hex")

const live = (name: string, test: Effect.Effect<void, unknown, Scope.Scope>) => it.live(name, () => Effect.scoped(test))

describe("the official client reads", () => {
  live(
    "a list over several pages",
    Effect.gen(function* () {
      const files = Array.from({ length: 5 }, (_, at) => ({ name: `report ${at}`, createdTime: at * 1000 }))
      const { official } = yield* served({ files: [...files, { name: "other" }] })
      const names: Array<string> = []
      let pages = 0
      let pageToken: string | undefined
      do {
        const { data } = yield* Effect.promise(() =>
          official.files.list({
            q: "name contains 'report' and trashed = false",
            pageSize: 2,
            orderBy: "createdTime",
            fields: "nextPageToken,files(id,name)",
            ...(pageToken === undefined ? {} : { pageToken })
          })
        )
        pages += 1
        expect(Object.keys(data.files?.[0] ?? {})).toEqual(["id", "name"])
        names.push(...(data.files ?? []).map(({ name }) => name ?? ""))
        pageToken = data.nextPageToken ?? undefined
      } while (pageToken !== undefined)
      expect(names).toEqual(files.map(({ name }) => name))
      expect(pages).toBe(3)
    })
  )

  live(
    "what a file and a list have without a mask",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ id: "notes", name: "notes.txt", content: "hello" }] })
      const { data } = yield* Effect.promise(() => official.files.get({ fileId: "notes" }))
      expect(data).toEqual({ kind: "drive#file", id: "notes", name: "notes.txt", mimeType: "text/plain" })
      const page = yield* Effect.promise(() => official.files.list())
      expect(page.data).toEqual({ kind: "drive#fileList", incompleteSearch: false, files: [data] })
    })
  )

  live(
    "the metadata it asks for",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ id: "notes", name: "notes.txt", content: "hello" }] })
      const { data } = yield* Effect.promise(() =>
        official.files.get({ fileId: "notes", fields: "size,md5Checksum,owners/emailAddress,capabilities(canEdit)" })
      )
      expect(data).toEqual({
        size: "5",
        md5Checksum: md5("hello"),
        owners: [{ emailAddress: "tester@example.com" }],
        capabilities: { canEdit: true }
      })
    })
  )

  live(
    "content, as text, as a stream and in part",
    Effect.gen(function* () {
      const content = Buffer.alloc(300_000, "0123456789")
      const { official } = yield* served({ files: [{ id: "big", name: "big.bin", content }] })
      const whole = yield* Effect.promise(() =>
        official.files.get({ fileId: "big", alt: "media" }, { responseType: "arraybuffer" })
      )
      expect(Buffer.from(whole.data as ArrayBuffer).equals(content)).toBe(true)
      const stream = yield* Effect.promise(() =>
        official.files.get({ fileId: "big", alt: "media" }, { responseType: "stream" })
      )
      const pieces = yield* Effect.promise(() => Readable.from(stream.data).toArray())
      expect(md5(Buffer.concat(pieces))).toBe(md5(content))
      const part = yield* Effect.promise(() =>
        official.files.get(
          { fileId: "big", alt: "media" },
          { responseType: "arraybuffer", headers: { range: "bytes=299995-" } }
        )
      )
      expect(part.status).toBe(206)
      expect(Buffer.from(part.data as ArrayBuffer).toString()).toBe("56789")
    })
  )

  live(
    "the export of a document",
    Effect.gen(function* () {
      const { official } = yield* served({
        files: [
          {
            id: "doc",
            name: "Plan",
            mimeType: document,
            content: "the plan",
            exports: { "text/markdown": "# the plan" }
          }
        ]
      })
      const text = yield* Effect.promise(() => official.files.export({ fileId: "doc", mimeType: "text/plain" }))
      expect(text.data).toBe("the plan")
      const markdown = yield* Effect.promise(() => official.files.export({ fileId: "doc", mimeType: "text/markdown" }))
      expect(markdown.data).toBe("# the plan")
      const { body, status } = (yield* failure(official.files.get({ fileId: "doc", alt: "media" })))!
      expect(status).toBe(403)
      expect(body).toMatchObject({ error: { errors: [{ reason: "fileNotDownloadable" }] } })
    })
  )

  live(
    "a download that Drive prepares",
    Effect.gen(function* () {
      const { official } = yield* served({
        files: [{ id: "doc", name: "Plan", mimeType: document, content: "the plan" }]
      })
      const started = yield* Effect.promise(() => official.files.download({ fileId: "doc", mimeType: "text/plain" }))
      const { data } = yield* Effect.promise(() => official.operations.get({ name: started.data.name! }))
      expect(data).toMatchObject({ done: true, response: { downloadUri: expect.stringMatching(/^http/) } })
    })
  )

  live(
    "who it is, with a mask only",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ name: "notes.txt", content: "hello" }] })
      const { data } = yield* Effect.promise(() => official.about.get({ fields: "user,storageQuota,exportFormats" }))
      expect(data).toMatchObject({
        user: { kind: "drive#user", emailAddress: "tester@example.com", me: true },
        storageQuota: { usage: "5", usageInDrive: "5", usageInDriveTrash: "0" },
        exportFormats: { [document]: expect.arrayContaining(["text/markdown"]) }
      })
      expect(yield* failure(official.about.get())).toMatchObject({
        status: 400,
        body: { error: { errors: [{ reason: "required", location: "fields" }] } }
      })
    })
  )

  live(
    "shared drives and what is in them",
    Effect.gen(function* () {
      const { official } = yield* served({
        drives: [{ id: "team", name: "Team" }],
        files: [{ id: "shared", name: "shared.txt", parents: ["team"] }, { name: "own.txt" }]
      })
      const drives = yield* Effect.promise(() => official.drives.list())
      expect(drives.data.drives).toMatchObject([{ kind: "drive#drive", id: "team", name: "Team" }])
      const one = yield* Effect.promise(() => official.drives.get({ driveId: "team" }))
      expect(one.data).toMatchObject({ id: "team", name: "Team" })
      const { data } = yield* Effect.promise(() =>
        official.files.list({
          corpora: "drive",
          driveId: "team",
          includeItemsFromAllDrives: true,
          supportsAllDrives: true,
          fields: "files(id,driveId,parents)"
        })
      )
      expect(data.files).toEqual([{ id: "shared", driveId: "team", parents: ["team"] }])
      expect(yield* failure(official.files.get({ fileId: "shared" }))).toMatchObject({ status: 404 })
      const known = yield* Effect.promise(() => official.files.get({ fileId: "shared", supportsAllDrives: true }))
      expect(known.data.id).toBe("shared")
    })
  )
})

describe("the official client changes", () => {
  live(
    "folders, made with an id of its own once",
    Effect.gen(function* () {
      const { official } = yield* served()
      const { data } = yield* Effect.promise(() =>
        official.files.generateIds({ count: 2, space: "drive", type: "files" })
      )
      expect(data).toMatchObject({ kind: "drive#generatedIds", space: "drive" })
      expect(new Set(data.ids).size).toBe(2)
      const requestBody = { id: data.ids![0]!, name: "Plans", mimeType: folder, parents: ["root"] }
      const made = yield* Effect.promise(() => official.files.create({ requestBody, fields: "id,name,mimeType" }))
      expect(made.data).toEqual({ id: requestBody.id, name: "Plans", mimeType: folder })
      expect(yield* failure(official.files.create({ requestBody }))).toMatchObject({ status: 409 })
      const page = yield* Effect.promise(() =>
        official.files.list({ q: `mimeType = '${folder}' and 'root' in parents` })
      )
      expect(page.data.files?.map(({ id }) => id)).toEqual([requestBody.id])
    })
  )

  live(
    "content, uploaded with its metadata, alone, and as a stream",
    Effect.gen(function* () {
      const { at, official } = yield* served()
      const media = { mimeType: "text/plain", body: "hello" }
      const fields = "id,name,size,md5Checksum,mimeType"
      const text = yield* Effect.promise(() =>
        official.files.create({ requestBody: { name: "hello.txt" }, media, fields }, at)
      )
      expect(text.data).toMatchObject({
        name: "hello.txt",
        size: "5",
        md5Checksum: md5("hello"),
        mimeType: "text/plain"
      })
      const alone = yield* Effect.promise(() => official.files.create({ media, fields }, at))
      expect(alone.data).toMatchObject({ name: "Untitled", md5Checksum: md5("hello"), mimeType: "text/plain" })
      const content = Buffer.alloc(200_000, "0123456789\r\n--")
      const stream = yield* Effect.promise(() =>
        official.files.create(
          {
            requestBody: { name: "stream.bin" },
            media: { mimeType: "application/octet-stream", body: Readable.from([content]) },
            fields
          },
          at
        )
      )
      expect(stream.data).toMatchObject({ size: "200000", md5Checksum: md5(content) })
      const updated = yield* Effect.promise(() =>
        official.files.update(
          { fileId: text.data.id!, requestBody: { name: "new.txt" }, media: { ...media, body: "news" }, fields },
          at
        )
      )
      expect(updated.data).toMatchObject({ id: text.data.id, name: "new.txt", md5Checksum: md5("news") })
    })
  )

  live(
    "content in chunks: it has no such uploads, so its HTTP client sends what the guide says",
    Effect.gen(function* () {
      const unit = 256 * 1024
      const content = Buffer.alloc(2 * unit + 1000, "0123456789abcdef")
      const { emulator, official, server } = yield* served()
      const signedIn = authOf(official)
      const to = (session: string, from: number, end: number, method: "POST" | "PUT" = "PUT") =>
        Effect.promise(() =>
          signedIn.request<{ id?: string }>({
            method,
            url: session,
            headers: { "content-range": `bytes ${from}-${end - 1}/${content.length}` },
            data: content.subarray(from, end),
            validateStatus: () => true,
            redirect: "manual"
          })
        )
      const started = yield* Effect.promise(() =>
        signedIn.request({
          method: "POST",
          url: `${server.url}/upload/drive/v3/files`,
          params: { uploadType: "resumable" },
          headers: { "x-upload-content-type": "text/plain", "x-upload-content-length": String(content.length) },
          data: { name: "chunks.txt" }
        })
      )
      const session = started.headers.get("location")!
      const first = yield* to(session, 0, unit)
      expect([first.status, first.headers.get("range")]).toEqual([308, `bytes=0-${unit - 1}`])
      // A client in Go sends its chunks with POST.
      const second = yield* to(session, unit, 2 * unit, "POST")
      expect([second.status, second.headers.get("range")]).toEqual([308, `bytes=0-${2 * unit - 1}`])
      const last = yield* to(session, 2 * unit, content.length)
      expect(last.status).toBe(200)
      expect(md5(emulator.content(last.data.id!)!)).toBe(md5(content))
    })
  )

  live(
    "names, places, stars and the trash",
    Effect.gen(function* () {
      const { official } = yield* served({
        files: [
          { id: "folder-a", name: "A", mimeType: folder },
          { id: "folder-b", name: "B", mimeType: folder },
          { id: "notes", name: "notes.txt", content: "x", parents: ["folder-a"] }
        ]
      })
      const fields = "name,parents,starred,trashed"
      const moved = yield* Effect.promise(() =>
        official.files.update({
          fileId: "notes",
          addParents: "folder-b",
          removeParents: "folder-a",
          requestBody: { name: "moved.txt", starred: true },
          fields
        })
      )
      expect(moved.data).toEqual({ name: "moved.txt", parents: ["folder-b"], starred: true, trashed: false })
      yield* Effect.promise(() => official.files.update({ fileId: "folder-b", requestBody: { trashed: true } }))
      const below = yield* Effect.promise(() =>
        official.files.get({ fileId: "notes", fields: "trashed,explicitlyTrashed" })
      )
      expect(below.data).toEqual({ trashed: true, explicitlyTrashed: false })
      yield* Effect.promise(() => official.files.delete({ fileId: "folder-a" }))
      expect(yield* failure(official.files.get({ fileId: "folder-a" }))).toMatchObject({ status: 404 })
      yield* Effect.promise(() => official.files.emptyTrash())
      expect(yield* failure(official.files.get({ fileId: "notes" }))).toMatchObject({ status: 404 })
    })
  )

  live(
    "copies",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ id: "notes", name: "notes.txt", content: "hello" }] })
      const { data } = yield* Effect.promise(() =>
        official.files.copy({
          fileId: "notes",
          requestBody: { name: "again.txt" },
          fields: "id,name,md5Checksum,parents"
        })
      )
      expect(data).toMatchObject({ name: "again.txt", md5Checksum: md5("hello"), parents: [expect.any(String)] })
      expect(data.id).not.toBe("notes")
    })
  )

  live(
    "shortcuts",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ id: "notes", name: "notes.txt", content: "hello" }] })
      const { data } = yield* Effect.promise(() =>
        official.files.create({
          requestBody: {
            name: "to the notes",
            mimeType: "application/vnd.google-apps.shortcut",
            shortcutDetails: { targetId: "notes" }
          },
          fields: "mimeType,shortcutDetails(targetId,targetMimeType)"
        })
      )
      expect(data.shortcutDetails).toEqual({ targetId: "notes", targetMimeType: "text/plain" })
    })
  )

  live(
    "who may do what",
    Effect.gen(function* () {
      const { official } = yield* served({ files: [{ id: "notes", name: "notes.txt" }] })
      const fileId = "notes"
      const link = yield* Effect.promise(() =>
        official.permissions.create({ fileId, requestBody: { type: "anyone", role: "reader" } })
      )
      expect(link.data).toMatchObject({
        kind: "drive#permission",
        id: "anyoneWithLink",
        type: "anyone",
        role: "reader"
      })
      const bob = yield* Effect.promise(() =>
        official.permissions.create({
          fileId,
          sendNotificationEmail: false,
          requestBody: { type: "user", role: "reader", emailAddress: "bob@example.com" },
          fields: "id,emailAddress"
        })
      )
      expect(bob.data.emailAddress).toBe("bob@example.com")
      const permissionId = bob.data.id!
      yield* Effect.promise(() =>
        official.permissions.update({ fileId, permissionId, requestBody: { role: "writer" } })
      )
      const fields = "permissions(type,role,emailAddress)"
      const all = yield* Effect.promise(() => official.permissions.list({ fileId, fields }))
      expect(all.data.permissions).toEqual(
        expect.arrayContaining([
          { type: "user", role: "owner", emailAddress: "tester@example.com" },
          { type: "anyone", role: "reader" },
          { type: "user", role: "writer", emailAddress: "bob@example.com" }
        ])
      )
      yield* Effect.promise(() => official.permissions.delete({ fileId, permissionId }))
      expect(yield* failure(official.permissions.get({ fileId, permissionId }))).toMatchObject({ status: 404 })
    })
  )
})

describe("the official client is refused", () => {
  const parameter = { domain: "global", locationType: "parameter" }
  // The bodies are those Drive answers with, as far as they are known.
  live(
    "with the reasons of Drive",
    Effect.gen(function* () {
      const { official, server } = yield* served({ files: [{ id: "notes", name: "notes.txt" }] })
      const reason = (status: number, message: string, error: object) => ({
        status,
        body: { error: { code: status, message, errors: [{ message, ...error }] } }
      })
      expect(yield* failure(official.files.get({ fileId: "gone" }))).toEqual(
        reason(404, "File not found: gone.", { ...parameter, reason: "notFound", location: "fileId" })
      )
      expect(yield* failure(official.files.list({ q: "title = 'x'" }))).toEqual(
        reason(400, "Invalid Value", { ...parameter, reason: "invalid", location: "q" })
      )
      expect(yield* failure(official.files.list({ fields: "files(id,title)" }))).toEqual(
        reason(400, "Invalid field selection title", {
          ...parameter,
          reason: "invalidParameter",
          location: "fields"
        })
      )
      const unordered =
        "Sorting is not supported for queries with fullText terms. Results are always in descending relevance order."
      expect(yield* failure(official.files.list({ q: "fullText contains 'x'", orderBy: "name" }))).toEqual(
        reason(400, unordered, { ...parameter, reason: "badRequest", location: "orderBy" })
      )
      expect(yield* failure(officialAt(server.url, "of-nobody").files.list())).toMatchObject({
        status: 401,
        body: { error: { code: 401, errors: [{ reason: "authError", location: "Authorization" }] } }
      })
    })
  )

  live(
    "when it asks too often",
    Effect.gen(function* () {
      const { official } = yield* served({ limits: { callsPerMinute: 2 } })
      yield* Effect.promise(() => official.files.list())
      yield* Effect.promise(() => official.files.list())
      expect(yield* failure(official.files.list())).toMatchObject({
        status: 403,
        body: { error: { errors: [{ domain: "usageLimits", reason: "userRateLimitExceeded" }] } }
      })
    })
  )
})

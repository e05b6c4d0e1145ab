import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { storages } from "./storages.ts"
import { ask, documentType, spreadsheetType, start } from "./support.ts"

const documents = {
  files: [
    { id: "doc", name: "Doc", mimeType: documentType, exports: { "text/markdown": "# Doc", "text/plain": "Doc" } },
    { id: "sheet", name: "Sheet", mimeType: spreadsheetType, exports: { "text/csv": "a,b" } },
    { id: "big", name: "Big", mimeType: documentType, content: "x".repeat(2000) },
    { id: "blob", name: "blob.txt", content: "bytes" }
  ],
  limits: { exportSize: 1000 }
}

describe.each(storages)("a document %s", (_, make) => {
  it.effect("is exported in the formats Google offers", () =>
    Effect.gen(function* () {
      const drive = yield* make(documents)
      const get = (id: string, mimeType: string) => ask(drive, "GET", `files/${id}/export`, { query: { mimeType } })
      expect(get("doc", "text/markdown")).toMatchObject({ status: 200, text: "# Doc" })
      expect(get("doc", "text/markdown").headers["content-type"]).toBe("text/markdown")
      expect(get("doc", "application/pdf").text).toBe("Doc")
      expect(get("sheet", "text/csv").text).toBe("a,b")
      expect(get("sheet", "text/markdown")).toMatchObject({ status: 400, reason: "badRequest" })
      expect(get("blob", "text/plain")).toMatchObject({ status: 403, reason: "fileNotExportable" })
      expect(get("nope", "text/plain").status).toBe(404)
      expect(ask(drive, "GET", "files/doc/export")).toMatchObject({ status: 400, reason: "required" })
    })
  )

  it.effect("that is too large is exported by its links", () =>
    Effect.gen(function* () {
      const drive = yield* make(documents)
      expect(ask(drive, "GET", "files/big/export", { query: { mimeType: "text/plain" } })).toMatchObject({
        status: 403,
        reason: "exportSizeLimitExceeded"
      })
      const { exportLinks } = ask(drive, "GET", "files/big", { query: { fields: "exportLinks" } }).json
      const link = exportLinks["text/plain"]
      expect(link).toContain("https://drive.test/")
      expect(ask(drive, "GET", link).text.length).toBe(2000)
      expect(ask(drive, "GET", link, { token: false }).status).toBe(401)
      expect(ask(drive, "GET", "files/blob", { query: { fields: "exportLinks" } }).json).toEqual({})
    })
  )

  it.effect("is prepared for a download of any size", () =>
    Effect.gen(function* () {
      const drive = yield* make({ ...documents, operationPolls: 2 })
      const started = ask(drive, "POST", "files/big/download", { query: { mimeType: "text/plain" } })
      expect(started.json).toMatchObject({ name: expect.any(String), done: false })
      const poll = (now = start) => ask(drive, "GET", `operations/${started.json.name}`, { now })
      expect(poll().json.done).toBe(false)
      const done = poll().json
      expect(done).toMatchObject({ done: true, response: { partialDownloadAllowed: false } })
      expect(ask(drive, "GET", done.response.downloadUri).text.length).toBe(2000)
      expect(poll(start + 24 * 3_600_000 + 1).status).toBe(404)
      expect(ask(drive, "POST", "files/blob/download", { query: { mimeType: "text/plain" } }).status).toBe(400)
    })
  )

  it.effect("of a blob can be downloaded in parts", () =>
    Effect.gen(function* () {
      const drive = yield* make(documents)
      const { done, response } = ask(drive, "POST", "files/blob/download").json
      expect([done, response.partialDownloadAllowed]).toEqual([true, true])
      expect(ask(drive, "GET", response.downloadUri, { headers: { range: "bytes=-2" } }).text).toBe("es")
    })
  )
})

describe("a file that is not for everybody", () => {
  it("is downloaded and copied only by those who may", () => {
    const drive = Drive.make({
      tokens: [
        { token: "token-of-a-test", email: "tester@example.com" },
        { token: "ada", email: "ada@example.com" }
      ],
      files: [
        {
          id: "locked",
          name: "l",
          content: "x",
          copyRequiresWriterPermission: true,
          permissions: [{ role: "reader", email: "ada@example.com" }]
        },
        {
          id: "virus",
          name: "v",
          content: "x",
          abusive: true,
          permissions: [{ role: "writer", email: "ada@example.com" }]
        }
      ]
    })
    const get = (id: string, token: string, query = {}) =>
      ask(drive, "GET", `files/${id}`, { token, query: { alt: "media", ...query } })
    expect(get("locked", "ada")).toMatchObject({ status: 403, reason: "cannotDownloadFile" })
    expect(ask(drive, "POST", "files/locked/copy", { token: "ada", body: {} })).toMatchObject({
      status: 403,
      reason: "cannotCopyFile"
    })
    expect(
      ask(drive, "GET", "files/locked", { token: "ada", query: { fields: "capabilities(canDownload,canCopy)" } }).json
    ).toEqual({ capabilities: { canDownload: false, canCopy: false } })
    expect(get("locked", "token-of-a-test").status).toBe(200)
    expect(get("virus", "token-of-a-test")).toMatchObject({ status: 403, reason: "cannotDownloadAbusiveFile" })
    expect(get("virus", "token-of-a-test", { acknowledgeAbuse: "true" }).status).toBe(200)
    expect(get("virus", "ada", { acknowledgeAbuse: "true" })).toMatchObject({
      status: 403,
      reason: "invalidAbuseAcknowledgment"
    })
  })
})

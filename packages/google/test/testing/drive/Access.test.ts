import { describe, expect, it } from "vitest"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { ask, start } from "./support.ts"

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`

describe("a token", () => {
  const drive = Drive.make({
    tokens: [
      { token: "all", email: "tester@example.com" },
      { token: "reads", email: "tester@example.com", scopes: [scope("drive.readonly")] },
      { token: "metadata", email: "tester@example.com", scopes: [scope("drive.metadata.readonly")] },
      { token: "own", email: "tester@example.com", scopes: [scope("drive.file")] },
      { token: "photos", email: "tester@example.com", scopes: [scope("photospicker.mediaitems.readonly")] }
    ],
    files: [
      { id: "a", name: "a.txt", content: "a" },
      { id: "b", name: "b.txt", content: "b", byApp: true }
    ]
  })
  const get = (token: string | false, query = {}) => ask(drive, "GET", "files/a", { token, query })

  it("is needed, and must be one", () => {
    expect(get(false)).toMatchObject({ status: 401, reason: "required" })
    expect(get("nobody's")).toMatchObject({ status: 401, reason: "authError" })
    expect(get("nobody's").json.error).toMatchObject({ code: 401, message: "Invalid Credentials" })
  })

  it("does what its scopes say", () => {
    expect(get("reads").status).toBe(200)
    const refused = ask(drive, "PATCH", "files/a", { token: "reads", body: { name: "x" } })
    expect(refused).toMatchObject({ status: 403, reason: "insufficientPermissions" })
    expect(refused.json.error.details[0].reason).toBe("ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    expect(get("metadata").status).toBe(200)
    expect(get("metadata", { alt: "media" }).status).toBe(403)
    expect(get("photos").status).toBe(403)
    expect(ask(drive, "GET", "drives", { token: "own" }).status).toBe(403)
    expect(ask(drive, "DELETE", "files/trash", { token: "own" }).status).toBe(403)
    expect(ask(drive, "GET", "drives", { token: "reads" }).status).toBe(200)
  })

  it("of drive.file sees what the app made", () => {
    expect(get("own")).toMatchObject({ status: 404, reason: "notFound" })
    expect(ask(drive, "GET", "files/b", { token: "own" }).status).toBe(200)
    expect(ask(drive, "GET", "files", { token: "own" }).json.files.length).toBe(1)
    expect(ask(drive, "POST", "files", { token: "own", body: { name: "c" } }).status).toBe(200)
    expect(ask(drive, "GET", "files", { token: "own" }).json.files.length).toBe(2)
  })

  it("can come from the token endpoint", () => {
    const token = drive.tokens.accessToken({ email: "tester@example.com" }, start)
    expect(ask(drive, "GET", "files/a", { token }).status).toBe(200)
    expect(ask(drive, "GET", "files/a", { token, now: start + 4_000_000 }).status).toBe(401)
  })
})

describe("limits", () => {
  it("are of units and of calls, within a minute", () => {
    const drive = Drive.make({ limits: { unitsPerMinute: 210 } })
    const list = (now: number) => ask(drive, "GET", "files", { now })
    expect([list(start), list(start), list(start)].map(({ status }) => status)).toEqual([200, 200, 403])
    expect(list(start + 1).reason).toBe("userRateLimitExceeded")
    expect(ask(drive, "GET", "files/root", { now: start + 1 }).status).toBe(200)
    expect(list(start + 60_000).status).toBe(200)
    expect(drive.usage()).toMatchObject({ calls: 3, units: 205 })
    drive.setLimits({ callsPerMinute: 2, refusal: "429 rateLimitExceeded" })
    const later = start + 600_000
    expect([list(later), list(later)].map(({ status }) => status)).toEqual([200, 200])
    expect(list(later)).toMatchObject({ status: 429, reason: "rateLimitExceeded" })
  })

  it("are of what is stored, and of what a folder holds", () => {
    const drive = Drive.make({
      files: [
        { id: "dir", name: "d", mimeType: "application/vnd.google-apps.folder" },
        { id: "a", name: "a", content: "12345" }
      ],
      limits: { storage: 8, children: 1 }
    })
    const upload = (body: string) =>
      ask(drive, "POST", "/upload/drive/v3/files", { query: { uploadType: "media" }, body })
    expect(upload("1234")).toMatchObject({ status: 403, reason: "storageQuotaExceeded" })
    expect(upload("123").status).toBe(200)
    expect(ask(drive, "POST", "files/a/copy", { body: {} })).toMatchObject({
      status: 403,
      reason: "storageQuotaExceeded"
    })
    const into = () => ask(drive, "POST", "files", { body: { name: "x", parents: ["dir"] } })
    expect(into().status).toBe(200)
    expect(into()).toMatchObject({ status: 403, reason: "numChildrenInNonRootLimitExceeded" })
    const about = ask(drive, "GET", "about", { query: { fields: "storageQuota,user(emailAddress)" } })
    expect(about.json).toEqual({
      user: { emailAddress: "tester@example.com" },
      storageQuota: { limit: "8", usage: "8", usageInDrive: "8", usageInDriveTrash: "0" }
    })
    expect(ask(drive, "GET", "about")).toMatchObject({ status: 400, reason: "required" })
  })
})

describe("a path that is not there", () => {
  it("is answered as Google does", () => {
    const drive = Drive.make()
    expect(ask(drive, "GET", "colours")).toMatchObject({ status: 404, reason: "notFound" })
    expect(ask(drive, "PUT", "files/a").status).toBe(404)
  })
})

import { describe, expect, it } from "vitest"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { ask, folderType } from "./support.ts"

const tokens = [
  { token: "token-of-a-test", email: "tester@example.com" },
  { token: "ada", email: "ada@example.com" },
  { token: "bob", email: "bob@other.com" }
]

const shared = (options: Drive.Options = {}) =>
  Drive.make({
    tokens,
    files: [
      { id: "dir", name: "Dir", mimeType: folderType },
      { id: "a", name: "a.txt", content: "hello", parents: ["dir"] }
    ],
    ...options
  })

const share = (drive: Drive.DriveEmulator, id: string, body: object, query: Record<string, string> = {}) =>
  ask(drive, "POST", `files/${id}/permissions`, { body, query: { fields: "*", ...query } })

describe("sharing", () => {
  it("lets others in, and sends a mail unless told not to", () => {
    const drive = shared()
    expect(ask(drive, "GET", "files/a", { token: "ada" }).status).toBe(404)
    const made = share(
      drive,
      "a",
      { type: "user", role: "reader", emailAddress: "ada@example.com" },
      { emailMessage: "look" }
    )
    expect(made.json).toMatchObject({
      type: "user",
      role: "reader",
      emailAddress: "ada@example.com",
      displayName: "Ada"
    })
    expect(drive.notifications()).toEqual([
      { fileId: "a", email: "ada@example.com", role: "reader", message: "look", at: expect.any(Number) }
    ])
    expect(ask(drive, "GET", "files/a", { token: "ada" }).status).toBe(200)
    expect(ask(drive, "PATCH", "files/a", { token: "ada", body: { name: "x" } }).status).toBe(403)
    share(
      drive,
      "a",
      { type: "user", role: "writer", emailAddress: "ada@example.com" },
      { sendNotificationEmail: "false" }
    )
    expect(ask(drive, "PATCH", "files/a", { token: "ada", body: { name: "x" } }).status).toBe(200)
    expect(drive.notifications().length).toBe(1)
    expect(drive.permissions("a").length).toBe(2)
  })

  it("of a folder is of what is in it", () => {
    const drive = shared()
    share(drive, "dir", { type: "user", role: "writer", emailAddress: "ada@example.com" })
    expect(ask(drive, "GET", "files/a", { token: "ada", query: { fields: "parents" } }).json).toEqual({
      parents: ["dir"]
    })
    expect(ask(drive, "POST", "files", { token: "ada", body: { name: "new", parents: ["dir"] } }).status).toBe(200)
  })

  it("with a domain or with everybody is not found by searching", () => {
    const drive = shared()
    share(drive, "a", { type: "domain", role: "reader", domain: "example.com" })
    expect(ask(drive, "GET", "files/a", { token: "ada" }).status).toBe(200)
    expect(ask(drive, "GET", "files/a", { token: "bob" }).status).toBe(404)
    share(drive, "a", { type: "anyone", role: "reader" })
    expect(ask(drive, "GET", "files/a", { token: "bob" }).status).toBe(200)
    expect(ask(drive, "GET", "files", { token: "bob" }).json.files).toEqual([])
    share(drive, "a", { type: "anyone", role: "reader", allowFileDiscovery: true })
    expect(ask(drive, "GET", "files", { token: "bob" }).json.files.length).toBe(1)
    expect(drive.notifications()).toEqual([])
  })

  it("is done, and answered 400, when the mail fails", () => {
    const drive = shared({ failingMails: ["ada@example.com"] })
    const answer = share(drive, "a", { type: "user", role: "reader", emailAddress: "ada@example.com" })
    expect(answer).toMatchObject({ status: 400, reason: "invalidSharingRequest" })
    expect(answer.json.error.message).toContain("successfully shared but emails could not be sent to ada@example.com")
    expect(ask(drive, "GET", "files/a", { token: "ada" }).status).toBe(200)
  })

  it.for([
    [{ role: "reader", emailAddress: "x@example.com" }, 400],
    [{ type: "user", role: "reader" }, 400],
    [{ type: "user", role: "reader", emailAddress: "no address" }, 400],
    [{ type: "user", role: "king", emailAddress: "x@example.com" }, 400],
    [{ type: "user", role: "organizer", emailAddress: "x@example.com" }, 400],
    [{ type: "domain", role: "reader" }, 400],
    [{ type: "user", role: "owner", emailAddress: "x@example.com" }, 403],
    [{ type: "anyone", role: "reader", expirationTime: "2025-02-01T00:00:00Z" }, 400],
    [{ type: "user", role: "reader", emailAddress: "x@example.com", expirationTime: "2024-02-01T00:00:00Z" }, 400]
  ] as const)("%j is refused with %i", ([body, status]) => {
    const drive = shared()
    expect(share(drive, "a", body).status).toBe(status)
    expect(drive.permissions("a").length).toBe(1)
  })

  it("changes and ends", () => {
    const drive = shared()
    const { id } = share(drive, "a", { type: "user", role: "reader", emailAddress: "ada@example.com" }).json
    expect(ask(drive, "PATCH", `files/a/permissions/${id}`, { body: { role: "commenter" } }).json.role).toBe(
      "commenter"
    )
    expect(ask(drive, "GET", `files/a/permissions/${id}`).json.role).toBe("commenter")
    const { permissions } = ask(drive, "GET", "files/a/permissions").json
    expect(permissions.map(({ role }: { readonly role: string }) => role)).toEqual(["owner", "commenter"])
    expect(ask(drive, "DELETE", `files/a/permissions/${permissions[0].id}`).status).toBe(403)
    expect(ask(drive, "DELETE", `files/a/permissions/${id}`).status).toBe(204)
    expect(ask(drive, "GET", `files/a/permissions/${id}`)).toMatchObject({ status: 404, reason: "notFound" })
  })

  it("hands a file over with the flag that says so", () => {
    const drive = shared()
    const body = { type: "user", role: "owner", emailAddress: "ada@example.com" }
    expect(share(drive, "a", body, { transferOwnership: "true" }).status).toBe(200)
    expect(drive.file("a")).toMatchObject({ ownedByMe: false, owners: [{ emailAddress: "ada@example.com" }] })
    expect(ask(drive, "PATCH", "files/a", { body: { trashed: true } }).status).toBe(403)
    expect(ask(drive, "PATCH", "files/a", { token: "ada", body: { trashed: true } }).status).toBe(200)
  })

  it("has a limit of permissions, and one within a minute", () => {
    const drive = shared({ limits: { permissions: 2, sharesPerMinute: 2 } })
    const to = (email: string) => share(drive, "a", { type: "user", role: "reader", emailAddress: email })
    expect(to("x@example.com").status).toBe(200)
    expect(to("y@example.com").status).toBe(403)
    expect(to("z@example.com")).toMatchObject({ status: 403, reason: "sharingRateLimitExceeded" })
  })
})

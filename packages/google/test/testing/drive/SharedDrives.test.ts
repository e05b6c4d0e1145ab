import { describe, expect, it } from "vitest"
import * as Drive from "../../../src/testing/DriveEmulator.ts"
import { type Answer, ask, folderType } from "./support.ts"

const team = () =>
  Drive.make({
    tokens: [
      { token: "token-of-a-test", email: "tester@example.com" },
      { token: "reader", email: "reader@example.com" }
    ],
    drives: [
      {
        id: "team",
        name: "Team",
        members: [
          { email: "tester@example.com", role: "organizer" },
          { email: "reader@example.com", role: "reader" }
        ]
      },
      { id: "secret", name: "Secret", members: [{ email: "boss@example.com", role: "organizer" }] }
    ],
    files: [
      { id: "plan", name: "plan.txt", content: "plan", parents: ["team"] },
      { id: "hidden", name: "hidden.txt", content: "x", parents: ["secret"] },
      { id: "mine", name: "mine.txt", content: "mine" },
      { id: "folder", name: "Folder", mimeType: folderType }
    ]
  })

const all = { supportsAllDrives: "true" }
const ids = (answer: Answer): ReadonlyArray<string> => answer.json.files.map(({ id }: { readonly id: string }) => id)

describe("an item of a shared drive", () => {
  it("is not found by apps that do not know of shared drives", () => {
    const drive = team()
    expect(ask(drive, "GET", "files/plan")).toMatchObject({ status: 404, reason: "notFound" })
    expect(ask(drive, "GET", "files/plan", { query: { ...all, fields: "driveId,owners,ownedByMe" } }).json).toEqual({
      driveId: "team"
    })
    expect(ask(drive, "GET", "files/hidden", { query: all }).status).toBe(404)
  })

  it("is listed where it is asked for", () => {
    const drive = team()
    const list = (query: Record<string, string>) => ask(drive, "GET", "files", { query })
    expect(ids(list({}))).toEqual(["folder", "mine"])
    expect(ids(list({ ...all, includeItemsFromAllDrives: "true" }))).toEqual(["folder", "mine", "plan"])
    expect(ids(list({ ...all, includeItemsFromAllDrives: "true", corpora: "drive", driveId: "team" }))).toEqual([
      "plan"
    ])
    expect(list({ corpora: "drive", driveId: "team" }).status).toBe(400)
    expect(list({ includeItemsFromAllDrives: "true" }).status).toBe(400)
    expect(list({ ...all, includeItemsFromAllDrives: "true", corpora: "drive", driveId: "secret" }).status).toBe(404)
    expect(list({ ...all, includeItemsFromAllDrives: "true", corpora: "drive" }).status).toBe(400)
  })

  it("is not changed by those who may only read", () => {
    const drive = team()
    const asked = { token: "reader", query: all }
    expect(ask(drive, "GET", "files/plan", { token: "reader", query: { ...all, alt: "media" } }).text).toBe("plan")
    expect(ask(drive, "PATCH", "files/plan", { ...asked, body: { name: "x" } })).toMatchObject({
      status: 403,
      reason: "insufficientFilePermissions"
    })
    expect(ask(drive, "POST", "files", { ...asked, body: { name: "x", parents: ["team"] } })).toMatchObject({
      status: 403,
      reason: "insufficientParentPermissions"
    })
    expect(ask(drive, "DELETE", "files/plan", asked).status).toBe(403)
  })

  it("can be a file that was moved in, not a folder", () => {
    const drive = team()
    const into = { ...all, addParents: "team", removeParents: "root", fields: "driveId,parents" }
    expect(ask(drive, "PATCH", "files/mine", { query: into, body: {} }).json).toEqual({
      driveId: "team",
      parents: ["team"]
    })
    expect(ask(drive, "PATCH", "files/folder", { query: into, body: {} })).toMatchObject({
      status: 403,
      reason: "teamDrivesFolderMoveInNotSupported"
    })
    expect(ask(drive, "PATCH", "files/plan", { query: { ...all, removeParents: "team" }, body: {} })).toMatchObject({
      status: 403,
      reason: "teamDrivesParentLimit"
    })
  })

  it("goes with the folder that is moved out", () => {
    const drive = team()
    const folder = ask(drive, "POST", "files", {
      query: all,
      body: { name: "Sub", mimeType: folderType, parents: ["team"] }
    }).json.id
    const inside = ask(drive, "POST", "files", { query: all, body: { name: "in", parents: [folder] } }).json.id
    ask(drive, "PATCH", `files/${folder}`, { query: { ...all, addParents: "root", removeParents: "team" }, body: {} })
    expect(ask(drive, "GET", `files/${inside}`, { query: { fields: "ownedByMe,parents" } }).json).toEqual({
      ownedByMe: true,
      parents: [folder]
    })
  })
})

describe("shared drives", () => {
  it("are listed for their members", () => {
    const drive = team()
    expect(ask(drive, "GET", "drives").json.drives).toEqual([{ kind: "drive#drive", id: "team", name: "Team" }])
    expect(ask(drive, "GET", "drives/team", { query: { fields: "capabilities/canManageMembers" } }).json).toEqual({
      capabilities: { canManageMembers: true }
    })
    expect(ask(drive, "GET", "drives/secret").status).toBe(404)
  })
})

/**
 * For the same operation our client sends what Google's own client sends: method, path, query and body. What differs is
 * listed with the reason, and anything else fails.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Wire from "../../src/drive/Wire.ts"
import { differences, sentOf } from "./parity.ts"
import { all, check, file, type Operation, readsFirst } from "./parityCheck.ts"
import { directory } from "./support.ts"

const list = { ...all, includeItemsFromAllDrives: true, fields: Wire.pageFields }

const whatItIs = "it is looked at first: what a shortcut leads to is meant, and documents are exported"

const reads: ReadonlyArray<Operation> = [
  {
    what: "to search",
    theirs: (official) =>
      official.files.list({ ...list, q: "(name contains 'notes') and trashed = false", pageSize: 10 }),
    ours: (drive) => drive.searchFiles({ query: "name contains 'notes'" })
  },
  {
    what: "to search one shared drive, in an order",
    world: { drives: [{ id: "team", name: "Team" }] },
    theirs: (official) =>
      official.files.list({
        ...list,
        corpora: "drive",
        driveId: "team",
        orderBy: "folder,name desc",
        q: "trashed = false",
        pageSize: 5
      }),
    ours: (drive) => drive.searchFiles({ driveId: "team", orderBy: "folder,name desc", maxResults: 5 })
  },
  {
    what: "to list over several pages",
    theirs: async (official) => {
      let pageToken: string | undefined
      do {
        const { data } = await official.files.list({
          ...list,
          q: "trashed = false",
          pageSize: 2,
          ...(pageToken === undefined ? {} : { pageToken })
        })
        pageToken = data.nextPageToken ?? undefined
      } while (pageToken !== undefined)
    },
    ours: (drive) => Stream.runDrain(drive.files({ pageSize: 2 }))
  },
  {
    what: "to list a folder",
    theirs: (official) =>
      official.files.list({ ...list, q: "('folder-a' in parents) and trashed = false", pageSize: 100 }),
    ours: (drive) => drive.listFolder({ folderId: "folder-a" })
  },
  {
    what: "to find folders by name",
    theirs: (official) =>
      official.files.list({
        ...list,
        q: "((name = 'A' and mimeType = 'application/vnd.google-apps.folder')) and trashed = false",
        pageSize: 1000
      }),
    ours: (drive) => drive.findFolders({ name: "A" })
  },
  {
    what: "to look at a file",
    theirs: (official) => official.files.get({ ...file, fileId: "notes" }),
    ours: (drive) => drive.getFile({ fileId: "notes" })
  },
  {
    what: "to look at a file that is shared by a link with a key",
    theirs: (official) =>
      official.files.get({ ...file, fileId: "notes" }, { headers: { "X-Goog-Drive-Resource-Keys": "notes/0-key" } }),
    ours: (drive) => drive.getFile({ fileId: "notes", resourceKey: "0-key" })
  },
  {
    what: "to look at a file and its permissions",
    theirs: async (official) => {
      await official.files.get({ ...file, fileId: "notes" })
      await official.permissions.list({
        ...all,
        fileId: "notes",
        pageSize: 100,
        fields: `nextPageToken,permissions(${Wire.permissionFields})`
      })
    },
    ours: (drive) => drive.getFile({ fileId: "notes", includePermissions: true })
  },
  {
    what: "to export a document",
    theirs: (official) => official.files.export({ fileId: "doc", mimeType: "text/markdown" }),
    ours: (drive) => drive.readDocument({ fileId: "doc", format: "markdown" }),
    listed: [readsFirst("doc", whatItIs)]
  },
  {
    what: "to read a text",
    theirs: (official) => official.files.get({ ...all, fileId: "notes", alt: "media" }),
    ours: (drive) => drive.readDocument({ fileId: "notes" }),
    listed: [readsFirst("notes", whatItIs)]
  },
  {
    what: "to download a file",
    theirs: (official) => official.files.get({ ...all, fileId: "notes", alt: "media" }),
    ours: (drive) =>
      Effect.flatMap(directory, (at) => drive.downloadFile({ fileId: "notes", path: `${at}/notes.txt` })),
    listed: [readsFirst("notes", whatItIs)]
  }
]

describe("our client sends what the official one sends", () => {
  for (const operation of reads) check(operation)
})

describe("the comparison", () => {
  const request = (path: string, query: Record<string, string>, body: unknown) =>
    sentOf({
      method: "POST",
      path,
      query,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      bodyLength: 0,
      at: 0,
      status: 200,
      fault: undefined,
      carriedOut: true
    })

  it("tells every difference", () => {
    const ours = [request("/a", { fields: "id", x: "1" }, { name: "n", parents: ["p"] }), request("/b", {}, {})]
    const theirs = [request("/c", {}, {}), request("/a", { fields: "*" }, { name: "n", parents: ["q"], id: "i" })]
    expect(differences(ours, theirs)).toEqual([
      "POST /a: body.id theirs only",
      "POST /a: body.parents.0 p instead of q",
      "POST /a: query.fields id instead of *",
      "POST /a: query.x ours only",
      "POST /b: ours only",
      "POST /c: theirs only"
    ])
    expect(differences(ours, ours)).toEqual([])
    expect(differences([...ours, ...ours], ours.toReversed())).toEqual(["POST /a: ours only", "POST /b: ours only"])
  })
})

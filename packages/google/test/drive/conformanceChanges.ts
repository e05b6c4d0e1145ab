/** What every Drive must do when something is changed, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { first, folder, unsure, writes } from "./changes/support.ts"
import { flip, type Test } from "./support.ts"

const documentType = "application/vnd.google-apps.document"

const files = [
  folder("inbox"),
  folder("archive"),
  { id: "rows", name: "rows.csv", content: "1;2", mimeType: "text/csv", parents: ["inbox"] },
  { id: "notes", name: "Notes", content: "So.", mimeType: documentType, parents: ["inbox"] },
  { id: "link", name: "Link to rows", target: "rows", parents: ["inbox"] },
  { id: "door", name: "Link to archive", target: "archive" }
]

const created = Effect.map(DriveTest, ({ createdCount }) => createdCount())
const parentsOf = (id: string) => Effect.map(DriveTest, ({ file }) => file(id)?.["parents"])

export const changes = (test: Test): void => {
  test(
    "creates a folder in another, and in My Drive by default",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const made = yield* drive.createFolder({ name: "2026", parentId: "archive" })
      expect(made).toMatchObject({ name: "2026", kind: "folder", parents: ["archive"], created: true })
      const top = yield* drive.createFolder({ name: "Ada's" })
      expect((yield* DriveTest).children("root").map(({ id }) => id)).toContain(top.fileId)
    })
  )

  test(
    "creates a folder in one that a shortcut leads to",
    { files },
    Effect.gen(function* () {
      const made = yield* Drive.use((drive) => drive.createFolder({ name: "2026", parentId: "door" }))
      expect(made.parents).toEqual(["archive"])
    })
  )

  test(
    "creates nothing in a file, or in a folder in the trash",
    { files: [...files, { ...folder("old"), trashed: true }] },
    Effect.gen(function* () {
      const inFile = yield* flip((drive) => drive.createFolder({ name: "x", parentId: "rows" }))
      expect(inFile).toMatchObject({ _tag: "InvalidInputError", field: "parentId" })
      const inTrash = yield* flip((drive) => drive.createFolder({ name: "x", parentId: "old" }))
      expect(inTrash).toMatchObject({ _tag: "InvalidInputError", field: "parentId" })
      expect(yield* writes).toEqual([])
    })
  )

  for (const [what, fault] of unsure) {
    const isDone = fault._tag !== "Status"
    test(
      `makes one folder when the answer ${what}`,
      { files, faults: first("POST", fault) },
      Effect.gen(function* () {
        const made = yield* Drive.use((drive) => drive.createFolder({ name: "2026", parentId: "archive" }))
        expect(made).toMatchObject({ name: "2026", parents: ["archive"], created: !isDone })
        expect(yield* created).toBe(1)
      })
    )

    test(
      `makes one copy of a file when the answer ${what}`,
      { files, faults: first("POST", fault) },
      Effect.gen(function* () {
        const copy = yield* Drive.use((drive) => drive.copyFile({ fileId: "rows" }))
        expect(copy).toMatchObject({ name: "Copy of rows.csv", parents: ["inbox"], created: !isDone })
        expect(yield* created).toBe(1)
      })
    )

    test(
      `makes one copy of a document, which cannot have an id of its own, when the answer ${what}`,
      { files, faults: first("POST", fault) },
      Effect.gen(function* () {
        const copy = yield* Drive.use((drive) => drive.copyFile({ fileId: "notes", destinationId: "archive" }))
        expect(copy).toMatchObject({ name: "Copy of Notes", parents: ["archive"], created: !isDone })
        expect(yield* created).toBe(1)
      })
    )

    test(
      `moves a file once when the answer ${what}`,
      { files, faults: first("PATCH", fault) },
      Effect.gen(function* () {
        const moved = yield* Drive.use((drive) => drive.moveFile({ fileId: "rows", destinationId: "archive" }))
        expect(moved).toMatchObject({ moved: true, from: ["inbox"], parents: ["archive"] })
        expect(yield* parentsOf("rows")).toEqual(["archive"])
      })
    )

    test(
      `renames a file, and puts it into the trash, when the answer ${what}`,
      { files, faults: first("PATCH", fault) },
      Effect.gen(function* () {
        const drive = yield* Drive
        expect(yield* drive.renameFile({ fileId: "rows", name: "Rows" })).toMatchObject({ name: "Rows" })
        const { faults, file } = yield* DriveTest
        faults.set(first("PATCH", fault))
        expect(yield* drive.trashFile({ fileId: "rows" })).toMatchObject({ trashed: true, changed: true })
        expect(file("rows")).toMatchObject({ name: "Rows", trashed: true })
      })
    )
  }

  test(
    "copies a document again only when it was looked for and is not there",
    { files, faults: Fault.when({ method: "POST" }, Fault.times(2, Fault.status(503))) },
    Effect.gen(function* () {
      yield* Drive.use((drive) => drive.copyFile({ fileId: "notes" }))
      const requests = (yield* DriveTest).requests()
      expect(requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
        "GET 200",
        "POST 503",
        "GET 200",
        "POST 503",
        "GET 200",
        "POST 200"
      ])
      expect(yield* created).toBe(1)
    })
  )

  test(
    "copies no document again while it cannot be looked for",
    {
      files,
      faults: Fault.firstOf(
        first("POST", Fault.lostAnswer),
        Fault.when({ method: "GET", path: /\/files$/ }, Fault.always(Fault.status(502)))
      )
    },
    Effect.gen(function* () {
      const error = yield* flip((drive) => drive.copyFile({ fileId: "notes" }))
      expect(error).toMatchObject({ category: "transient" })
      expect(yield* created).toBe(1)
    })
  )

  test(
    "copies what a shortcut leads to, under another name and into another folder",
    { files },
    Effect.gen(function* () {
      const input = { fileId: "link", name: "Rows", destinationId: "archive" }
      const copy = yield* Drive.use((drive) => drive.copyFile(input))
      expect(copy).toMatchObject({ name: "Rows", mimeType: "text/csv", kind: "file", parents: ["archive"] })
    })
  )

  test(
    "copies no folder",
    { files },
    Effect.gen(function* () {
      const error = yield* flip((drive) => drive.copyFile({ fileId: "inbox" }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "fileId" })
      expect(yield* writes).toEqual([])
    })
  )

  test(
    "leaves a file that is there already where it is, and sends nothing",
    { files },
    Effect.gen(function* () {
      const moved = yield* Drive.use((drive) => drive.moveFile({ fileId: "rows", destinationId: "inbox" }))
      expect(moved).toMatchObject({ moved: false, parents: ["inbox"] })
      expect(yield* writes).toEqual([])
    })
  )

  test(
    "moves a shortcut itself, and not what it leads to",
    { files },
    Effect.gen(function* () {
      const moved = yield* Drive.use((drive) => drive.moveFile({ fileId: "link", destinationId: "door" }))
      expect(moved).toMatchObject({ fileId: "link", kind: "shortcut", parents: ["archive"] })
      expect(yield* parentsOf("rows")).toEqual(["inbox"])
    })
  )

  test(
    "moves to My Drive and into a shared drive",
    { files, drives: [{ id: "team", name: "Team" }] },
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.moveFile({ fileId: "rows", destinationId: "root" })
      const { children, file } = yield* DriveTest
      expect(children("root").map(({ id }) => id)).toContain("rows")
      yield* drive.moveFile({ fileId: "rows", destinationId: "team" })
      expect(file("rows")).toMatchObject({ parents: ["team"], driveId: "team" })
    })
  )

  test(
    "refuses moves that cannot be before anything is sent",
    { files, drives: [{ id: "team", name: "Team" }] },
    Effect.gen(function* () {
      const toFile = yield* flip((drive) => drive.moveFile({ fileId: "notes", destinationId: "rows" }))
      expect(toFile).toMatchObject({ _tag: "InvalidInputError", field: "destinationId" })
      const intoItself = yield* flip((drive) => drive.moveFile({ fileId: "inbox", destinationId: "inbox" }))
      expect(intoItself).toMatchObject({ _tag: "InvalidInputError", field: "destinationId" })
      const intoDrive = yield* flip((drive) => drive.moveFile({ fileId: "inbox", destinationId: "team" }))
      expect(intoDrive).toMatchObject({ _tag: "DriveError", reason: "cannotMove" })
      expect(String(intoDrive)).toContain("make a folder there and move the files")
      expect(yield* writes).toEqual([])
    })
  )

  test(
    "tells that Drive puts no folder into one that is in it",
    { files: [...files, folder("deep", ["inbox"])] },
    Effect.gen(function* () {
      const error = yield* flip((drive) => drive.moveFile({ fileId: "inbox", destinationId: "deep" }))
      expect(error._tag).toBe("DriveError")
      const { file } = yield* DriveTest
      expect(file("deep")?.["parents"]).toEqual(["inbox"])
    })
  )

  test(
    "puts into the trash once, and deletes nothing",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(yield* drive.trashFile({ fileId: "rows" })).toMatchObject({ trashed: true, changed: true })
      expect(yield* drive.trashFile({ fileId: "rows" })).toMatchObject({ trashed: true, changed: false })
      expect(yield* writes).toEqual(["PATCH /files/rows 200"])
      expect((yield* DriveTest).file("rows")).toMatchObject({ trashed: true })
    })
  )

  test(
    "does not ask Drive to trash what this account may not",
    {
      tokens: [{ token: "t", email: "tester@example.com" }],
      files: [
        {
          id: "theirs",
          name: "Theirs",
          owner: "ada@example.com",
          permissions: [{ role: "writer", email: "tester@example.com" }]
        }
      ]
    },
    Effect.gen(function* () {
      const error = yield* flip((drive) => drive.trashFile({ fileId: "theirs" }))
      expect(error).toMatchObject({ _tag: "DriveError", reason: "insufficientPermissions" })
      expect(String(error)).toContain("only the owner")
      expect(yield* writes).toEqual([])
    })
  )

  test(
    "names the file that is not there",
    { files },
    Effect.gen(function* () {
      for (const operation of [
        (drive: Drive["Service"]) => Effect.asVoid(drive.renameFile({ fileId: "gone", name: "x" })),
        (drive: Drive["Service"]) => Effect.asVoid(drive.trashFile({ fileId: "gone" })),
        (drive: Drive["Service"]) => Effect.asVoid(drive.copyFile({ fileId: "gone" })),
        (drive: Drive["Service"]) => Effect.asVoid(drive.moveFile({ fileId: "gone", destinationId: "inbox" })),
        (drive: Drive["Service"]) => Effect.asVoid(drive.shareFile({ fileId: "gone" }))
      ]) {
        expect(yield* flip(operation)).toMatchObject({ _tag: "DriveError", reason: "notFound", fileId: "gone" })
      }
    })
  )

  test(
    "forgets what was read before a change",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const before = yield* drive.listFolder({ folderId: "inbox" })
      yield* drive.moveFile({ fileId: "rows", destinationId: "archive" })
      const after = yield* drive.listFolder({ folderId: "inbox" })
      expect(after.files).toHaveLength(before.files.length - 1)
      expect(after.fromCache).toBe(false)
    })
  )
}

/** What every Drive must do when something is read, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import * as Query from "../../src/drive/Query.ts"
import { flip, log, refusal, type Test } from "./support.ts"

const folder = "application/vnd.google-apps.folder"
const document = "application/vnd.google-apps.document"

const names = ({ files }: { readonly files: ReadonlyArray<{ readonly name: string }> }) => files.map(({ name }) => name)

const reports = {
  files: [
    { id: "f1", name: "Reports", mimeType: folder },
    { id: "a1", name: "Ada's report.txt", content: "42 rows", parents: ["f1"] },
    { id: "b1", name: "sea.jpg", mimeType: "image/jpeg", content: "blue" },
    { id: "t1", name: "old report.txt", content: "1 row", trashed: true }
  ]
}

const many = (count: number) => ({
  files: Array.from({ length: count }, (_, n) => ({ id: `n${n}`, name: `note ${n}`, content: "" }))
})

const searches = (test: Test): void => {
  test(
    "finds files, those in the trash left out",
    reports,
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles({ query: "name contains 'report'" }))
      expect(names(found)).toEqual(expect.arrayContaining(["Reports", "Ada's report.txt"]))
      expect(found).toMatchObject({ hasMore: false, incompleteSearch: false, fromCache: false, stale: false })
      expect(names(found)).toHaveLength(2)
      const [request] = (yield* DriveTest).requests()
      expect(request?.query).toMatchObject({
        q: "(name contains 'report') and trashed = false",
        supportsAllDrives: "true",
        includeItemsFromAllDrives: "true"
      })
      expect(request?.query["fields"]).toContain("nextPageToken,incompleteSearch,files(id,")
      expect(request?.headers["authorization"]).toBe("Bearer token-of-a-test")
      expect(request?.headers["user-agent"]).toMatch(/^skippy\/\d/)
    })
  )

  test(
    "finds what is in the trash when that is asked for",
    reports,
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(names(yield* drive.searchFiles({ query: Query.trashed() }))).toEqual(["old report.txt"])
      expect(names(yield* drive.searchFiles({ query: "name contains 'old'", includeTrashed: true }))).toEqual([
        "old report.txt"
      ])
    })
  )

  test(
    "finds a name with a quote and a backslash in it",
    { files: [{ name: String.raw`Ada's C:\notes` }, { name: "Ada" }] },
    Effect.gen(function* () {
      const query = Query.name("=", String.raw`Ada's C:\notes`)
      expect(names(yield* Drive.use((drive) => drive.searchFiles({ query })))).toEqual([String.raw`Ada's C:\notes`])
    })
  )

  test(
    "follows pages until there is enough, empty ones too",
    { ...many(25), pageLength: (page, asked) => (page === 1 ? 0 : Math.min(asked, 10)) },
    Effect.gen(function* () {
      const drive = yield* Drive
      const some = yield* drive.searchFiles({ maxResults: 12 })
      expect(some.files).toHaveLength(12)
      expect(some.hasMore).toBe(true)
      const all = yield* drive.searchFiles({ maxResults: 100 })
      expect(all.files).toHaveLength(25)
      expect(all.hasMore).toBe(false)
    })
  )

  test(
    "streams the pages of a search, each asked for when it is needed",
    many(25),
    Effect.gen(function* () {
      const drive = yield* Drive
      const pages = drive.files({ pageSize: 10 })
      const lists = yield* Stream.runCollect(pages)
      expect(lists.map(({ files, hasMore }) => [files.length, hasMore])).toEqual([
        [10, true],
        [10, true],
        [5, false]
      ])
      const { clear } = yield* DriveTest
      clear()
      yield* Stream.runCollect(Stream.take(pages, 1))
      expect(yield* log).toEqual(["GET /drive/v3/files 200"])
    })
  )

  test(
    "keeps an answer and says so",
    reports,
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.searchFiles()
      expect(yield* drive.searchFiles()).toMatchObject({ fromCache: true, stale: false })
      expect(yield* log).toEqual(["GET /drive/v3/files 200"])
    })
  )

  test(
    "says when Google has not looked everywhere",
    { ...reports, incompleteSearch: true },
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles({ corpora: "allDrives" }))
      expect(found.incompleteSearch).toBe(true)
    })
  )

  test(
    "searches one shared drive",
    {
      drives: [{ id: "d1", name: "Team" }],
      files: [{ name: "mine" }, { name: "ours", parents: ["d1"] }]
    },
    Effect.gen(function* () {
      const found = yield* Drive.use((drive) => drive.searchFiles({ driveId: "d1" }))
      expect(names(found)).toEqual(["ours"])
      expect(found.files[0]).toMatchObject({ driveId: "d1" })
      expect((yield* DriveTest).requests()[0]?.query).toMatchObject({ corpora: "drive", driveId: "d1" })
    })
  )

  for (const [what, input, field] of [
    ["a query with an open value", { query: "name = 'Ada" }, "query"],
    ["a query with an open parenthesis", { query: "(name = 'Ada'" }, "query"],
    ["an empty query", { query: " " }, "query"],
    ["an order with words to be found", { query: "fullText contains 'sum'", orderBy: "name" }, "orderBy"],
    ["an order nobody knows", { orderBy: "size" }, "orderBy"],
    ["no results at all", { maxResults: 0 }, "maxResults"],
    ["too many results", { maxResults: 1001 }, "maxResults"],
    ["a shared drive with a slash", { driveId: "a/b" }, "driveId"],
    ["one shared drive and all of them", { driveId: "d1", corpora: "allDrives" as const }, "corpora"],
    ["one shared drive that is not named", { corpora: "drive" as const }, "driveId"]
  ] as const) {
    test(
      `refuses ${what} before anything is sent`,
      {},
      Effect.gen(function* () {
        const error = yield* flip((drive) => drive.searchFiles(input))
        expect(error).toMatchObject({ _tag: "InvalidInputError", operation: "Drive.searchFiles", field })
        expect(yield* log).toEqual([])
      })
    )
  }
}

const folders = (test: Test): void => {
  test(
    "lists a folder, that of My Drive without an id",
    reports,
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(names(yield* drive.listFolder({ folderId: "f1" }))).toEqual(["Ada's report.txt"])
      expect(names(yield* drive.listFolder({ orderBy: "name" }))).toEqual(["Reports", "sea.jpg"])
      expect(yield* Stream.runCollect(drive.folder({ folderId: "f1" }))).toMatchObject([
        { files: [{ name: "Ada's report.txt" }], hasMore: false }
      ])
    })
  )

  test(
    "lists the folder a shortcut leads to",
    { files: [...reports.files, { id: "s1", name: "to reports", target: "f1" }] },
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(names(yield* drive.listFolder({ folderId: "s1" }))).toEqual(["Ada's report.txt"])
      const [page] = yield* Stream.runCollect(drive.folder({ folderId: "s1" }))
      expect(page?.files).toMatchObject([{ name: "Ada's report.txt" }])
    })
  )

  test(
    "lists an empty folder as empty",
    { files: [{ id: "f1", name: "Nothing", mimeType: folder }] },
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.listFolder({ folderId: "f1" }))).toMatchObject({
        files: [],
        hasMore: false
      })
    })
  )

  test(
    "refuses to list a file",
    reports,
    Effect.gen(function* () {
      for (const list of [
        refusal((drive) => drive.listFolder({ folderId: "b1" })),
        refusal((drive) => Stream.runDrain(drive.folder({ folderId: "b1" })))
      ])
        expect(yield* list).toMatchObject({ reason: "notAFolder", fileId: "b1", category: "invalid" })
    })
  )

  test(
    "finds all folders of a name",
    {
      files: [
        { id: "f1", name: "Reports", mimeType: folder },
        { id: "f2", name: "Reports", mimeType: folder, parents: ["f1"] },
        { name: "Reports" },
        { name: "Reports", mimeType: folder, trashed: true }
      ]
    },
    Effect.gen(function* () {
      const drive = yield* Drive
      const ids = (list: { readonly files: ReadonlyArray<{ readonly fileId: string }> }) =>
        list.files.map(({ fileId }) => fileId).toSorted()
      expect(ids(yield* drive.findFolders({ name: "Reports" }))).toEqual(["f1", "f2"])
      expect(ids(yield* drive.findFolders({ name: "Reports", parentId: "f1" }))).toEqual(["f2"])
      expect(ids(yield* drive.findFolders({ name: "reports nobody has" }))).toEqual([])
    })
  )
}

const items = (test: Test): void => {
  test(
    "tells what is known of a file",
    { files: [{ id: "a1", name: "report.txt", content: "42 rows", starred: true, description: "Of today" }] },
    Effect.gen(function* () {
      const file = yield* Drive.use((drive) => drive.getFile({ fileId: "a1" }))
      expect(file).toMatchObject({
        fileId: "a1",
        name: "report.txt",
        mimeType: "text/plain",
        kind: "file",
        size: 7,
        md5: expect.stringMatching(/^[\da-f]{32}$/),
        starred: true,
        trashed: false,
        description: "Of today",
        owners: [{ email: "tester@example.com" }],
        fromCache: false
      })
      expect(file.createdAt).toBeDefined()
      expect(file).not.toHaveProperty("permissions")
    })
  )

  test(
    "tells who may do what when that is asked for, in a shared drive too",
    {
      drives: [{ id: "d1", name: "Team" }],
      files: [
        { id: "a1", name: "mine", permissions: [{ role: "reader", email: "eve@example.com" }] },
        { id: "b1", name: "ours", parents: ["d1"] }
      ]
    },
    Effect.gen(function* () {
      const drive = yield* Drive
      const mine = yield* drive.getFile({ fileId: "a1", includePermissions: true })
      expect(mine.permissions).toEqual(
        expect.arrayContaining([expect.objectContaining({ role: "reader", type: "user", email: "eve@example.com" })])
      )
      const ours = yield* drive.getFile({ fileId: "b1", includePermissions: true })
      expect(ours.permissions?.length).toBeGreaterThan(0)
    })
  )

  test(
    "tells of a file without the permissions that may not be seen",
    {
      tokens: [
        { token: "token-of-eve", email: "eve@example.com" },
        { token: "token-of-ada", email: "ada@example.com" }
      ],
      files: [
        {
          id: "a1",
          name: "theirs",
          owner: "ada@example.com",
          permissions: [{ role: "reader", email: "eve@example.com" }]
        }
      ]
    },
    Effect.gen(function* () {
      const file = yield* Drive.use((drive) => drive.getFile({ fileId: "a1", includePermissions: true }))
      expect(file.name).toBe("theirs")
      expect(file).not.toHaveProperty("permissions")
    })
  )

  test(
    "tells what a shortcut leads to",
    {
      files: [
        { id: "a1", name: "report.txt", content: "42" },
        { id: "s1", name: "short", target: "a1" }
      ]
    },
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.getFile({ fileId: "s1" }))).toMatchObject({
        kind: "shortcut",
        target: { fileId: "a1", mimeType: "text/plain" }
      })
    })
  )

  for (const fileId of ["", "a/b", "https://drive.google.com/file/d/a1/view", "..", "a b"]) {
    test(
      `refuses ${JSON.stringify(fileId)} as an id before anything is sent`,
      {},
      Effect.gen(function* () {
        const error = yield* flip((drive) => drive.getFile({ fileId }))
        expect(error).toMatchObject({ _tag: "InvalidInputError", field: "fileId" })
        expect(yield* log).toEqual([])
      })
    )
  }
}

const documents = (test: Test): void => {
  test(
    "reads a document as text or as Markdown",
    {
      files: [
        {
          id: "a1",
          name: "Plan",
          mimeType: document,
          exports: { "text/plain": "\uFEFFA plan", "text/markdown": "# A plan" }
        }
      ]
    },
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(yield* drive.readDocument({ fileId: "a1" })).toMatchObject({
        name: "Plan",
        mimeType: "text/plain",
        text: "A plan",
        isCut: false
      })
      expect(yield* drive.readDocument({ fileId: "a1", format: "markdown" })).toMatchObject({
        mimeType: "text/markdown",
        text: "# A plan",
        fromCache: true
      })
    })
  )

  test(
    "reads a sheet as its values and slides as text",
    {
      files: [
        { id: "s1", name: "Sums", mimeType: "application/vnd.google-apps.spreadsheet", exports: { "text/csv": "a,b" } },
        {
          id: "p1",
          name: "Talk",
          mimeType: "application/vnd.google-apps.presentation",
          exports: { "text/plain": "Hi" }
        }
      ]
    },
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(yield* drive.readDocument({ fileId: "s1", format: "markdown" })).toMatchObject({ text: "a,b" })
      expect(yield* drive.readDocument({ fileId: "p1" })).toMatchObject({ text: "Hi" })
    })
  )

  test(
    "reads no more of a text than it is asked for, and says so",
    { files: [{ id: "a1", name: "long.txt", content: "äöü and so on" }] },
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(yield* drive.readDocument({ fileId: "a1", maxBytes: 5 })).toMatchObject({
        text: "äö",
        bytes: 5,
        isCut: true
      })
      expect((yield* DriveTest).requests().at(-1)?.headers["range"]).toBe("bytes=0-4")
      expect(yield* drive.readDocument({ fileId: "a1" })).toMatchObject({ text: "äöü and so on", isCut: false })
    })
  )

  test(
    "reads no more of an export than it is asked for",
    { files: [{ id: "a1", name: "Plan", mimeType: document, content: "A plan of many words" }] },
    Effect.gen(function* () {
      const read = yield* Drive.use((drive) => drive.readDocument({ fileId: "a1", maxBytes: 6 }))
      expect(read).toMatchObject({ text: "A plan", isCut: true })
    })
  )

  test(
    "reads an empty file",
    { files: [{ id: "a1", name: "empty.txt", content: "" }] },
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.readDocument({ fileId: "a1" }))).toMatchObject({
        text: "",
        isCut: false
      })
    })
  )

  test(
    "reads an export that is too large by the link of the document",
    {
      limits: { exportSize: 10 },
      files: [{ id: "a1", name: "Plan", mimeType: document, content: "A plan of many words" }]
    },
    Effect.gen(function* () {
      const read = yield* Drive.use((drive) => drive.readDocument({ fileId: "a1" }))
      expect(read).toMatchObject({ text: "A plan of many words", isCut: false })
    })
  )

  test(
    "reads what a shortcut leads to",
    {
      files: [
        { id: "a1", name: "report.txt", content: "42 rows" },
        { id: "s1", name: "short", target: "a1" }
      ]
    },
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.readDocument({ fileId: "s1" }))).toMatchObject({
        fileId: "a1",
        text: "42 rows"
      })
    })
  )

  for (const [what, mimeType, reason] of [
    ["a folder", folder, "notDownloadable"],
    ["a picture", "image/png", "notText"],
    ["a form", "application/vnd.google-apps.form", "notText"]
  ] as const) {
    test(
      `refuses to read ${what}`,
      { files: [{ id: "a1", name: "it", mimeType }] },
      Effect.gen(function* () {
        const error = yield* refusal((drive) => drive.readDocument({ fileId: "a1" }))
        expect(error).toMatchObject({ reason, category: "invalid", fileId: "a1" })
      })
    )
  }
}

export const reads = (test: Test): void => {
  searches(test)
  folders(test)
  items(test)
  documents(test)
}

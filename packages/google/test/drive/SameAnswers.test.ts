/** One program over `Drive.layerTest`, and over the emulator as a server: the answers are the same, word for word. */
import { expect, it } from "@effect/vitest"
import { Effect, FileSystem, Stream } from "effect"
import { NodeFileSystem } from "@effect/platform-node"
import { Drive } from "../../src/drive/Drive.ts"
import * as Query from "../../src/drive/Query.ts"
import { directory, worlds } from "./support.ts"

const files = [
  { id: "inbox", name: "Inbox", mimeType: "application/vnd.google-apps.folder", createdTime: 1 },
  { id: "may", name: "bill May.txt", content: "41 €", parents: ["inbox"], createdTime: 2 },
  { id: "june", name: "bill June.txt", content: "42 €", parents: ["inbox"], createdTime: 3 },
  { id: "notes", name: "Notes", mimeType: "application/vnd.google-apps.document", content: "a note", createdTime: 4 }
]

const program = Effect.gen(function* () {
  const drive = yield* Drive
  const path = `${yield* directory}/july.txt`
  yield* FileSystem.FileSystem.use((fs) => fs.writeFileString(path, "43 €"))
  const bills = yield* drive.createFolder({ name: "Bills" })
  const { path: _, ...uploaded } = yield* drive.uploadFile({ path, parentId: "inbox", name: "bill July.txt" })
  const organized = yield* drive.organize({ query: Query.name("contains", "bill"), destinationId: bills.fileId })
  const found = yield* drive.searchFiles({ query: "name contains 'bill'", orderBy: "name" })
  const text = yield* drive.readDocument({ fileId: "notes" })
  const copy = yield* drive.copyFile({ fileId: "may", name: "bill May (2).txt" })
  const shared = yield* drive.shareFile({ fileId: copy.fileId, type: "user", email: "ada@example.com" })
  const trashed = yield* drive.trashFile({ fileId: "june" })
  const pages = yield* Stream.runCollect(drive.folder({ folderId: bills.fileId, pageSize: 2, orderBy: "name" }))
  const refused = yield* Effect.flip(drive.moveFile({ fileId: "june", destinationId: "may" }))
  const missing = yield* Effect.flip(drive.getFile({ fileId: "nobody" }))
  return { bills, uploaded, organized, found, text, copy, shared, trashed, pages, refused, missing }
})

/** What differs from one run to the next: ids of batches and requests, which are made by chance. */
const told = (answer: unknown): string =>
  JSON.stringify(answer, (_key, value: unknown) => (value instanceof Error ? `${value}` : value), 2)
    .replaceAll(/\d{8}T\d{6}-[0-9a-f]{12}/g, "batch")
    .replaceAll(/req_\w+/g, "request")

it.effect("a program gets the same answers everywhere", () =>
  Effect.gen(function* () {
    const answers: Array<string> = []
    for (const [, world] of worlds) {
      answers.push(told(yield* Effect.scoped(Effect.provide(program, world({ files })))))
    }
    const [first, ...others] = answers
    expect(others).toHaveLength(2)
    for (const other of others) expect(other).toBe(first)
    expect(first).toContain("3 files moved")
  }).pipe(Effect.provide(NodeFileSystem.layer))
)

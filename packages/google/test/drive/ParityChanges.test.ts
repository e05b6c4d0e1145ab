/** The same for what changes something: folders, moves, names, copies, the trash, sharing and uploads. */
import type { drive_v3 } from "@googleapis/drive"
import { describe } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import * as Wire from "../../src/drive/Wire.ts"
import { authOf } from "./officialSupport.ts"
import { all, check, file, type Operation, readsFirst } from "./parityCheck.ts"
import { directory } from "./support.ts"

const isFolder = "a destination is looked at first: it has to be a folder, and not one in the trash"
const isFile = "it is looked at first: what a shortcut leads to is meant"
const lookedAtAfter = "it is looked at afterwards: its link and who may see it now are answered"
const charset = "the guide says so in its example; the official client leaves the charset out"

/** An id for something new, as our client asks for it. */
const newId = async (official: drive_v3.Drive): Promise<string> => {
  const { data } = await official.files.generateIds({ count: 20, space: "drive", type: "files", fields: "ids" })
  return data.ids![0]!
}

const written = (content: string | Uint8Array) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = `${yield* directory}/data.txt`
    yield* fs.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content)
    return path
  })

const changes: ReadonlyArray<Operation> = [
  {
    what: "to make a folder",
    theirs: async (official) =>
      official.files.create({
        ...file,
        requestBody: {
          id: await newId(official),
          name: "Plans",
          mimeType: Wire.folderType,
          parents: ["folder-a"]
        }
      }),
    ours: (drive) => drive.createFolder({ name: "Plans", parentId: "folder-a" }),
    listed: [readsFirst("folder-a", isFolder)]
  },
  {
    what: "to move a file, when its folder was asked for",
    theirs: async (official) => {
      const { data } = await official.files.get({ ...file, fileId: "notes" })
      await official.files.update({
        ...file,
        fileId: "notes",
        addParents: "folder-b",
        removeParents: data.parents!.join(",")
      })
    },
    ours: (drive) => drive.moveFile({ fileId: "notes", destinationId: "folder-b" }),
    listed: [
      readsFirst("folder-b", isFolder),
      [
        "PATCH /drive/v3/files/notes: body ours only",
        "an update has a body: an empty one says that nothing else changes"
      ]
    ]
  },
  {
    what: "to rename a file",
    theirs: (official) => official.files.update({ ...file, fileId: "notes", requestBody: { name: "new.txt" } }),
    ours: (drive) => drive.renameFile({ fileId: "notes", name: "new.txt" })
  },
  {
    what: "to copy a file",
    theirs: async (official) =>
      official.files.copy({
        ...file,
        fileId: "notes",
        requestBody: { id: await newId(official), name: "Copy of notes.txt", parents: ["folder-a"] }
      }),
    ours: (drive) => drive.copyFile({ fileId: "notes" }),
    listed: [readsFirst("notes", "it is looked at first: its name, folder and kind decide how it is copied")]
  },
  {
    what: "to put a file into the trash",
    theirs: (official) => official.files.update({ ...file, fileId: "notes", requestBody: { trashed: true } }),
    ours: (drive) => drive.trashFile({ fileId: "notes" }),
    listed: [readsFirst("notes", "it is looked at first: whether it is there already, and may be put there")]
  },
  {
    what: "to share a file with whoever has the link",
    theirs: (official) =>
      official.permissions.create({
        ...all,
        fileId: "notes",
        fields: Wire.permissionFields,
        requestBody: { type: "anyone", role: "reader" }
      }),
    ours: (drive) => drive.shareFile({ fileId: "notes" }),
    listed: [readsFirst("notes", isFile), readsFirst("notes", lookedAtAfter)]
  },
  {
    what: "to share a file with a user",
    theirs: (official) =>
      official.permissions.create({
        ...all,
        fileId: "notes",
        fields: Wire.permissionFields,
        sendNotificationEmail: true,
        emailMessage: "Have a look.",
        requestBody: { type: "user", role: "writer", emailAddress: "bob@example.com" }
      }),
    ours: (drive) =>
      drive.shareFile({
        fileId: "notes",
        type: "user",
        role: "writer",
        email: "bob@example.com",
        message: "Have a look."
      }),
    listed: [readsFirst("notes", isFile), readsFirst("notes", lookedAtAfter)]
  },
  {
    what: "to upload a small file",
    theirs: async (official, at) =>
      official.files.create(
        {
          ...file,
          requestBody: {
            id: await newId(official),
            name: "data.txt",
            mimeType: "text/plain",
            parents: ["folder-a"]
          },
          media: { mimeType: "text/plain", body: "some data" }
        },
        at
      ),
    ours: (drive) => Effect.flatMap(written("some data"), (path) => drive.uploadFile({ path, parentId: "folder-a" })),
    listed: [
      readsFirst("folder-a", isFolder),
      ["POST /upload/drive/v3/files: body.0.type application/json; charset=UTF-8 instead of application/json", charset]
    ]
  }
]

const large = new Uint8Array(6_000_000).fill(65)

/** The official client has no such uploads, so this is what the guide says, sent by its HTTP client. */
const byTheGuide: Operation = {
  what: "to upload a large file, by the guide",
  theirs: async (official, at) => {
    const auth = authOf(official)
    const id = await newId(official)
    const started = await auth.request({
      method: "POST",
      url: `${at.rootUrl}upload/drive/v3/files`,
      params: { uploadType: "resumable", ...file },
      headers: {
        "content-type": "application/json; charset=UTF-8",
        "x-upload-content-type": "text/plain",
        "x-upload-content-length": String(large.length)
      },
      data: JSON.stringify({ id, name: "data.txt", mimeType: "text/plain", parents: ["folder-a"] })
    })
    const session = started.headers.get("location")!
    await auth.request({
      method: "PUT",
      url: session,
      headers: { "content-range": `bytes 0-${large.length - 1}/${large.length}`, "content-type": "text/plain" },
      data: Buffer.from(large)
    })
  },
  ours: (drive) => Effect.flatMap(written(large), (path) => drive.uploadFile({ path, parentId: "folder-a" })),
  listed: [readsFirst("folder-a", isFolder)]
}

describe("our client sends what the official one sends, and changes with it", () => {
  for (const operation of [...changes, byTheGuide]) check(operation)
})

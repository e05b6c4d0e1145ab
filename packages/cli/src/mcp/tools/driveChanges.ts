/**
 * Tools that change single files of Drive.
 *
 * Only what adds is not destructive, as the protocol has it: a move, a new name, the trash and a permission change what was
 * there, though all of them can be taken back.
 *
 * @module
 */
import { DriveAnswer, DriveChangeAnswer, DriveChangeInput } from "@skippy/google"
import { decodeInput } from "@skippy/http"
import { Effect, Schema } from "effect"
import { changed, permissionText } from "../../command/driveTexts.ts"
import { World } from "../../command/World.ts"
import { facts, plainStyle } from "../../output/Style.ts"
import { oneOf, otherwise, snake, text } from "../Fields.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { changedFields, file, named, root } from "./driveFields.ts"
import { quoted } from "./drivePlans.ts"

const adds = { readOnly: false, destructive: false, idempotent: false, openWorld: true } as const
const changes = { readOnly: false, destructive: true, idempotent: true, openWorld: true } as const

const Created = snake({ ...changedFields, created: DriveChangeAnswer.CreatedFile.fields.created })

const createFolder = tool({
  name: "gdrive_create_folder",
  group: "drive",
  title: "Create a Drive folder",
  description: "Makes a folder in Google Drive, another one if there is one of that name. Answers its id and link.",
  hints: adds,
  input: Schema.Struct({
    folder_name: text("Its name"),
    parent_folder_id: otherwise(text("Id of the folder it is made in"), root)
  }),
  output: { schema: Created, text: (one) => changed(one.created ? "created" : "was there", one, plainStyle) },
  run: ({ folder_name, parent_folder_id }) =>
    Effect.gen(function* () {
      const { createFolder } = yield* (yield* World).drive
      return yield* createFolder({ name: folder_name, parentId: parent_folder_id })
    }).pipe(named("gdrive_create_folder", { name: "folder_name", parentId: "parent_folder_id" }))
})

const copy = tool({
  name: "gdrive_copy_file",
  group: "drive",
  title: "Copy a Drive file",
  description: "Copies a file in Google Drive; folders cannot be copied. Answers the id of the copy.",
  hints: adds,
  input: Schema.Struct({
    file_id: file,
    new_name: Schema.optionalKey(text("Its name; by default Copy of …")),
    destination_folder_id: Schema.optionalKey(text("Id of the folder it goes to; by default that of the file"))
  }),
  output: { schema: Created, text: (one) => changed(one.created ? "copied to" : "was there", one, plainStyle) },
  run: ({ destination_folder_id, file_id, new_name }) =>
    Effect.gen(function* () {
      const { copyFile } = yield* (yield* World).drive
      return yield* copyFile({ fileId: file_id, name: new_name, destinationId: destination_folder_id })
    }).pipe(named("gdrive_copy_file", { name: "new_name" }))
})

const { from, moved } = DriveChangeAnswer.MovedFile.fields

const move = tool({
  name: "gdrive_move_file",
  group: "drive",
  title: "Move a Drive file",
  description: "Moves one file or folder of Google Drive into a folder. Answers where it was.",
  hints: changes,
  input: Schema.Struct({ file_id: file, destination_folder_id: text("Id of the folder; root for My Drive") }),
  output: {
    schema: snake({ ...changedFields, moved, from, parents: DriveAnswer.DriveFile.fields.parents }),
    text: (one) => changed(one.moved ? "moved" : "was there", one, plainStyle)
  },
  run: ({ destination_folder_id, file_id }) =>
    Effect.gen(function* () {
      const { moveFile } = yield* (yield* World).drive
      return yield* moveFile({ fileId: file_id, destinationId: destination_folder_id })
    }).pipe(named("gdrive_move_file"))
})

const rename = tool({
  name: "gdrive_rename_file",
  group: "drive",
  title: "Rename a Drive file",
  description: "Gives a file or folder of Google Drive another name.",
  hints: changes,
  input: Schema.Struct({ file_id: file, new_name: text("The whole new name, with its extension") }),
  output: { schema: snake(changedFields), text: (one) => changed("renamed to", one, plainStyle) },
  run: ({ file_id, new_name }) =>
    Effect.gen(function* () {
      const { renameFile } = yield* (yield* World).drive
      return yield* renameFile({ fileId: file_id, name: new_name })
    }).pipe(named("gdrive_rename_file", { name: "new_name" }))
})

const trash = tool({
  name: "gdrive_trash_file",
  group: "drive",
  title: "Trash a Drive file",
  description:
    "Puts a file, or a folder with all that is in it, into the trash of Google Drive. Nothing is deleted for good.",
  hints: changes,
  input: Schema.Struct({ file_id: file }),
  output: {
    schema: snake({ ...changedFields, changed: DriveChangeAnswer.TrashedFile.fields.changed }),
    text: (one) => changed(one.changed ? "in the trash:" : "was in the trash:", one, plainStyle)
  },
  run: ({ file_id }) =>
    Effect.gen(function* () {
      const { trashFile } = yield* (yield* World).drive
      return yield* trashFile({ fileId: file_id })
    }).pipe(named("gdrive_trash_file"))
})

const ShareInput = Schema.Struct({
  file_id: file,
  permission_type: otherwise(
    oneOf(DriveChangeInput.ShareType.literals, "anyone: whoever has the link"),
    DriveChangeInput.defaults.type
  ),
  role: otherwise(oneOf(DriveChangeInput.ShareRole.literals, "What they may do"), DriveChangeInput.defaults.role),
  email_address: Schema.optionalKey(text("For user: the account. For domain: the domain, or an address of it"))
})

const namedShare = named("gdrive_share_file", {
  type: "permission_type",
  email: "email_address",
  domain: "email_address"
})

const checkShare = decodeInput(DriveChangeInput.ShareFileInput, { operation: "gdrive_share_file" })

/** The same for the service, checked before anybody is asked. */
const shareOf = ({ email_address, file_id, permission_type, role }: typeof ShareInput.Type) => {
  const given = { fileId: file_id, type: permission_type, role }
  if (email_address === undefined) return checkShare(given)
  return checkShare(
    permission_type === "domain"
      ? { ...given, domain: email_address.slice(email_address.lastIndexOf("@") + 1) }
      : { ...given, email: email_address }
  )
}

const shared = (input: typeof ShareInput.Type) =>
  Effect.gen(function* () {
    const { shareFile } = yield* (yield* World).drive
    return yield* shareFile(yield* shareOf(input))
  }).pipe(namedShare)

const { audience, downloadUrl, permission, warning } = DriveChangeAnswer.SharedFile.fields

const share = tool({
  name: "gdrive_share_file",
  group: "drive",
  title: "Share a Drive file",
  description:
    "Gives somebody access to a file or folder of Google Drive. Sharing with anyone or a domain has to be confirmed by a person. Answers the links, and who can see it now.",
  // A second call sends another e-mail.
  hints: { ...changes, idempotent: false },
  input: ShareInput,
  output: {
    schema: snake({ ...changedFields, downloadUrl, permission, audience, warning }),
    text: (one) =>
      [
        changed("shared", one, plainStyle),
        facts([
          ["with", permissionText(one.permission)],
          ["now seen by", one.audience ?? "not known"],
          ["page", one.url],
          ["download", one.downloadUrl],
          ["warning", one.warning]
        ])
      ].join("\n")
  },
  confirm: (input) =>
    Effect.gen(function* () {
      const { domain, fileId, role, type } = yield* shareOf(input)
      const run = shared(input)
      if (type === "user") return { question: undefined, subject: [], run }
      const { getFile } = yield* (yield* World).drive
      const { kind, name } = yield* getFile({ fileId })
      const whom = type === "anyone" ? "whoever has the link" : `everybody at ${domain ?? "the domain"}`
      const question = [
        `Share ${kind === "folder" ? "the folder, with all that is in it," : "the file"} ${quoted(name)} (${fileId}) with ${whom}, as ${role}.`,
        "The access can be taken away on the page of Drive; what was seen or copied until then cannot."
      ].join("\n")
      return { question, subject: [fileId, kind, name], run }
    }).pipe(namedShare),
  run: shared
})

/** Tools that change single files of Drive. */
export const driveChanges: Readonly<Record<"copy" | "createFolder" | "move" | "rename" | "share" | "trash", AnyTool>> =
  { copy, createFolder, move, rename, share, trash }

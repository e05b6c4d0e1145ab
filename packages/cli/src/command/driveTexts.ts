/**
 * What people read of Drive's answers.
 *
 * @module
 */
import { DriveAnswer, DriveChangeAnswer, DriveUploadAnswer } from "@skippy/google"
import { Schema } from "effect"
import { exitCodes } from "../output/ExitCode.ts"
import type { Form } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { bytesText, count, facts, momentText, oneLine, type Style, table } from "../output/Style.ts"
import { staleNote } from "./freshness.ts"

type Row = Pick<DriveAnswer.DriveFile, "fileId" | "kind" | "modifiedAt" | "name" | "size">

const rowOf = ({ fileId, kind, modifiedAt, name, size }: Row): ReadonlyArray<string> => [
  fileId,
  kind,
  size === undefined ? "" : bytesText(size),
  momentText(modifiedAt),
  name
]

/** A file in one line. */
export const file: Form<DriveAnswer.DriveFile, typeof DriveAnswer.DriveFile.Encoded> = {
  schema: DriveAnswer.DriveFile,
  text: (one) => rowOf(one).map(oneLine).join("  ")
}

/** Files in lines, and what is not among them; `more` says how to get that. */
export const filesText = (
  list: Omit<DriveAnswer.FileList, "files"> & { readonly files: ReadonlyArray<Row> },
  style: Style,
  more: string
): string =>
  [
    list.files.length === 0 ? style.dim("nothing found") : table(list.files.map(rowOf)),
    ...(list.hasMore ? [style.dim(`there are more; ${more}`)] : []),
    ...(list.incompleteSearch ? [style.poor("Google has not looked everywhere; search in one shared drive")] : []),
    ...staleNote(list, style)
  ].join("\n")

/** Files in lines. */
export const files: Form<DriveAnswer.FileList, typeof DriveAnswer.FileList.Encoded> = {
  schema: DriveAnswer.FileList,
  text: (list, style) => filesText(list, style, "give --max-results or --all")
}

/** What is known of a file, one a line. */
export const factsOf = (one: Omit<DriveAnswer.DriveFile, "sha256" | "starred">) =>
  [
    ["id", one.fileId],
    ["name", one.name],
    ["kind", one.kind],
    ["type", one.mimeType],
    ["size", one.size === undefined ? undefined : `${bytesText(one.size)} (${one.size} bytes)`],
    ["md5", one.md5],
    ["created", momentText(one.createdAt)],
    ["modified", momentText(one.modifiedAt)],
    ["folder", one.parents.join(" ")],
    ["owner", one.owners.map(({ email, name }) => email ?? name ?? "").join(", ")],
    ["shared", one.shared],
    ["trashed", one.trashed],
    ["description", one.description],
    ["leads to", one.target?.fileId],
    ["page", one.url]
  ] as const

/** Who may do what. */
export const permissionText = ({ domain, email, role, type }: DriveAnswer.Permission): string =>
  [type, email ?? domain ?? "", role].filter((part) => part !== "").join(" ")

/** What is known of a file. */
export const fileFacts: Form<DriveAnswer.FileAnswer, typeof DriveAnswer.FileAnswer.Encoded> = {
  schema: DriveAnswer.FileAnswer,
  text: (one, style) =>
    [
      facts([
        ...factsOf(one).filter(([, value]) => value !== ""),
        ...(one.permissions ?? []).map((permission) => ["may", permissionText(permission)] as const)
      ]),
      ...staleNote(one, style)
    ].join("\n")
}

/** The text of a document. */
export const document: Form<DriveAnswer.DocumentText, typeof DriveAnswer.DocumentText.Encoded> = {
  schema: DriveAnswer.DocumentText,
  text: ({ text }, style) => style.safe(text),
  exact: true
}

/** What a change came to: a word, the name, the id. */
export const changed = (
  word: string,
  { fileId, name }: { readonly fileId: string; readonly name: string },
  style: Style
) => `${style.good(word)} ${oneLine(name)}  ${style.dim(oneLine(fileId))}`

/** A folder or a copy there is now. */
export const created: Form<DriveChangeAnswer.CreatedFile, typeof DriveChangeAnswer.CreatedFile.Encoded> = {
  schema: DriveChangeAnswer.CreatedFile,
  text: (one, style) => changed(one.created ? "created" : "was there", one, style)
}

/** A file where it is now. */
export const moved: Form<DriveChangeAnswer.MovedFile, typeof DriveChangeAnswer.MovedFile.Encoded> = {
  schema: DriveChangeAnswer.MovedFile,
  text: (one, style) => changed(one.moved ? "moved" : "was there", one, style)
}

/** A file that has another name. */
export const renamed: Form<DriveAnswer.DriveFile, typeof DriveAnswer.DriveFile.Encoded> = {
  schema: DriveAnswer.DriveFile,
  text: (one, style) => changed("renamed to", one, style)
}

/** A file in the trash. */
export const trashed: Form<DriveChangeAnswer.TrashedFile, typeof DriveChangeAnswer.TrashedFile.Encoded> = {
  schema: DriveChangeAnswer.TrashedFile,
  text: (one, style) => changed(one.changed ? "in the trash:" : "was in the trash:", one, style)
}

/** A file that is shared. */
export const shared: Form<DriveChangeAnswer.SharedFile, typeof DriveChangeAnswer.SharedFile.Encoded> = {
  schema: DriveChangeAnswer.SharedFile,
  text: (one, style) =>
    [
      changed("shared", one, style),
      facts([
        ["with", permissionText(one.permission)],
        ["now seen by", one.audience ?? "not known"],
        ["page", one.url],
        ["download", one.downloadUrl]
      ]),
      ...(one.warning === undefined ? [] : [style.poor(oneLine(one.warning))])
    ].join("\n")
}

/** A file that was downloaded. */
export const downloaded: Form<DriveAnswer.DownloadedFile, typeof DriveAnswer.DownloadedFile.Encoded> = {
  schema: DriveAnswer.DownloadedFile,
  text: ({ bytes, path }, style) => `${style.good("downloaded")} ${oneLine(path)}  ${style.dim(bytesText(bytes))}`
}

/** A file that was uploaded. */
export const uploaded: Form<DriveUploadAnswer.UploadedFile, typeof DriveUploadAnswer.UploadedFile.Encoded> = {
  schema: DriveUploadAnswer.UploadedFile,
  text: (one, style) =>
    [
      changed("uploaded", one, style),
      ...(one.resumedFrom === 0 ? [] : [style.dim(`an earlier run had brought ${bytesText(one.resumedFrom)} there`)])
    ].join("\n")
}

const moveRow = ({ fileId, name, problem, status }: DriveChangeAnswer.MoveItem): ReadonlyArray<string> => [
  status,
  fileId,
  name ?? "",
  problem?.message ?? ""
]

/** Of a batch not all was done: whoever goes on after it, as a script does, has to know. */
const verdict = ({
  counts: { failed, notTried },
  summary
}: Pick<DriveUploadAnswer.UploadBatch, "summary"> & {
  readonly counts: { readonly failed: number; readonly notTried: number }
}): Reported | undefined =>
  failed + notTried > 0 ? new Reported({ problem: summary, exitCode: exitCodes.other }) : undefined

/** A batch of moves, or the plan of one. */
export const moves: Form<DriveChangeAnswer.MoveBatch, typeof DriveChangeAnswer.MoveBatch.Encoded> = {
  schema: DriveChangeAnswer.MoveBatch,
  verdict,
  text: ({ dryRun, id, items, summary }, style) =>
    [
      table(items.map(moveRow)),
      style.bold(summary),
      ...(id === null || dryRun ? [] : [style.dim(`to take it back: skippy drive undo-moves ${id}`)])
    ].join("\n")
}

/** What `organize` did, or would do. */
export const organized: Form<DriveChangeAnswer.Organized, typeof DriveChangeAnswer.Organized.Encoded> = {
  schema: DriveChangeAnswer.Organized,
  verdict,
  text: (batch, style) =>
    [
      moves.text(batch, style),
      ...(batch.hasMore ? [style.dim("more files answer the query; give --max-files, or run it again")] : [])
    ].join("\n")
}

/** Batches of moves that have something left. */
export const unfinishedMoves: Form<
  DriveChangeAnswer.UnfinishedMoves,
  typeof DriveChangeAnswer.UnfinishedMoves.Encoded
> = {
  schema: DriveChangeAnswer.UnfinishedMoves,
  text: (batches, style) =>
    batches.length === 0
      ? style.dim("no batch of moves is unfinished")
      : table(
          batches.map(({ id, left, operation, startedAt, total }) => [
            id,
            operation,
            startedAt,
            `${left} of ${total} left`
          ])
        )
}

/** A batch of uploads, or the plan of one. */
export const uploads: Form<DriveUploadAnswer.UploadBatch, typeof DriveUploadAnswer.UploadBatch.Encoded> = {
  schema: DriveUploadAnswer.UploadBatch,
  verdict,
  text: ({ items, summary }, style) =>
    [
      table(
        items.map(({ name, problem, size, status }) => [
          status,
          size === null ? "" : bytesText(size),
          name,
          problem?.message ?? ""
        ])
      ),
      style.bold(summary)
    ].join("\n")
}

/** Uploads that can be gone on with. */
export const unfinishedUploads: Form<
  ReadonlyArray<DriveUploadAnswer.UnfinishedUpload>,
  ReadonlyArray<typeof DriveUploadAnswer.UnfinishedUpload.Encoded>
> = {
  schema: Schema.Array(DriveUploadAnswer.UnfinishedUpload),
  text: (all, style) =>
    all.length === 0
      ? style.dim("no upload is unfinished")
      : [
          table(all.map(({ key, path, size, startedAt }) => [key, bytesText(size), momentText(startedAt), path])),
          style.dim(`${count(all.length, "upload")}; upload the file again, or: skippy drive resume-upload KEY`)
        ].join("\n")
}

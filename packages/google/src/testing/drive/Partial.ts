/**
 * Partial answers: what `fields` takes of a resource, and what comes without it
 * (https://developers.google.com/workspace/drive/api/guides/fields-parameter).
 *
 * @module
 */
import { Result } from "effect"
import * as Fields from "./Fields.ts"
import * as Refusals from "./Refusals.ts"
import { type Outcome, refuse, type Reply } from "./Reply.ts"
import * as Resources from "./Resources.ts"

/** A kind of answer. */
export type Kind =
  | "about"
  | "drive"
  | "driveList"
  | "file"
  | "fileList"
  | "generatedIds"
  | "operation"
  | "permission"
  | "permissionList"

/** What comes without `fields`; everything where nothing is said. */
const usual: Partial<Record<Kind, string>> = {
  file: "kind,id,name,mimeType,resourceKey,driveId,teamDriveId",
  fileList: "kind,nextPageToken,incompleteSearch,files(kind,id,name,mimeType,resourceKey,driveId,teamDriveId)",
  permission: "kind,id,type,role",
  permissionList: "kind,nextPageToken,permissions(kind,id,type,role)",
  drive: "kind,id,name",
  driveList: "kind,nextPageToken,drives(kind,id,name)"
}

const shapes: Readonly<Record<Kind, () => Fields.Shape>> = (() => {
  const made = new Map<string, Fields.Shape>()
  const lazily = (text: string) => () => {
    const shape = made.get(text) ?? Fields.shapeOf(text)
    made.set(text, shape)
    return shape
  }
  return {
    about: lazily(Resources.about),
    drive: lazily(Resources.drive),
    driveList: lazily(Resources.driveList),
    file: lazily(Resources.file),
    fileList: lazily(Resources.fileList),
    generatedIds: lazily(Resources.generatedIds),
    operation: lazily(Resources.operation),
    permission: lazily(Resources.permission),
    permissionList: lazily(Resources.permissionList)
  }
})()

/** Reads `fields` for a kind of answer; nothing has been done yet when it is refused. */
export const maskOf = (query: URLSearchParams, kind: Kind): Outcome<Fields.Mask> => {
  const text = query.get("fields") ?? ""
  if (text === "" && kind === "about") {
    return refuse(Refusals.required("fields", "The 'fields' parameter is required for this method."))
  }
  const asked = text === "" ? usual[kind] : text
  if (asked === undefined) return Result.succeed<Fields.Mask>("all")
  const parsed = Fields.parse(asked, shapes[kind]())
  return parsed._tag === "Parsed" ? Result.succeed(parsed.mask) : refuse(Refusals.invalidFields(parsed.message))
}

/** What a mask takes of a reply. Errors come whole. */
export const taken = (mask: Fields.Mask, reply: Reply): Reply =>
  reply.status >= 400 || reply.json === undefined ? reply : { ...reply, json: Fields.apply(mask, reply.json) }

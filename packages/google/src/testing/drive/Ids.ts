/**
 * The ids of files. Those that `files.generateIds` gives carry a digest, so that they are known again without keeping
 * them, by another process, too.
 *
 * @module
 */
import { base64Url, hex } from "../DigestsNode.ts"
import { next, type Tables } from "./Storage.ts"

/** What an id may be used for. */
export type Kind = "files" | "shortcuts"

const digest = (text: string, length: number): string => base64Url("sha256", text).slice(0, length)

const checkOf = (kind: Kind, body: string): string => digest(`${kind} ${body}`, 8)

/** A new id, 33 characters as Google's. The same storage never gives one twice. */
export const generate = (tables: Tables, kind: Kind, seed: string): string => {
  const body = `1${digest(`${seed} ${next(tables, "ids")}`, 24)}`
  return body + checkOf(kind, body)
}

/** Whether an id was given for such files. */
export const isGenerated = (id: string, kind: Kind): boolean =>
  id.length === 33 && checkOf(kind, id.slice(0, 25)) === id.slice(25)

/** The id of the top folder of somebody's My Drive. */
export const rootOf = (email: string): string => `0A${digest(`root ${email}`, 11)}Uk9PVA`

/** Tells a grantee of permissions, the same for every file. */
export const permissionId = (type: string, name: string): string => {
  if (type === "anyone") return "anyoneWithLink"
  const digits = BigInt(`0x${hex("md5", `${type} ${name.toLowerCase()}`).slice(0, 16)}`)
  return digits.toString().padStart(20, "0")
}

/** A new id of a revision. */
export const revisionId = (tables: Tables): string => `0B${next(tables, "revisions").toString(36).padStart(10, "0")}`

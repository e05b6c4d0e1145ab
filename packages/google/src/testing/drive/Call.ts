/**
 * One request to a method, when it is known who sends it.
 *
 * @module
 */
import type { LimitOptions, Options } from "./Options.ts"
import type { Blobs, Tables } from "./Storage.ts"

/** Whoever sends a request. */
export interface Viewer {
  readonly email: string
  readonly scopes: ReadonlyArray<string>
}

/** A request to a method. */
export interface Call {
  readonly tables: Tables
  readonly blobs: Blobs
  readonly options: Options
  readonly limits: LimitOptions
  readonly viewer: Viewer
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Where links lead to. */
  readonly origin: string
  readonly body: Uint8Array
  readonly now: number
}

/** A flag of the query: only `true` sets it. */
export const flag = ({ query }: Call, name: string): boolean => query.get(name) === "true"

/** Whether the app says that it knows of shared drives. */
export const knowsDrives = (call: Call): boolean => flag(call, "supportsAllDrives") || flag(call, "supportsTeamDrives")

const driveScopes: ReadonlySet<string> = new Set([
  "https://www.googleapis.com/auth/drive",
  "https://www.googleapis.com/auth/drive.readonly",
  "https://www.googleapis.com/auth/drive.metadata",
  "https://www.googleapis.com/auth/drive.metadata.readonly",
  "https://www.googleapis.com/auth/drive.photos.readonly"
])

/** Whether the token shows only what the app itself created (`drive.file`). */
export const seesOwnFilesOnly = ({ scopes }: Viewer): boolean => !scopes.some((scope) => driveScopes.has(scope))

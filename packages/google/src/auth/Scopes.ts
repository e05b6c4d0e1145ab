/**
 * What a program may do at Google, as scopes name it
 * (https://developers.google.com/workspace/drive/api/guides/api-specific-auth,
 * https://developers.google.com/photos/picker/guides/authorization).
 *
 * @module
 */

/** The scopes that are used here, by the names settings and options take. */
export const scopes = {
  /** All files of the Drive, to read and to change. Restricted: Google reviews apps that ask for it. */
  drive: "https://www.googleapis.com/auth/drive",
  /** All files of the Drive, to read. Restricted. */
  "drive.readonly": "https://www.googleapis.com/auth/drive.readonly",
  /** The files this app made, or somebody opened with it; all others do not exist for it. */
  "drive.file": "https://www.googleapis.com/auth/drive.file",
  /** The photos somebody picks. Service accounts cannot have it. */
  photospicker: "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"
} as const

/** The name of a scope. */
export type ScopeName = keyof typeof scopes

const byName: ReadonlyMap<string, string> = new Map(Object.entries(scopes))

/** The scope of a name; a scope written out is itself. */
export const scopeOf = (name: string): string => byName.get(name) ?? name

/** The scopes of a list such as `drive, photospicker`. */
export const scopesOf = (list: string): ReadonlyArray<string> =>
  list
    .split(/[\s,]+/)
    .filter((name) => name !== "")
    .map(scopeOf)

/** Scopes that let everything be done another one lets be done; Google grants those of OpenID by other names. */
const wider: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  [scopes["drive.readonly"], [scopes.drive]],
  [scopes["drive.file"], [scopes.drive]],
  ["email", ["https://www.googleapis.com/auth/userinfo.email"]],
  ["profile", ["https://www.googleapis.com/auth/userinfo.profile"]]
])

/** Those of the asked scopes that were not granted. */
export const missing = (asked: ReadonlyArray<string>, granted: ReadonlyArray<string>): ReadonlyArray<string> =>
  asked.filter((scope) => ![scope, ...(wider.get(scope) ?? [])].some((each) => granted.includes(each)))

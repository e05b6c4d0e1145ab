/**
 * What tokens may do
 * (https://developers.google.com/workspace/drive/api/guides/api-specific-auth).
 *
 * @module
 */
import type { Needs } from "./Endpoint.ts"

const prefix = "https://www.googleapis.com/auth/drive"

const allowed: Readonly<Record<Needs, ReadonlySet<string>>> = {
  write: new Set([prefix, `${prefix}.file`]),
  writeAll: new Set([prefix]),
  readAll: new Set([prefix, `${prefix}.readonly`]),
  read: new Set([prefix, `${prefix}.file`, `${prefix}.readonly`]),
  readMetadata: new Set([
    prefix,
    `${prefix}.file`,
    `${prefix}.readonly`,
    `${prefix}.metadata`,
    `${prefix}.metadata.readonly`
  ])
}

/** Whether one of the scopes is enough. */
export const suffice = (scopes: ReadonlyArray<string>, needs: Needs): boolean =>
  scopes.some((scope) => allowed[needs].has(scope))

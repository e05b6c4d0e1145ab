/**
 * Permissions as Drive tells them, as far as sharing has to know.
 *
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions
 *
 * @module
 */
import { Schema } from "effect"
import * as Wire from "../Wire.ts"

const optional = Schema.optionalKey

/** Who may do what with a file, how it is found, and how long. */
export const Permission = Schema.Struct({
  ...Wire.Permission.fields,
  allowFileDiscovery: optional(Schema.Boolean),
  expirationTime: optional(Schema.String)
})
/** Who may do what with a file. */
export type Permission = typeof Permission.Type

/** The mask for it. */
export const permissionFields = `${Wire.permissionFields},allowFileDiscovery,expirationTime`

/** A page of permissions. */
export const PermissionPage = Schema.Struct({
  permissions: optional(Schema.Array(Permission)),
  nextPageToken: optional(Schema.String)
})

/** The mask for it. */
export const pageFields = `nextPageToken,permissions(${permissionFields})`

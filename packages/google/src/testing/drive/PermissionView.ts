/**
 * Permissions as the API shows them (https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions).
 *
 * @module
 */
import type { Effective } from "./Access.ts"
import { displayName } from "./Users.ts"

/** All fields of a permission. Only those of shared drives have details. */
export const permissionView = ({ inheritedFrom, permission }: Effective, inDrive: boolean): Record<string, unknown> => {
  const { allowFileDiscovery, domain, email, expirationTime, id, role, type } = permission
  const detail = {
    permissionType: inheritedFrom === undefined ? "file" : "member",
    role,
    inherited: inheritedFrom !== undefined,
    ...(inheritedFrom === undefined ? {} : { inheritedFrom })
  }
  return {
    kind: "drive#permission",
    id,
    type,
    role,
    ...(email === undefined
      ? {}
      : { emailAddress: email, displayName: displayName(email), deleted: false, pendingOwner: false }),
    ...(domain === undefined ? {} : { domain, displayName: domain }),
    ...(type === "anyone" || type === "domain" ? { allowFileDiscovery: allowFileDiscovery ?? false } : {}),
    ...(expirationTime === undefined ? {} : { expirationTime }),
    ...(inDrive ? { permissionDetails: [detail] } : {})
  }
}

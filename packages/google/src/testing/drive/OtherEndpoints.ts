/**
 * The methods of everything that is no file itself: permissions, shared drives, operations, the account.
 *
 * @module
 */
import * as About from "./About.ts"
import * as Drives from "./Drives.ts"
import type { Endpoint } from "./Endpoint.ts"
import * as Exports from "./Exports.ts"
import * as Permissions from "./Permissions.ts"

const permissions: ReadonlyArray<Endpoint> = [
  {
    name: "DrivePermissions.Create",
    method: "POST",
    path: /^\/drive\/v3\/files\/([^/]+)\/permissions$/,
    needs: "write",
    units: 50,
    kind: "permission",
    run: Permissions.create
  },
  {
    name: "DrivePermissions.List",
    method: "GET",
    path: /^\/drive\/v3\/files\/([^/]+)\/permissions$/,
    needs: "readMetadata",
    units: 100,
    kind: "permissionList",
    run: Permissions.list
  },
  {
    name: "DrivePermissions.Get",
    method: "GET",
    path: /^\/drive\/v3\/files\/([^/]+)\/permissions\/([^/]+)$/,
    needs: "readMetadata",
    units: 5,
    kind: "permission",
    run: Permissions.get
  },
  {
    name: "DrivePermissions.Update",
    method: "PATCH",
    path: /^\/drive\/v3\/files\/([^/]+)\/permissions\/([^/]+)$/,
    needs: "write",
    units: 50,
    kind: "permission",
    run: Permissions.update
  },
  {
    name: "DrivePermissions.Delete",
    method: "DELETE",
    path: /^\/drive\/v3\/files\/([^/]+)\/permissions\/([^/]+)$/,
    needs: "write",
    units: 50,
    run: Permissions.remove
  }
]

/** All of them. */
export const endpoints: ReadonlyArray<Endpoint> = [
  ...permissions,
  {
    name: "Drives.List",
    method: "GET",
    path: /^\/drive\/v3\/drives$/,
    needs: "readAll",
    units: 100,
    kind: "driveList",
    run: Drives.list
  },
  {
    name: "Drives.Get",
    method: "GET",
    path: /^\/drive\/v3\/drives\/([^/]+)$/,
    needs: "readAll",
    units: 5,
    kind: "drive",
    run: Drives.get
  },
  {
    name: "About.Get",
    method: "GET",
    path: /^\/drive\/v3\/about$/,
    needs: "readMetadata",
    units: 5,
    kind: "about",
    run: About.get
  },
  {
    name: "Operations.Get",
    method: "GET",
    path: /^\/drive\/v3\/operations\/([^/]+)$/,
    needs: "read",
    units: 5,
    kind: "operation",
    run: Exports.getOperation
  },
  {
    name: "DriveFiles.Download",
    method: "GET",
    path: /^\/download\/drive\/v3\/operations\/([^/]+)$/,
    needs: "read",
    units: 200,
    run: Exports.downloadOf
  },
  {
    name: "DriveFiles.Export",
    method: "GET",
    path: /^\/feeds\/download\/documents\/export\/Export$/,
    needs: "read",
    units: 200,
    run: Exports.exportLink
  }
]

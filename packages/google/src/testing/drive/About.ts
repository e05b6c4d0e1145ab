/**
 * `about.get`: who asks, what there is room for, and what can be exported
 * (https://developers.google.com/workspace/drive/api/guides/user-info).
 *
 * @module
 */
import { Result } from "effect"
import type { Call } from "./Call.ts"
import * as MimeTypes from "./MimeTypes.ts"
import { ok, type Outcome, type Reply } from "./Reply.ts"
import * as Usage from "./Usage.ts"
import { userView } from "./Users.ts"

/** `about.get` */
export const get = ({ limits, tables, viewer }: Call): Outcome<Reply> => {
  const { inTrash, total } = Usage.storageOf(tables, viewer.email)
  return Result.succeed(
    ok({
      kind: "drive#about",
      user: userView(viewer.email, viewer.email),
      storageQuota: {
        ...(limits.storage === undefined ? {} : { limit: String(limits.storage) }),
        usage: String(total),
        usageInDrive: String(total),
        usageInDriveTrash: String(inTrash)
      },
      exportFormats: MimeTypes.exportFormats,
      importFormats: {},
      maxImportSizes: {},
      maxUploadSize: "5242880000000",
      appInstalled: true,
      canCreateDrives: false
    })
  )
}

/**
 * How accounts are shown.
 *
 * @module
 */
import * as Ids from "./Ids.ts"

/** `ada.lovelace@example.com` is shown as "Ada Lovelace". */
export const displayName = (email: string): string =>
  email
    .slice(0, email.includes("@") ? email.indexOf("@") : undefined)
    .split(/[._-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")

/** An account as files name it. */
export const userView = (email: string, viewer: string) => ({
  kind: "drive#user",
  displayName: displayName(email),
  me: email === viewer,
  permissionId: Ids.permissionId("user", email),
  emailAddress: email
})

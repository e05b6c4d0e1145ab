/**
 * What a permission is, and what a list of them says: whether what was asked for is granted, and how public a file is. Pure.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-sharing,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions
 *
 * @module
 */

/** Whom a permission is for, and what they may do. */
export interface Grant {
  /** `anyone`, `domain`, `group` or `user`. */
  readonly type: string
  /** `owner`, `organizer`, `fileOrganizer`, `writer`, `commenter` or `reader`. */
  readonly role: string
  readonly emailAddress?: string | undefined
  readonly domain?: string | undefined
  /** When it ends; what is asked for does not. */
  readonly expirationTime?: string | undefined
  /** Whether searching finds the file; without, only whoever has the link. */
  readonly allowFileDiscovery?: boolean | undefined
}

/** The roles, each of which may do what those before it may. */
const ladder: ReadonlyArray<string> = ["reader", "commenter", "writer", "fileOrganizer", "organizer", "owner"]

const isSame = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase()

/**
 * Whether a permission grants what was asked for, or more. Addresses are compared without case, and not otherwise: another
 * address of the same person is not recognized.
 */
export const covers = (found: Grant, wanted: Grant): boolean =>
  found.type === wanted.type &&
  found.expirationTime === undefined &&
  // A role this does not know is not taken for more than any other.
  ladder.indexOf(found.role) >= ladder.indexOf(wanted.role) &&
  (wanted.type !== "user" || isSame(found.emailAddress, wanted.emailAddress)) &&
  (wanted.type !== "domain" || isSame(found.domain, wanted.domain))

/** How public a file is, the most public first. */
export const audiences = ["web", "link", "domain", "people", "private"] as const
/** How public a file is. */
export type Audience = (typeof audiences)[number]

const audienceOf = ({ allowFileDiscovery, role, type }: Grant): Audience => {
  if (type === "anyone") return allowFileDiscovery === true ? "web" : "link"
  if (type === "domain") return "domain"
  return role === "owner" ? "private" : "people"
}

/** How public a file with these permissions is. */
export const audience = (grants: ReadonlyArray<Grant>): Audience => {
  const found = new Set(grants.map(audienceOf))
  return audiences.find((one) => found.has(one)) ?? "private"
}

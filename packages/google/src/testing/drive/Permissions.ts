/**
 * Who may do what: `permissions.create`, `list`, `get`, `update` and `delete`
 * (https://developers.google.com/workspace/drive/api/guides/manage-sharing).
 *
 * @module
 */
import { DateTime, Option, Result, Schema } from "effect"
import * as Access from "./Access.ts"
import { type Call, flag } from "./Call.ts"
import * as Ids from "./Ids.ts"
import { parseJson } from "./Metadata.ts"
import * as Paging from "./Paging.ts"
import { permissionView } from "./PermissionView.ts"
import * as Refusals from "./Refusals.ts"
import { check, noContent, ok, type Outcome, refuse, type Reply } from "./Reply.ts"
import { type FileRow, GranteeType, type PermissionRow, Role } from "./Rows.ts"
import { next } from "./Storage.ts"

const field = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))

const Body = Schema.Struct({
  type: field(GranteeType),
  role: field(Role),
  emailAddress: field(Schema.String),
  domain: field(Schema.String),
  allowFileDiscovery: field(Schema.Boolean),
  expirationTime: field(Schema.String)
})

type Body = typeof Body.Type

const decode = Schema.decodeUnknownResult(Body)
const decoder = new TextDecoder()

const bodyOf = ({ body }: Call): Outcome<Body> =>
  Result.flatMap(parseJson(decoder.decode(body)), (json) =>
    Result.mapError(decode(json), () => Refusals.invalidPermission("The specified type or role is not valid."))
  )

/** The role that may share: writers, when the owner lets them, and in shared drives who manages the item. */
const sharers = ({ drive, id, writersCanShare }: FileRow): Role =>
  drive === undefined ? (writersCanShare ? "writer" : "owner") : id === drive ? "organizer" : "writer"

const shareable = (call: Call, id: string): Outcome<FileRow> =>
  Result.gen(function* () {
    const file = yield* Access.visible(call, id)
    yield* Access.mustReach(call, file, sharers(file))
    yield* check(file.parent !== undefined || file.drive !== undefined, Refusals.cannotShareRoot)
    return file
  })

const byRole: Readonly<Record<Role, (file: FileRow) => boolean>> = {
  owner: ({ drive }) => drive === undefined,
  organizer: ({ drive, id }) => drive === id,
  fileOrganizer: ({ drive }) => drive !== undefined,
  writer: () => true,
  commenter: () => true,
  reader: () => true
}

const granteeOf = ({
  domain,
  emailAddress,
  type
}: Body): Outcome<{ readonly type: GranteeType; readonly name: string }> => {
  if (type === undefined || type === null)
    return refuse(Refusals.required("permission.type", "The permission type field is required."))
  const name = type === "domain" ? domain : type === "anyone" ? "" : emailAddress
  if (name === undefined || name === null || (name === "" && type !== "anyone")) {
    return refuse(
      type === "domain"
        ? Refusals.invalidPermission("The domain must be specified for domain permissions.")
        : Refusals.invalidPermission(
            "The specified emailAddress is invalid or not applicable for the given permission type."
          )
    )
  }
  return type === "domain" || type === "anyone" || /^[^@\s]+@[^@\s]+$/.test(name)
    ? Result.succeed({ type, name })
    : refuse(
        Refusals.invalidPermission(
          "The specified emailAddress is invalid or not applicable for the given permission type."
        )
      )
}

const year = 366 * 24 * 3_600_000

const expirationOf = ({ expirationTime }: Body, { now }: Call, type: GranteeType): Outcome<string | undefined> => {
  if (expirationTime === undefined || expirationTime === null) return Result.succeed(undefined)
  const at = Option.map(DateTime.make(expirationTime), DateTime.toEpochMillis)
  return Option.isSome(at) && at.value > now && at.value <= now + year && (type === "user" || type === "group")
    ? Result.succeed(expirationTime)
    : refuse(
        Refusals.invalidPermission(
          "Expiration dates can only be set on user and group permissions, in the future, within a year."
        )
      )
}

const roleOf = ({ role }: Body, file: FileRow): Outcome<Role> => {
  if (role === undefined || role === null)
    return refuse(Refusals.required("permission.role", "The permission role field is required."))
  return byRole[role](file)
    ? Result.succeed(role)
    : refuse(Refusals.invalidPermission(`The role ${role} is not valid for this item.`))
}

const put = (call: Call, file: FileRow, permission: PermissionRow): FileRow => {
  const others = file.permissions.filter(({ id }) => id !== permission.id)
  const changed = {
    ...file,
    permissions: [...others, permission],
    sharedWithMeTime: file.sharedWithMeTime ?? call.now,
    version: file.version + 1
  }
  call.tables.files.put(file.id, changed)
  return changed
}

/** Makes somebody the owner, and the owner before a writer. */
const transfer = (call: Call, file: FileRow, permission: PermissionRow): void => {
  const { tables } = call
  const others = file.permissions.filter(({ id, role }) => id !== permission.id && role !== "owner")
  const before = file.permissions.find(({ role }) => role === "owner")
  const kept: ReadonlyArray<PermissionRow> = before === undefined ? [] : [{ ...before, role: "writer" }]
  tables.files.put(file.id, {
    ...file,
    owner: permission.email,
    permissions: [...kept, ...others, permission],
    version: file.version + 1
  })
}

/** Ownership goes to one user, by the owner, with the flag that says so. */
const mayTransfer = (call: Call, file: FileRow, role: Role, type: GranteeType): Outcome<void> =>
  Result.gen(function* () {
    if (role !== "owner") return
    yield* check(flag(call, "transferOwnership"), Refusals.transferNeedsFlag)
    yield* check(type === "user", () => Refusals.invalidPermission("Only users can own a file."))
    yield* Access.mustReach(call, file, "owner")
  })

/** Writes the mail, when there is to be one. Whether it failed. */
const notify = (call: Call, file: FileRow, { email, role, type }: PermissionRow): boolean => {
  const { now, options, query, tables } = call
  if (email === undefined || (type !== "user" && type !== "group")) return false
  if (query.get("sendNotificationEmail") === "false" && role !== "owner") return false
  if (options.failingMails?.includes(email) === true) return true
  tables.notifications.put(String(next(tables, "notifications")), {
    fileId: file.id,
    email,
    role,
    message: query.get("emailMessage") ?? undefined,
    at: now
  })
  return false
}

/** `permissions.create`. Somebody who has a permission already gets the role of this one. */
export const create = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const body = yield* bodyOf(call)
    const file = yield* shareable(call, id)
    const { name, type } = yield* granteeOf(body)
    const role = yield* roleOf(body, file)
    const expirationTime = yield* expirationOf(body, call, type)
    yield* mayTransfer(call, file, role, type)
    yield* check(call.query.get("sendNotificationEmail") !== "false" || role !== "owner", Refusals.mailNeeded)
    yield* check(role !== "organizer" || type === "user" || type === "group", () =>
      Refusals.invalidPermission("Only users and groups can be organizers.")
    )
    const permission: PermissionRow = {
      id: Ids.permissionId(type, name),
      type,
      role,
      email: type === "user" || type === "group" ? name : undefined,
      domain: type === "domain" ? name : undefined,
      allowFileDiscovery: type === "domain" || type === "anyone" ? (body.allowFileDiscovery ?? false) : undefined,
      expirationTime
    }
    const known = file.permissions.find((each) => each.id === permission.id)
    yield* check(known?.role !== "owner" || role === "owner", Refusals.ownerStays)
    yield* check(
      known !== undefined || file.permissions.length < (call.limits.permissions ?? 600),
      Refusals.tooManyPermissions
    )
    if (role === "owner") transfer(call, file, permission)
    else put(call, file, permission)
    // It is shared all the same.
    return notify(call, file, permission)
      ? Refusals.sharedWithoutMail(name)
      : ok(permissionView({ permission, inheritedFrom: undefined }, file.drive !== undefined))
  })

/** A permission in effect. */
const effective = ({ tables }: Call, file: FileRow, id: string): Outcome<Access.Effective> => {
  const found = Access.permissionsOf(tables, file).find(({ permission }) => permission.id === id)
  return found === undefined ? refuse(Refusals.permissionNotFound(id)) : Result.succeed(found)
}

/** `permissions.list` */
export const list = (call: Call, id: string): Outcome<Reply> =>
  Result.gen(function* () {
    const file = yield* shareable(call, id)
    const inDrive = file.drive !== undefined
    const all = Access.permissionsOf(call.tables, file)
    const most = yield* Paging.sizeOf(call, { most: 100, otherwise: inDrive ? 100 : Infinity })
    const page = yield* Paging.pageOf(call, all, most, ({ permission }) => permission.id)
    return ok({
      kind: "drive#permissionList",
      ...(page.next === undefined ? {} : { nextPageToken: page.next }),
      permissions: page.items.map((each) => permissionView(each, inDrive))
    })
  })

/** `permissions.get` */
export const get = (call: Call, id: string, permissionId: string): Outcome<Reply> =>
  Result.gen(function* () {
    const file = yield* shareable(call, id)
    return ok(permissionView(yield* effective(call, file, permissionId), file.drive !== undefined))
  })

/** `permissions.update`: another role, or another end. */
export const update = (call: Call, id: string, permissionId: string): Outcome<Reply> =>
  Result.gen(function* () {
    const body = yield* bodyOf(call)
    const file = yield* shareable(call, id)
    const { permission } = yield* effective(call, file, permissionId)
    const role = body.role === undefined || body.role === null ? permission.role : yield* roleOf(body, file)
    yield* mayTransfer(call, file, role, permission.type)
    yield* check(permission.role !== "owner" || role === "owner", Refusals.ownerStays)
    const expirationTime = flag(call, "removeExpiration")
      ? undefined
      : ((yield* expirationOf(body, call, permission.type)) ?? permission.expirationTime)
    const changed: PermissionRow = { ...permission, role, expirationTime }
    if (role === "owner") transfer(call, file, changed)
    else put(call, file, changed)
    return ok(permissionView({ permission: changed, inheritedFrom: undefined }, file.drive !== undefined))
  })

/** `permissions.delete`. What is inherited is removed where it is. */
export const remove = (call: Call, id: string, permissionId: string): Outcome<Reply> =>
  Result.gen(function* () {
    const file = yield* Access.visible(call, id)
    const { inheritedFrom, permission } = yield* effective(call, file, permissionId)
    // One may take leave of what is shared with oneself.
    const isOwn = permission.email?.toLowerCase() === call.viewer.email.toLowerCase()
    if (!isOwn) yield* Access.mustReach(call, file, sharers(file))
    yield* check(permission.role !== "owner", Refusals.ownerStays)
    yield* check(inheritedFrom === undefined, Refusals.inheritedPermission)
    call.tables.files.put(file.id, {
      ...file,
      permissions: file.permissions.filter((each) => each.id !== permissionId),
      version: file.version + 1
    })
    return noContent
  })

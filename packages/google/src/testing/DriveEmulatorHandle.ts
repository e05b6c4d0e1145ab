/**
 * An emulator over a storage, and what a test may see of it.
 *
 * @module
 */
import type { Emulator, EmulatorHead } from "@skippy/http/testing"
import * as TokenMachine from "./auth/TokenMachine.ts"
import * as Access from "./drive/Access.ts"
import { fileView } from "./drive/FileView.ts"
import { Limits, type Use } from "./drive/Limits.ts"
import { answer } from "./drive/Machine.ts"
import type { LimitOptions, Options } from "./drive/Options.ts"
import { permissionView } from "./drive/PermissionView.ts"
import type { FileRow, NotificationRow, SessionRow } from "./drive/Rows.ts"
import { firstAccount } from "./drive/Seeds.ts"
import type { Storage, Tables } from "./drive/Storage.ts"
import * as Tree from "./drive/Tree.ts"
import * as UploadChunks from "./drive/UploadChunks.ts"
import type { World } from "./drive/World.ts"

/** An emulator of Drive, and what a test may see of it. */
export interface DriveEmulator extends Emulator {
  /** The files as the API shows them to the account of the first token, in the order they were made; no top folders. */
  readonly files: () => ReadonlyArray<Readonly<Record<string, unknown>>>
  /** A file as the API shows it, or `undefined`. */
  readonly file: (id: string) => Readonly<Record<string, unknown>> | undefined
  /** The bytes of a file, or `undefined` when there are none. */
  readonly content: (id: string) => Uint8Array | undefined
  /** The files directly in a folder; `root` is that of the account of the first token. */
  readonly children: (id: string) => ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The permissions in effect. */
  readonly permissions: (id: string) => ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The mails that were sent about what was shared. */
  readonly notifications: () => ReadonlyArray<NotificationRow>
  /** How many files were created by requests, copies and uploads included. */
  readonly createdCount: () => number
  /** The uploads that were started and are neither done nor cancelled. */
  readonly sessions: () => ReadonlyArray<SessionRow>
  /** The most that one user took within a minute. */
  readonly usage: () => Use
  /** Other limits from now on. What was counted stays counted. */
  readonly setLimits: (limits: LimitOptions) => void
  /** The token endpoint. */
  readonly tokens: TokenMachine.TokenMachine
}

const byOrder = (a: FileRow, b: FileRow): number => a.order - b.order

const publicOrigin = "https://www.googleapis.com"

/** Makes an emulator over a storage. */
export const over = (storage: Storage, options: Options): DriveEmulator => {
  const tokens = TokenMachine.make({ tokens: options.tokens })
  const limits = new Limits(options.limits ?? {})
  const world: World = { options, storage, limits, tokens }
  const open: UploadChunks.Open = new Map()
  const chunk = (head: EmulatorHead, now: number) => UploadChunks.receive(world, open, head, now)
  const email = firstAccount(options)
  const viewed = (tables: Tables, file: FileRow) => fileView(file, { tables, email, origin: publicOrigin })
  return {
    handle: (request, now) => {
      if (!UploadChunks.isForSession(request)) return answer(world, request, now)
      const sink = chunk(request, now)
      sink.write(request.body)
      return sink.end(now)
    },
    receive: (head, now) => (UploadChunks.isForSession(head) ? chunk(head, now) : undefined),
    files: () =>
      storage.transact((tables) =>
        Array.from(tables.files.values())
          .filter(({ parent }) => parent !== undefined)
          .sort(byOrder)
          .map((file) => viewed(tables, file))
      ),
    file: (id) =>
      storage.transact((tables) => {
        const file = Tree.find(tables, email, id)
        return file === undefined ? undefined : viewed(tables, file)
      }),
    content: (id) => {
      const blob = storage.transact((tables) => tables.files.get(id)?.blob)
      if (blob === undefined) return undefined
      const content = storage.blobs.read(blob)
      return content instanceof Uint8Array ? content : content.read(0, content.length)
    },
    children: (id) =>
      storage.transact((tables) =>
        Tree.childrenOf(tables, Tree.find(tables, email, id)?.id ?? id)
          .toSorted(byOrder)
          .map((file) => viewed(tables, file))
      ),
    permissions: (id) =>
      storage.transact((tables) => {
        const file = Tree.find(tables, email, id)
        return file === undefined
          ? []
          : Access.permissionsOf(tables, file).map((each) => permissionView(each, file.drive !== undefined))
      }),
    notifications: () => storage.transact((tables) => Array.from(tables.notifications.values())),
    createdCount: () => storage.transact((tables) => tables.counters.get("created") ?? 0),
    sessions: () =>
      storage.transact((tables) => Array.from(tables.sessions.values()).filter(({ state }) => state === "open")),
    usage: () => limits.peak,
    setLimits: (changed) => {
      limits.options = changed
    },
    tokens
  }
}

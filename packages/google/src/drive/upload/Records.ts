/**
 * What is kept of uploads that are under way, so that they can be gone on with: after a failure, an interruption, or the end
 * of the program. A record is there before the first request that can create a file, and until the file is known to be right.
 *
 * @module
 */
import { StateStore, type StateStoreError } from "@skippy/core"
import { Effect, Option, Schema } from "effect"
import { Digest } from "effect/crypto"

/** What is kept of an upload. */
export const UploadRecord = Schema.Struct({
  version: Schema.Literal(1),
  /** A digest of who uploads: a session of one account is nothing for another. */
  owner: Schema.String,
  /** Absolute. */
  path: Schema.String,
  name: Schema.String,
  /** The folder, as it was asked for. */
  parentId: Schema.String,
  /** The folder itself, when what was asked for is a shortcut to it. */
  folderId: Schema.String,
  mimeType: Schema.String,
  size: Schema.Int,
  modifiedAt: Schema.Finite,
  inode: Schema.String,
  /** The id the file has, or will have. */
  fileId: Schema.String,
  /** The address of the session; whoever knows it can write to the upload. */
  session: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
  /** In milliseconds since the epoch. */
  startedAt: Schema.Finite
})
/** What is kept of an upload. */
export type UploadRecord = typeof UploadRecord.Type

/** A record and where it is kept. */
export interface Kept {
  readonly key: string
  readonly record: UploadRecord
}

/** Which upload it is: another account, file, folder or name makes another one. */
export interface Subject {
  readonly owner: string
  readonly path: string
  readonly parentId: string
  readonly name: string
}

/** Google keeps a session for a week: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable */
const timeToLive = "7 days"

/** Where records are kept. */
export const prefix = "drive/uploads/"

const Text = Schema.fromJsonString(UploadRecord)
const read = Schema.decodeOption(Text)
const write = Schema.encodeEffect(Text)

/** The digest of a text, as hexadecimal. */
export const digestOf = (text: string): Effect.Effect<string> =>
  Effect.provide(
    Effect.flatMap(Digest.Digest, ({ digestHex }) => digestHex(Digest.sha256, new TextEncoder().encode(text))),
    Digest.layerWebCrypto
  )

/** The key of an upload. */
export const keyOf = ({ name, owner, parentId, path }: Subject): Effect.Effect<string> =>
  Effect.map(digestOf(JSON.stringify([owner, path, parentId, name])), (digest) => prefix + digest)

/** Keeps records. */
export interface Records {
  /** `undefined` when there is none that can be read. */
  readonly find: (key: string) => Effect.Effect<UploadRecord | undefined, StateStoreError>
  readonly save: (kept: Kept) => Effect.Effect<void, StateStoreError>
  readonly remove: (key: string) => Effect.Effect<void, StateStoreError>
  /** Those of one account, the oldest first. */
  readonly all: (owner: string) => Effect.Effect<ReadonlyArray<Kept>, StateStoreError>
}

/** The records of a store. */
export const make: Effect.Effect<Records, never, StateStore> = Effect.map(StateStore, (store) => {
  const find = (key: string) =>
    Effect.map(store.get(key), (text) => (text === undefined ? undefined : Option.getOrUndefined(read(text))))
  return {
    find,
    save: ({ key, record }) =>
      Effect.flatMap(Effect.orDie(write(record)), (text) => store.set(key, text, { ttl: timeToLive })),
    remove: (key) => store.remove(key),
    all: (owner) =>
      Effect.gen(function* () {
        const keys = yield* store.keys(prefix)
        const found = yield* Effect.forEach(keys, (key) => Effect.map(find(key), (record) => ({ key, record })))
        const own = found.flatMap(({ key, record }) => (record?.owner === owner ? [{ key, record }] : []))
        return own.sort((a, b) => a.record.startedAt - b.record.startedAt)
      })
  }
})

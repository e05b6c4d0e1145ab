/**
 * States as files: one for each key, named by a digest of it, `{"version":1,"key":…,"expiresAt":…,"value":…}`.
 *
 * @module
 */
import { Clock, Effect, FileSystem, Option, type PlatformError, Schema, Semaphore } from "effect"
import { Digest } from "effect/crypto"
import { platformCodeOf } from "../error/PlatformCode.ts"
import * as AtomicFile from "../file/AtomicFile.ts"
import * as PrivateFolder from "../file/PrivateFolder.ts"
import { encode } from "../file/Utf8.ts"
import { type StateOperation, type StateStoreError, stateStoreError } from "./StateStoreError.ts"

const Content = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Literal(1),
    key: Schema.String,
    /** Milliseconds since the epoch; absent for ever. */
    expiresAt: Schema.optionalKey(Schema.Finite),
    value: Schema.String
  })
)
type Content = typeof Content.Type

const decode = Schema.decodeOption(Content)
const encodeContent = Schema.encodeEffect(Content)

const ownerOnly = 0o600

const isName = (name: string): boolean => /^[0-9a-f]{64}\.json$/.test(name)

const nameOf = (key: string): Effect.Effect<string> =>
  Effect.provide(
    Effect.flatMap(Digest.Digest, ({ digestHex }) =>
      Effect.map(digestHex(Digest.sha256, encode(key)), (digest) => `${digest}.json`)
    ),
    Digest.layerWebCrypto
  )

const isGone = ({ reason }: PlatformError.PlatformError): boolean => reason._tag === "NotFound"

const isOver = ({ expiresAt = Number.POSITIVE_INFINITY }: Content, now: number): boolean => expiresAt <= now

/** States as files. */
export interface StateFiles {
  readonly get: (key: string) => Effect.Effect<string | undefined, StateStoreError>
  readonly set: (key: string, text: string, expiresAt: number) => Effect.Effect<void, StateStoreError>
  readonly remove: (key: string) => Effect.Effect<void, StateStoreError>
  readonly keys: (prefix: string) => Effect.Effect<ReadonlyArray<string>, StateStoreError>
}

/** Opens a directory of states. What killed programs have left there while they wrote is removed. */
export const make = (directory: string): Effect.Effect<StateFiles, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    yield* AtomicFile.sweep(directory)
    // What is found to be over must not be replaced before it is removed.
    const oneAtATime = Semaphore.makeUnsafe(1)

    const onDisk =
      (operation: StateOperation) =>
      <A>(effect: Effect.Effect<A, PlatformError.PlatformError>): Effect.Effect<A, StateStoreError> =>
        oneAtATime.withPermits(1)(
          Effect.mapError(effect, (error) => stateStoreError(operation, directory, platformCodeOf(error)))
        )

    const setAside = (name: string) =>
      Effect.gen(function* () {
        let aside = `${name}.aside`
        for (let n = 2; yield* fs.exists(`${directory}/${aside}`); n++) aside = `${name}.aside-${n}`
        yield* Effect.logWarning(`${directory}/${name} is not a state this program can read; it is now ${aside}`)
        yield* fs.rename(`${directory}/${name}`, `${directory}/${aside}`)
      }).pipe(Effect.catchIf(isGone, () => Effect.void))

    /** What is in a file now, when it is a state that still counts. */
    const read = (name: string): Effect.Effect<Content | undefined, PlatformError.PlatformError> =>
      Effect.gen(function* () {
        const path = `${directory}/${name}`
        const content = decode(yield* fs.readFileString(path))
        if (Option.isNone(content) || (yield* nameOf(content.value.key)) !== name) {
          return yield* Effect.as(setAside(name), undefined)
        }
        if (!isOver(content.value, yield* Clock.currentTimeMillis)) return content.value
        return yield* Effect.as(fs.remove(path, { force: true }), undefined)
      }).pipe(Effect.catchIf(isGone, () => Effect.undefined))

    const pathOf = (key: string): Effect.Effect<string> => Effect.map(nameOf(key), (name) => `${directory}/${name}`)

    const names = Effect.catchIf(fs.readDirectory(directory), isGone, () => Effect.succeed<ReadonlyArray<string>>([]))

    return {
      get: (key) => onDisk("get")(Effect.map(Effect.flatMap(nameOf(key), read), (content) => content?.value)),
      set: (key, value, expiresAt) =>
        onDisk("set")(
          Effect.gen(function* () {
            const content = { version: 1, key, value, ...(Number.isFinite(expiresAt) ? { expiresAt } : {}) } as const
            const text = yield* Effect.orDie(encodeContent(content))
            yield* PrivateFolder.make(directory)
            yield* AtomicFile.write(yield* pathOf(key), text, { mode: ownerOnly })
          }).pipe(Effect.provideService(FileSystem.FileSystem, fs))
        ),
      remove: (key) => onDisk("remove")(Effect.flatMap(pathOf(key), (path) => fs.remove(path, { force: true }))),
      keys: (prefix) =>
        onDisk("keys")(
          Effect.gen(function* () {
            const contents = yield* Effect.forEach((yield* names).filter(isName), read)
            return contents
              .flatMap((content) => (content?.key.startsWith(prefix) === true ? [content.key] : []))
              .toSorted()
          })
        )
    }
  })

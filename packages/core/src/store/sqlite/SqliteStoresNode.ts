/**
 * State that all processes of one machine share, in one SQLite file: limits are counted once for all of them, a circuit
 * that one opens is open for all at once, and a program that runs for a second finds what the last one knew.
 *
 * The file is `state.db` in a directory on a local disk; use `configuration.path` (`SKIPPY_PATH`) to have it beside
 * everything else that survives the program. Every decision is one transaction of some ten microseconds, a closed circuit is
 * only read. A process that is killed takes nothing with it but the leases of its probes, which end.
 *
 * A file of an older version is upgraded, one of a newer version is refused (`SqliteStoreError`). A file that is torn, or
 * something else, is set aside under a name with the time, with a warning; nothing is ever deleted. When the file cannot
 * be used later on, `whenAway` says what decides.
 *
 * Cached values are shared when JSON carries them: texts, finite numbers, truth values, `null`, plain objects and lists, up
 * to a mebibyte. Others (instances of classes such as `Option` or `DateTime`, `undefined` in a field) stay with the process
 * that stored them.
 *
 * @example
 * ```ts
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { RateLimiter } from "@skippy/core"
 * import { SqliteStores } from "@skippy/core/node"
 * import { Effect, FileSystem } from "effect"
 *
 * const takeOne = (directory: string) =>
 *   Effect.gen(function* () {
 *     const limits = RateLimiter.tokenBucket({ limit: 3, per: "1 day" })
 *     const limiter = yield* RateLimiter.make({ name: "reports", limits })
 *     yield* limiter.acquire()
 *     console.log(`${yield* limiter.remaining} left`)
 *   }).pipe(Effect.provide(SqliteStores.layer({ directory })))
 *
 * const program = Effect.gen(function* () {
 *   const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
 *   yield* takeOne(directory)
 *   yield* takeOne(directory)
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
 * ```
 *
 * ```text
 * 2 left
 * 1 left
 * ```
 *
 * @module
 */
import { Clock, type Duration, Effect, type Layer, type Scope } from "effect"
import { checkMillis, checkOption } from "../../error/InvalidOptionError.ts"
import * as Away from "../away/Away.ts"
import type { RawStores } from "../away/RawStores.ts"
import { StoreTrouble } from "../away/StoreTrouble.ts"
import type { StateStore } from "../StateStore.ts"
import { FileDatabase, type Options as DatabaseOptions } from "./DatabaseNode.ts"
import type { Sqlite } from "./SessionNode.ts"
import * as SqliteBudgets from "./SqliteBudgets.ts"
import * as SqliteCaches from "./SqliteCaches.ts"
import * as SqliteCircuits from "./SqliteCircuits.ts"
import * as SqliteLimits from "./SqliteLimits.ts"
import * as SqliteStates from "./SqliteStates.ts"
import { SqliteStoreError, sqliteStoreError } from "./SqliteStoreError.ts"
import { tidy } from "./Tidy.ts"

export { SqliteStoreError, SqliteStoreReason } from "./SqliteStoreError.ts"

/** Where the state is, and how long to wait for it. */
export interface FileOptions {
  /** The directory of the file. It is made when it is not there, for its owner only. */
  readonly directory: string
  /** The name of the file. Default `state.db`. */
  readonly file?: string | undefined
  /**
   * How long a decision waits for those of other processes: the first 2 ms in place, then the program goes on meanwhile.
   * After that the store is away. Default 1 second: much longer than any transaction, but a process that has one may have to
   * wait for a processor, or for the disk.
   */
  readonly busyTimeout?: Duration.Input | undefined
}

/** Where the state is, and what happens while the file cannot be used. */
export interface Options extends FileOptions, Omit<Away.AwayOptions, "timeout"> {}

/** The defaults, in one place. */
export const defaults = { file: "state.db", busyTimeout: "1 second" } as const

/** So long the thread waits with a decision: most transactions are over sooner, and an effect costs more. */
const inPlaceMillis = 2

const load = (file: string): Effect.Effect<Sqlite, SqliteStoreError> =>
  Effect.tryPromise({
    try: () => import("node:sqlite"),
    catch: () => sqliteStoreError("unsupported", file, `it is ${process.version}`)
  })

const open = (options: DatabaseOptions): Effect.Effect<FileDatabase, SqliteStoreError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(new FileDatabase(options))
    } catch (error) {
      return error instanceof SqliteStoreError ? Effect.fail(error) : Effect.die(error)
    }
  })

/** What says that another process decides at this moment, or opens the file. */
const busyCodes: ReadonlySet<string> = new Set(["SQLITE_BUSY", "SQLITE_LOCKED", "busy"])

const sign = "INSERT INTO names (kind, name, size) VALUES ('well', '', 0) ON CONFLICT DO UPDATE SET tick = tick + 1"

/** What is not tidied today is tidied another day. */
const tidied = (database: FileDatabase, now: number): void => {
  try {
    tidy(database, now)
  } catch (error) {
    if (!(error instanceof StoreTrouble)) throw error
  }
}

/** The stores on an open file, which is closed at the end of the scope. They throw `StoreTrouble`. */
export const makeRaw = (options: FileOptions): Effect.Effect<RawStores, SqliteStoreError, Scope.Scope> =>
  Effect.gen(function* () {
    const { busyTimeout = defaults.busyTimeout, directory, file: name = defaults.file } = options
    const file = `${directory}/${name}`
    const busyMillis = checkMillis("SqliteStores", "busyTimeout", busyTimeout, 1)
    checkOption(
      Number.isFinite(busyMillis),
      "SqliteStores",
      "busyTimeout",
      busyTimeout,
      "give a duration that ends, such as the default"
    )
    const sqlite = yield* load(file)
    const context = yield* Effect.context()
    const clock = yield* Clock.Clock
    const now = () => clock.currentTimeMillisUnsafe()
    const warn = (warning: string) => void Effect.runForkWith(context)(Effect.logWarning(warning))
    const database = yield* Effect.acquireRelease(
      open({ sqlite, file, busyMillis: Math.min(busyMillis, inPlaceMillis), warn, now }),
      (database) => Effect.sync(() => database.close())
    )
    tidied(database, now())
    return {
      limits: SqliteLimits.make(database),
      circuits: SqliteCircuits.make(database),
      budgets: SqliteBudgets.make(database),
      caches: SqliteCaches.make(database),
      states: SqliteStates.make(database),
      // A locked file can still be read, and one on a full disk locked; only who can write has it back.
      isWell: () => database.write((sql) => void sql.run(sign)),
      isBusy: ({ code }) => busyCodes.has(code)
    }
  })

/** Provides stores in one file to every policy, and every user of the `StateStore`, that is made on the layer. */
export const layer = (options: Options): Layer.Layer<StateStore, SqliteStoreError> =>
  Away.layer("sqlite", makeRaw(options), { ...options, timeout: options.busyTimeout ?? defaults.busyTimeout })

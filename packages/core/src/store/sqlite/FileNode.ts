/**
 * Opening the file of the shared state: made when it is not there, upgraded when it is older, refused when it is newer, and
 * set aside when it is something else. Nothing is ever deleted.
 *
 * @module
 */
import { closeSync, existsSync, openSync, readSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import * as FolderNode from "../../file/FolderNode.ts"
import { ignored } from "../../file/PrivateFolder.ts"
import * as Migrations from "./Migrations.ts"
import { patiently } from "./PatienceNode.ts"
import { alone, Session, type Sqlite } from "./SessionNode.ts"
import { numberOf, textOf } from "./Sql.ts"
import * as SqliteCodes from "./SqliteCodes.ts"
import { SqliteStoreError, sqliteStoreError } from "./SqliteStoreError.ts"

/** What opening needs. */
export interface Options {
  readonly sqlite: Sqlite
  readonly file: string
  /** How long to wait for another program that opens, makes or upgrades the file. */
  readonly patienceMillis: number
  /** When it is, for the names of files set aside. */
  readonly now: number
  /** How the tables came to be what they are. */
  readonly steps: ReadonlyArray<Migrations.Step>
}

/** A file that is open, and what its owner should know. */
export interface Opened {
  readonly session: Session
  readonly warnings: ReadonlyArray<string>
  /** Tells whether another file stands at this place by now. */
  readonly identity: string
}

/** Reading all pages of a larger file would make every start slow; its damage shows when a page is read. */
const wholeBytes = 1_048_576

/** Which file stands there. */
export const identityOf = (file: string): string => {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat === undefined ? "" : `${stat.dev}:${stat.ino}`
}

/** What is wrong with what stands in the file's place. */
type Wrong = "is torn" | "is no database of Skippy's"

const versionOf = (session: Session): number => numberOf(session.get("PRAGMA user_version"), "user_version")

const wrongWith = (session: Session, file: string): Wrong | undefined => {
  const id = numberOf(session.get("PRAGMA application_id"), "application_id")
  if (id !== Migrations.applicationId) {
    const isNew = id === 0 && versionOf(session) === 0 && session.get("SELECT name FROM sqlite_schema") === undefined
    return isNew ? undefined : "is no database of Skippy's"
  }
  if (statSync(file).size > wholeBytes) return undefined
  return textOf(session.get("PRAGMA quick_check(1)"), "quick_check") === "ok" ? undefined : "is torn"
}

const magic = Buffer.from("SQLite format 3\0")

/**
 * SQLite would remove the log of a file that it cannot read, so the head of the file is looked at first. Not while
 * somebody has it open, which `-shm` tells: that may be this process, and the system forgets all locks of a process on a file
 * when it closes it once.
 */
const hasHead = (file: string): boolean => {
  if (existsSync(`${file}-shm`)) return true
  const opened = openSync(file, "r")
  try {
    const head = Buffer.alloc(magic.length)
    const length = readSync(opened, head)
    return length === 0 || head.equals(magic)
  } finally {
    closeSync(opened)
  }
}

/** Looks at a file that is open, without changing it. */
const examine = (session: Session, { file, patienceMillis }: Options): Wrong | undefined =>
  patiently(patienceMillis, () => {
    try {
      return wrongWith(session, file)
    } catch (error) {
      if (SqliteCodes.isDamage(error)) return "is torn"
      throw error
    }
  })

const checkVersion = (version: number, { file, steps }: Options): number => {
  if (version <= steps.length) return version
  throw sqliteStoreError("newer", file, `its version is ${version}, known are those up to ${steps.length}`)
}

/** Makes the tables what they are now, all of it or nothing. */
const upgrade = (session: Session, options: Options): void => {
  const { patienceMillis, steps } = options
  if (checkVersion(versionOf(session), options) === steps.length) return
  alone(session, patienceMillis, () => {
    // Another program can have done it meanwhile.
    const version = checkVersion(versionOf(session), options)
    session.exec(`PRAGMA application_id = ${Migrations.applicationId}`)
    for (const statement of steps.slice(version).flat()) session.exec(statement)
    session.exec(`PRAGMA user_version = ${steps.length}`)
  })
}

/** Readers and writers do not wait for each other, and what was committed is safe from a program that is killed. */
const prepare = (session: Session, options: Options): void => {
  checkVersion(versionOf(session), options)
  patiently(options.patienceMillis, () => session.exec("PRAGMA journal_mode = WAL"))
  session.exec("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304")
  upgrade(session, options)
}

const create = (file: string): void => {
  const folder = dirname(file)
  const isNew = FolderNode.make(folder, 0o700)
  // Sessions of uploads are secrets, and the folder may be within a repository.
  if (isNew) writeFileSync(join(folder, ".gitignore"), ignored, { mode: 0o600 })
  // SQLite makes its other files with the mode of this one. One that is there must not be touched: see `hasHead`.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600))
}

/** Where the file is that a link leads to: SQLite keeps its log there. */
const placeOf = (file: string): string => {
  create(file)
  return realpathSync(file)
}

/** The first name of a file set aside that is free. */
const asideOf = (file: string, now: number): string => {
  const stamp = new Date(now).toISOString().replaceAll(":", "-")
  let aside = `${file}.${stamp}.aside`
  for (let n = 2; existsSync(aside); n++) aside = `${file}.${stamp}.aside-${n}`
  return aside
}

/** Opens a file as it is; `undefined` when that is no database. */
const open = ({ file, sqlite }: Options): Session | undefined => {
  create(file)
  return hasHead(file) ? new Session(sqlite, file) : undefined
}

/**
 * Sets a file aside, unless another program did so meanwhile: only who holds the lock file looks and renames. The log goes
 * first, since SQLite would play a log that stayed behind into the new file.
 */
const setAside = (options: Options): ReadonlyArray<string> => {
  const { file, now, patienceMillis, sqlite } = options
  create(`${file}-lock`)
  const lock = new Session(sqlite, `${file}-lock`)
  try {
    patiently(patienceMillis, () => lock.exec("BEGIN EXCLUSIVE"))
    const session = open(options)
    const wrong = session === undefined ? "is torn" : examine(session, options)
    session?.close()
    if (wrong === undefined) return []
    const aside = asideOf(file, now)
    for (const end of ["-wal", "-shm", ""]) if (existsSync(file + end)) renameSync(file + end, aside + end)
    return [`${file} ${wrong}; it is now ${basename(aside)}, and a new one takes its place`]
  } finally {
    lock.close()
  }
}

/** Opens the file when it is in order; `undefined` when it has to be set aside. */
const openSound = (options: Options): Session | undefined => {
  const session = open(options)
  if (session === undefined) return undefined
  try {
    if (examine(session, options) === undefined) {
      prepare(session, options)
      return session
    }
  } catch (error) {
    session.close()
    if (SqliteCodes.isDamage(error)) return undefined
    throw error
  }
  session.close()
  return undefined
}

/** Another program can set the file aside, or remove it, at any moment. */
const maxTries = 5

const tryOpen = (options: Options): Opened => {
  const { file } = options
  const warnings: Array<string> = []
  for (let tries = 0; tries < maxTries; tries++) {
    create(file)
    const identity = identityOf(file)
    const session = openSound(options)
    if (session !== undefined) return { session, warnings, identity }
    warnings.push(...setAside(options))
  }
  throw sqliteStoreError("unwritable", file, "it is torn again and again")
}

/** Opens the file. Throws `SqliteStoreError`. */
export const openFile = (options: Options): Opened => {
  try {
    return tryOpen({ ...options, file: placeOf(options.file) })
  } catch (error) {
    if (error instanceof SqliteStoreError) throw error
    const code = SqliteCodes.codeOf(error)
    if (code === undefined) throw error
    throw sqliteStoreError(SqliteCodes.isBusy(error) ? "busy" : "unwritable", options.file, code)
  }
}

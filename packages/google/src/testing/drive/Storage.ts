/**
 * Where an emulated Drive keeps its rows and contents. There are two: in memory, and on disk.
 *
 * @module
 */
import type { Pieces } from "@skippy/http/testing"
import type { BlobInfo, DriveRow, FileRow, NotificationRow, OperationRow, SessionRow } from "./Rows.ts"

/** Rows by their keys, in the order they were first put. */
export interface Table<Row> {
  readonly get: (key: string) => Row | undefined
  readonly put: (key: string, row: Row) => void
  readonly remove: (key: string) => void
  readonly values: () => Iterable<Row>
}

/** All rows. */
export interface Tables {
  readonly files: Table<FileRow>
  readonly drives: Table<DriveRow>
  readonly sessions: Table<SessionRow>
  readonly operations: Table<OperationRow>
  readonly notifications: Table<NotificationRow>
  readonly counters: Table<number>
}

/** The bytes of an upload that is not finished. It stays until it is finished or discarded. */
export interface Part {
  /** In bytes. */
  readonly length: () => number
  readonly append: (bytes: Uint8Array) => void
  /** Forgets what comes after so many bytes. */
  readonly truncate: (length: number) => void
  /** Makes it a content, and forgets the part. */
  readonly finish: () => BlobInfo
  readonly discard: () => void
}

/** Contents by their SHA-256. The same content is kept once. */
export interface Blobs {
  /** The part with this name, which is made when it is new. */
  readonly part: (name: string) => Part
  readonly put: (bytes: Uint8Array) => BlobInfo
  /** A content that is there. */
  readonly read: (blob: BlobInfo) => Pieces | Uint8Array
  /** Forgets contents. */
  readonly sweep: (sha256: ReadonlyArray<string>) => void
}

/** What an emulator keeps. */
export interface Storage {
  /** Runs one request: all it changes is kept together, or nothing is when it throws. */
  readonly transact: <A>(run: (tables: Tables) => A) => A
  readonly blobs: Blobs
}

/** The next number of a counter, from 1. */
export const next = (tables: Tables, counter: string): number => {
  const value = (tables.counters.get(counter) ?? 0) + 1
  tables.counters.put(counter, value)
  return value
}

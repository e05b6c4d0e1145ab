/**
 * Contents as files, by their SHA-256: `blobs/ab/cdef…`. A content appears whole or not at all, because it is written
 * elsewhere and renamed.
 *
 * @module
 */
import { createHash, type Hash, randomUUID } from "node:crypto"
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync
} from "node:fs"
import { dirname, join } from "node:path"
import { granularity } from "./ContentRange.ts"
import type { BlobInfo } from "./Rows.ts"
import type { Blobs, Part } from "./Storage.ts"

const algorithms = ["md5", "sha1", "sha256"] as const

/** The checksums of bytes that come one after the other. */
const makeHashes = () => {
  const hashes = algorithms.map((algorithm): Hash => createHash(algorithm))
  return {
    update: (bytes: Uint8Array): void => {
      for (const hash of hashes) hash.update(bytes)
    },
    info: (size: number): BlobInfo => {
      const [md5 = "", sha1 = "", sha256 = ""] = hashes.map((hash) => hash.digest("hex"))
      return { size, md5, sha1, sha256 }
    }
  }
}

const writeAll = (fd: number, bytes: Uint8Array, at: number): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}

/** Reads bytes into a buffer that is there; gives as much of it as there was to read. */
const readInto = (path: string, bytes: Uint8Array, start: number): Uint8Array => {
  const fd = openSync(path, "r")
  try {
    let done = 0
    while (done < bytes.length) {
      const got = readSync(fd, bytes, done, bytes.length - done, start + done)
      if (got === 0) break
      done += got
    }
    return bytes.subarray(0, done)
  } finally {
    closeSync(fd)
  }
}

/** What is read for checksums, a mebibyte at a time. One for all: nothing is read while something else is. */
const scratch = new Uint8Array(4 * granularity)

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** A part, and what of it is in memory: its checksums, up to the last 256 KiB. */
interface OpenPart extends Part {
  /** Whether the file is as this process left it. */
  readonly isCurrent: () => boolean
  readonly close: () => void
}

const makePart = (path: string, settle: (info: BlobInfo) => void, forget: () => void): OpenPart => {
  let fd: number | undefined
  let length = sizeOf(path)
  let hashes = makeHashes()
  let hashed = 0
  const close = (): void => {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }
  const opened = (): number => (fd ??= openSync(path, existsSync(path) ? "r+" : "w+"))
  /** Checksums cannot go back, so what may yet be forgotten is left out. */
  const hashUpTo = (end: number): void => {
    while (hashed < end) {
      const next = Math.min(end, hashed + scratch.length)
      hashes.update(readInto(path, scratch.subarray(0, next - hashed), hashed))
      hashed = next
    }
  }
  return {
    length: () => length,
    append: (bytes) => {
      writeAll(opened(), bytes, length)
      const before = length
      length += bytes.length
      // What came just now need not be read again.
      if (hashed === before && before % granularity === 0 && bytes.length % granularity === 0) {
        hashes.update(bytes)
        hashed = length
      } else if (length - hashed >= scratch.length) hashUpTo(length - (length % granularity))
    },
    truncate: (to) => {
      if (to < length) ftruncateSync(opened(), to)
      length = Math.min(length, to)
      if (hashed > length) {
        hashes = makeHashes()
        hashed = 0
      }
      close()
    },
    finish: () => {
      if (length === 0) opened()
      close()
      hashUpTo(length)
      const info = hashes.info(length)
      settle(info)
      forget()
      return info
    },
    discard: () => {
      close()
      rmSync(path, { force: true })
      forget()
    },
    isCurrent: () => sizeOf(path) === length,
    close
  }
}

/** Contents on disk, and how to end them. */
export interface DiskBlobs extends Blobs {
  /** Forgets what a process left that died: contents that are not used, and parts of no session. */
  readonly tidy: (used: ReadonlySet<string>, sessions: ReadonlySet<string>) => void
  readonly close: () => void
}

/** Opens the contents of a directory. */
export const make = (directory: string): DiskBlobs => {
  const root = join(directory, "blobs")
  const parts = join(directory, "parts")
  for (const each of [root, parts]) mkdirSync(each, { recursive: true })
  const known = new Map<string, OpenPart>()
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256.slice(2))
  const settle = (from: string, { sha256 }: BlobInfo): void => {
    const to = pathOf(sha256)
    if (existsSync(to)) return rmSync(from, { force: true })
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
  return {
    part: (name) => {
      const open = known.get(name)
      // Another process may have gone on with it.
      if (open?.isCurrent() === true) return open
      open?.close()
      const path = join(parts, name)
      const part = makePart(
        path,
        (info) => settle(path, info),
        () => void known.delete(name)
      )
      known.set(name, part)
      return part
    },
    put: (bytes) => {
      const hashes = makeHashes()
      hashes.update(bytes)
      const info = hashes.info(bytes.length)
      if (existsSync(pathOf(info.sha256))) return info
      const path = join(parts, `put-${randomUUID()}`)
      const fd = openSync(path, "w")
      try {
        writeAll(fd, bytes, 0)
      } finally {
        closeSync(fd)
      }
      settle(path, info)
      return info
    },
    read: ({ sha256, size }) => ({
      length: size,
      read: (start, end) => readInto(pathOf(sha256), new Uint8Array(Math.max(0, Math.min(end, size) - start)), start)
    }),
    sweep: (sha256) => {
      for (const each of sha256) rmSync(pathOf(each), { force: true })
    },
    tidy: (used, sessions) => {
      for (const name of readdirSync(parts)) if (!sessions.has(name)) rmSync(join(parts, name), { force: true })
      for (const prefix of readdirSync(root)) {
        for (const rest of readdirSync(join(root, prefix))) {
          if (!used.has(prefix + rest)) rmSync(join(root, prefix, rest), { force: true })
        }
      }
    },
    close: () => {
      for (const part of known.values()) part.close()
    }
  }
}

/**
 * A Drive that lives as long as the process.
 *
 * @module
 */
import { blobInfo } from "./BlobInfo.ts"
import { collected } from "./Garbage.ts"
import type { Blobs, Part, Storage, Table, Tables } from "./Storage.ts"

/** A table in memory. */
export const makeTable = <Row>(): Table<Row> => {
  const rows = new Map<string, Row>()
  return {
    get: (key) => rows.get(key),
    put: (key, row) => void rows.set(key, row),
    remove: (key) => void rows.delete(key),
    values: () => rows.values()
  }
}

/** Tables in memory. */
export const makeTables = (): Tables => ({
  files: makeTable(),
  drives: makeTable(),
  sessions: makeTable(),
  operations: makeTable(),
  notifications: makeTable(),
  counters: makeTable()
})

const joined = (pieces: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

const makePart = (put: Blobs["put"], forget: () => void): Part => {
  let pieces: Array<Uint8Array> = []
  let length = 0
  return {
    length: () => length,
    append: (bytes) => {
      // A copy: the bytes may be overwritten by whoever sent them.
      pieces.push(bytes.slice())
      length += bytes.length
    },
    truncate: (to) => {
      if (to >= length) return
      pieces = [joined(pieces, length).slice(0, to)]
      length = to
    },
    finish: () => {
      forget()
      return put(joined(pieces, length))
    },
    discard: forget
  }
}

const makeBlobs = (): Blobs => {
  const contents = new Map<string, Uint8Array>()
  const parts = new Map<string, Part>()
  const put: Blobs["put"] = (bytes) => {
    const info = blobInfo(bytes)
    if (!contents.has(info.sha256)) contents.set(info.sha256, bytes.slice())
    return info
  }
  return {
    part: (name) => {
      const known = parts.get(name)
      if (known !== undefined) return known
      const part = makePart(put, () => void parts.delete(name))
      parts.set(name, part)
      return part
    },
    put,
    read: ({ sha256 }) => contents.get(sha256) ?? new Uint8Array(),
    sweep: (sha256) => {
      for (const each of sha256) contents.delete(each)
    }
  }
}

/** Makes a storage in memory. Nothing is undone when a request throws: a machine changes rows only when nothing can fail. */
export const make = (): Storage => {
  const tables = makeTables()
  return collected({ transact: (run) => run(tables), blobs: makeBlobs() })
}

/**
 * Bodies of answers, whatever they are given as: all of them are read from a place to a place.
 *
 * @module
 */
import type { EmulatorAnswer, Pieces } from "./Emulator.ts"

/** What of a body is read at a time, in bytes. */
export const pieceSize = 128 * 1024

const encoder = new TextEncoder()

const ofBytes = (bytes: Uint8Array): Pieces => ({
  length: bytes.length,
  read: (start, end) => bytes.subarray(start, end)
})

/** A body as pieces. One that is absent is empty. */
export const piecesOf = (body: EmulatorAnswer["body"] = ""): Pieces => {
  if (typeof body === "string") return ofBytes(encoder.encode(body))
  return body instanceof Uint8Array ? ofBytes(body) : body
}

/** All of a body. For small ones. */
export const bytesOf = (body: EmulatorAnswer["body"]): Uint8Array => {
  const { length, read } = piecesOf(body)
  return read(0, length)
}

/** The first `length` bytes of a body, piece by piece: one that is empty when there are none. */
export const inPieces = function* ({ read }: Pieces, length: number): Generator<Uint8Array, void> {
  let at = 0
  do {
    const end = Math.min(at + pieceSize, length)
    yield read(at, end)
    at = end
  } while (at < length)
}

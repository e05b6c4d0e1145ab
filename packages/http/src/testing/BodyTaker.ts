/**
 * Who takes the body of a request as it comes: a sink of the emulator, a buffer for `handle`, or nobody, when a fault keeps
 * the request from being carried out.
 *
 * @module
 */
import type { Emulator, EmulatorAnswer, EmulatorHead } from "./Emulator.ts"

/** Takes a body. Ends by `end` or by `abort`. */
export interface BodyTaker {
  readonly write: (bytes: Uint8Array) => void
  /** All of it has come: the answer of the emulator. Absent for a request that is not carried out. */
  readonly end: (now: number) => EmulatorAnswer | undefined
  /** The connection broke before. Whether the emulator had to do with the request. */
  readonly abort: (now: number) => boolean
  /** What of it is kept, for the record. */
  readonly kept: () => Uint8Array | undefined
}

/** How much of a body is kept, for the record, when nobody takes it. In bytes. */
const recordable = 1024 * 1024

const joined = (parts: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const buffer = (limit: number) => {
  let parts: Array<Uint8Array> | undefined = []
  let length = 0
  return {
    write: (bytes: Uint8Array): void => {
      length += bytes.length
      if (length > limit) parts = undefined
      parts?.push(bytes.slice())
    },
    kept: () => (parts === undefined ? undefined : parts.length === 1 ? parts[0] : joined(parts, length))
  }
}

/** Takes a body for nobody. */
export const ignored = (): BodyTaker => ({ ...buffer(recordable), end: () => undefined, abort: () => false })

/** Takes a body for an emulator. */
export const of = (emulator: Emulator, head: EmulatorHead, now: number): BodyTaker => {
  const sink = emulator.receive?.(head, now)
  if (sink !== undefined) {
    return {
      write: (bytes) => sink.write(bytes),
      end: (now) => sink.end(now),
      abort: (now) => {
        sink.abort(now)
        return true
      },
      kept: () => undefined
    }
  }
  const { kept, write } = buffer(Number.POSITIVE_INFINITY)
  return {
    write,
    end: (now) => emulator.handle({ ...head, body: kept() ?? new Uint8Array() }, now),
    abort: () => false,
    kept
  }
}

/**
 * Lines that wait to be written, as bytes in one buffer that is used again and again: outside of the heap, where no garbage
 * collector moves them, and without garbage of their own.
 *
 * @module
 */
import { encodeInto } from "./Utf8.ts"

const newline = 10
const firstBytes = 64 * 1024
/** A buffer that grew beyond while nothing could be written is not kept. */
const keptBytes = 8 * 1024 * 1024

/** UTF-8 takes at most three bytes for each code unit. */
const bytesOf = (text: string): number => text.length * 3

/** Where so many lines end. */
const endOfLines = (bytes: Uint8Array, lines: number): number => {
  let end = 0
  for (let left = lines; left > 0; left--) end = bytes.indexOf(newline, end) + 1
  return end
}

/** Whole lines. */
export interface Lines {
  readonly bytes: Uint8Array
  readonly count: number
}

/** A buffer of lines. */
export class LineBuffer {
  count = 0
  private bytes: Uint8Array = new Uint8Array(0)
  private length = 0
  /** The buffer of what was taken last, when that has been written. */
  private spare: Uint8Array = new Uint8Array(0)

  /** Adds `count` lines, each with its end. */
  add(text: string, count: number): void {
    this.reserve(bytesOf(text))
    this.length += encodeInto(text, this.bytes.subarray(this.length))
    this.count += count
  }

  /** Gives the oldest lines up. */
  drop(count: number): void {
    const end = endOfLines(this.bytes, count)
    this.bytes.copyWithin(0, end, this.length)
    this.length -= end
    this.count -= count
  }

  /** Hands all lines over; they stay as they are until `written` or `giveBack`. */
  take(): Lines {
    const lines = { bytes: this.bytes.subarray(0, this.length), count: this.count }
    this.bytes = this.spare
    this.spare = new Uint8Array(0)
    this.length = 0
    this.count = 0
    return lines
  }

  /** What was taken is not needed any more. */
  written({ bytes }: Lines): void {
    if (bytes.buffer.byteLength <= keptBytes) this.spare = new Uint8Array(bytes.buffer)
  }

  /** What was taken could not be written, and comes first again. */
  giveBack({ bytes, count }: Lines): void {
    const later = this.bytes.subarray(0, this.length)
    const all = new Uint8Array(bytes.length + later.length)
    all.set(bytes)
    all.set(later, bytes.length)
    this.bytes = all
    this.length = all.length
    this.count += count
  }

  private reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(firstBytes, needed, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }
}

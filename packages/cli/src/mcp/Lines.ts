/**
 * Bytes cut into lines, whatever pieces they come in. Pure.
 *
 * @module
 */

/** What has come of a line that has not ended yet. */
export interface Rest {
  readonly parts: ReadonlyArray<Uint8Array>
  readonly size: number
}

/** Before anything came. */
export const empty: Rest = { parts: [], size: 0 }

/** A line without its end, or one that is longer than the limit, of which nothing is kept. */
export type Line = Uint8Array | "tooLong"

const newline = 10

const joined = ({ parts, size }: Rest): Uint8Array => {
  const line = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    line.set(part, at)
    at += part.length
  }
  return line
}

/** Goes on with what stands before the next end of a line. What is too long is counted, and not kept. */
const grow = ({ parts, size }: Rest, more: Uint8Array, limit: number): Rest => {
  const all = size + more.length
  return { parts: all > limit ? [] : [...parts, more], size: all }
}

const lineOf = (rest: Rest, limit: number): Line => (rest.size > limit ? "tooLong" : joined(rest))

/** The lines that end in a piece, and what is left of it. */
export const feed = (
  before: Rest,
  piece: Uint8Array,
  limit: number
): readonly [rest: Rest, lines: ReadonlyArray<Line>] => {
  const lines: Array<Line> = []
  let rest = before
  let start = 0
  for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
    lines.push(lineOf(grow(rest, piece.subarray(start, end), limit), limit))
    rest = empty
    start = end + 1
  }
  return [grow(rest, piece.subarray(start), limit), lines]
}

/** The last line, when it has no end. */
export const last = (rest: Rest, limit: number): ReadonlyArray<Line> => (rest.size === 0 ? [] : [lineOf(rest, limit)])

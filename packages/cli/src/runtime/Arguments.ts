/**
 * The words of the command line as bytes: Node makes U+FFFD of what is no UTF-8, and a name would not be what was meant.
 *
 * @module
 */
import { readFileSync } from "node:fs"

const replacement = "\uFFFD"

/** The words of this process, as bytes; `undefined` where the system does not tell. */
const words = (): ReadonlyArray<Buffer> | undefined => {
  try {
    const bytes = readFileSync("/proc/self/cmdline")
    const found: Array<Buffer> = []
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(0, start)
      found.push(bytes.subarray(start, end < 0 ? bytes.length : end))
      start = end < 0 ? bytes.length : end + 1
    }
    return found
  } catch {
    return undefined
  }
}

const isUtf8 = (word: Buffer): boolean => Buffer.from(word.toString("utf8"), "utf8").equals(word)

/** The first of the words that is no UTF-8. Somebody may well mean U+FFFD itself. */
export const unreadable = (args: ReadonlyArray<string>): string | undefined => {
  if (!args.some((arg) => arg.includes(replacement))) return undefined
  return words()
    ?.slice(-args.length)
    .find((word) => !isUtf8(word))
    ?.toString("utf8")
}

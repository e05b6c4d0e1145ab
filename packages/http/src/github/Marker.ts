/**
 * The marker that tells an issue of Skippy's from all others: a comment nobody sees on the page, on a line of its own at
 * the end of the body.
 *
 * @module
 */
import { Effect, Random } from "effect"

const digits = 16

const half: Effect.Effect<string> = Effect.map(Random.next, (chance) =>
  Math.floor(chance * 2 ** 48)
    .toString(16)
    .padStart(digits - 4, "0")
)

/** A marker no other creation has: 96 bits of chance. */
export const random: Effect.Effect<string> = Effect.zipWith(half, half, (a, b) => ofText(`retry-${a}${b}`))

/** The marker of an idempotency key: the same key, the same marker. What could end the comment is percent-encoded. */
export const ofKey = (key: string): string => ofText(`key-${encodeURIComponent(key)}`)

const ofText = (text: string): string => `<!-- skippy:${text} -->`

const form = /^<!-- skippy:\S+ -->$/

/** A body with the marker at its end. */
export const mark = (body: string | undefined, marker: string): string =>
  body === undefined || body === "" ? marker : `${body}\n\n${marker}`

/** How many characters a marker adds to a body that has some. */
export const lengthOf = (marker: string): number => mark("x", marker).length - 1

/**
 * Whether the marker of a body is this one. A quotation of it does not count, nor does one that came along when the body
 * of another issue was copied: its own is the last.
 */
export const isMarked = (body: string | null, marker: string): boolean =>
  body
    ?.split("\n")
    .map((line) => line.trim())
    .findLast((line) => form.test(line)) === marker

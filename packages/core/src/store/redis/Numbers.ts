/**
 * Numbers on their way to Redis and back. Neither JSON nor the times of Redis know infinity, so it goes as a time that nobody
 * lives to see.
 *
 * @module
 */

/** The last moment a `Date` can tell, in milliseconds. */
export const forever = 8.64e15

/** A number as an argument. */
export const toText = (number: number): string => String(Math.max(-forever, Math.min(number, forever)))

/** A number out of an answer. */
export const fromText = (text: string | undefined): number => {
  const number = Number(text)
  return number >= forever ? Infinity : number
}

/**
 * Questions somebody has been shown and not answered yet. Pure.
 *
 * A question is known by a number nobody can guess, and is for one thing that would be done, known by its digest: an answer
 * that comes with the number counts for that thing only, and only once.
 *
 * @module
 */

/** Digests of what questions are for, by the numbers of the questions, the oldest first. */
export type Pending = ReadonlyMap<string, string>

/** No questions. */
export const none: Pending = new Map()

/** How many questions are remembered; of more the oldest are forgotten, and their answers are of no question. */
export const atMost = 1000

/** Remembers a question. */
export const add = (pending: Pending, number: string, digest: string): Pending =>
  new Map([...[...pending].slice(pending.size < atMost ? 0 : 1), [number, digest]])

/** What an answer is to: what it is wanted for, another thing, or no question that is open. */
export type Taken = "other" | "same" | "unknown"

/** Takes an answer for what has this digest. Its question is over in any case. */
export const take = (pending: Pending, number: string, digest: string): readonly [taken: Taken, pending: Pending] => {
  const asked = pending.get(number)
  if (asked === undefined) return ["unknown", pending]
  const rest = new Map(pending)
  rest.delete(number)
  return [asked === digest ? "same" : "other", rest]
}

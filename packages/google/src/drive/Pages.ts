/**
 * Going through the pages of a list. A page may be short or empty and still not be the last; an empty token is none.
 *
 * @module
 */
import { Effect } from "effect"
import type { Api, Asked } from "./Api.ts"
import type { DriveError } from "./DriveError.ts"

/** The tokens of the pages that were gone through. */
export type Walked = Set<string>

/** The token of the next page, or `undefined` after the last one. Pages that go round in a circle are `unexpectedAnswer`. */
export const next = (
  { fail }: Pick<Api, "fail">,
  asked: Asked,
  walked: Walked,
  { nextPageToken = "" }: { readonly nextPageToken?: string | undefined }
): Effect.Effect<string | undefined, DriveError> => {
  if (nextPageToken === "") return Effect.undefined
  if (walked.has(nextPageToken)) return fail(asked, "unexpectedAnswer", "its pages go round in a circle")
  walked.add(nextPageToken)
  return Effect.succeed(nextPageToken)
}

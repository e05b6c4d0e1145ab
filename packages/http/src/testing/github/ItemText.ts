/**
 * The titles and bodies GitHub takes.
 *
 * @module
 */
import type { FieldError } from "./Reply.ts"

const titleMax = 256
const bodyMax = 65_536

/** What is wrong with a title and a body, of pull requests too (https://github.com/github/docs/issues/15498). */
export const textErrors = (title: string, body: string | undefined): ReadonlyArray<FieldError> => [
  ...(title.trim() === "" ? [{ resource: "Issue", code: "missing_field", field: "title" } as const] : []),
  ...(title.length > titleMax ? [tooLong("title", titleMax)] : []),
  ...(body !== undefined && body.length > bodyMax ? [tooLong("body", bodyMax)] : [])
]

const tooLong = (field: string, max: number): FieldError => ({
  resource: "Issue",
  code: "custom",
  field,
  message: `${field} is too long (maximum is ${max} characters)`
})

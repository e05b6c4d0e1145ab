/**
 * The titles and bodies GitHub takes.
 *
 * @module
 */
import type { FieldError } from "./Reply.ts"

const titleMax = 256
const bodyMax = 65_536

const isLonger = (text: string, max: number): boolean => text.length > max && Array.from(text).length > max

/** What is wrong with a title and a body, of pull requests too (https://github.com/github/docs/issues/15498). */
export const textErrors = (title: string, body: string | undefined): ReadonlyArray<FieldError> => [
  ...(title.trim() === "" ? [{ resource: "Issue", code: "missing_field", field: "title" } as const] : []),
  ...(isLonger(title, titleMax) ? [tooLong("title", titleMax)] : []),
  ...(body !== undefined && isLonger(body, bodyMax) ? [tooLong("body", bodyMax)] : [])
]

const tooLong = (field: string, max: number): FieldError => ({
  resource: "Issue",
  code: "custom",
  field,
  message: `${field} is too long (maximum is ${max} characters)`
})

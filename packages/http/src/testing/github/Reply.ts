/**
 * What the endpoints of GitHub reply, and its refusals. Texts are those of the documentation
 * (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api) and of answers people recorded.
 *
 * @module
 */

/** A reply before the headers every answer has. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json: unknown
}

/** A reason why something is not valid. */
export interface FieldError {
  readonly value?: string
  readonly resource: "Issue" | "PullRequest"
  readonly field?: string
  readonly code: "custom" | "invalid" | "missing_field"
  readonly message?: string
}

/** The root of the documentation, which errors without a better place name. */
export const documentation = "https://docs.github.com/rest"

export const ok = (json: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  headers,
  json
})

export const created = (json: unknown, location: string): Reply => ({ status: 201, headers: { location }, json })

/** An error. `status` is a text in the body. */
export const problem = (status: number, message: string, place: string, errors?: unknown): Reply => ({
  status,
  json: { message, ...(errors === undefined ? {} : { errors }), documentation_url: place, status: String(status) }
})

export const notFound = (place = documentation): Reply => problem(404, "Not Found", place)

/** What was sent is of the right form, and still cannot be done. */
export const validationFailed = (place: string, errors: ReadonlyArray<FieldError>): Reply =>
  problem(422, "Validation Failed", place, errors)

/** What was sent is not of the right form. */
export const invalidRequest = (place: string, details: string): Reply =>
  problem(422, `Invalid request.\n\n${details}`, place)

/**
 * What the token endpoint answers. Texts are those people recorded of Google's
 * (https://developers.google.com/identity/protocols/oauth2/native-app,
 * https://developers.google.com/identity/protocols/oauth2/service-account#error-codes).
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"

const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache, no-store" }

/** An answer. */
export const answer = (status: number, json: unknown): EmulatorAnswer => ({
  status,
  headers,
  body: JSON.stringify(json, undefined, 2)
})

/** A refusal: `error` and `error_description`. */
export const refuse = (status: number, error: string, description: string): EmulatorAnswer =>
  answer(status, { error, error_description: description })

/** A refresh token, code or assertion that is not taken. */
export const invalidGrant = (description: string): EmulatorAnswer => refuse(400, "invalid_grant", description)

/** The refresh token is not good any more. */
export const revoked = invalidGrant("Token has been expired or revoked.")

/** A parameter is missing. */
export const missing = (name: string): EmulatorAnswer =>
  refuse(400, "invalid_request", `Missing required parameter: ${name}`)

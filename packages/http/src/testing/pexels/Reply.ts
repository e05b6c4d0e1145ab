/**
 * What Pexels replies when it refuses. The documentation shows no bodies of errors. Recorded by others are those of 400
 * (https://github.com/pexels/pexels-javascript/issues/3) and 401
 * (https://github.com/harry0703/MoneyPrinterTurbo/issues/244), and the text of 404 (the tests of pexels/pexels-ruby); that
 * of 429 follows their form.
 *
 * @module
 */
import type { EmulatorAnswer } from "../Emulator.ts"

/** A success, its headers but those of the limits included. */
export const ok = (json: unknown): EmulatorAnswer => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(json)
})

const problem = (status: number, code: string): EmulatorAnswer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({ status, code })
})

export const noQuery: EmulatorAnswer = problem(400, "No query param given")
export const badRequest: EmulatorAnswer = problem(400, "Bad Request")
export const unauthorized: EmulatorAnswer = problem(401, "Unauthorized")
export const notFound: EmulatorAnswer = problem(404, "Not Found")
export const tooMany: EmulatorAnswer = problem(429, "Too Many Requests")

/** Measured by others: without a `User-Agent` there is a 403, https://github.com/salvoventura/pypexels/issues/13. */
export const noUserAgent: EmulatorAnswer = { status: 403, headers: { "content-type": "text/plain" }, body: "Forbidden" }

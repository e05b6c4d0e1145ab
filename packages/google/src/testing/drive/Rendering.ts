/**
 * Replies as they are sent.
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import type { Reply } from "./Reply.ts"

/** A reply as it is sent. */
export const render = ({ body, headers, json, status }: Reply): EmulatorAnswer => {
  const everywhere = {
    server: "ESF",
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    vary: "Origin, X-Origin"
  }
  return json === undefined
    ? { status, headers: { ...everywhere, ...headers }, body }
    : {
        status,
        headers: { ...everywhere, "content-type": "application/json; charset=UTF-8", ...headers },
        body: `${JSON.stringify(json, undefined, 2)}\n`
      }
}

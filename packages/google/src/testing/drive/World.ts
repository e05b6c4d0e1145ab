/**
 * What answers of an emulated Drive depend on, besides the request and the moment.
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorHead, EmulatorRequest } from "@skippy/http/testing"
import type { Call, Viewer } from "./Call.ts"
import type { Limits } from "./Limits.ts"
import type { Options } from "./Options.ts"
import type { Storage, Tables } from "./Storage.ts"

/** Whose tokens are whose, and the endpoint that gives them. */
export interface Tokens {
  /** Answers what is sent to the endpoint, and nothing else. */
  readonly handle: (request: EmulatorRequest, now: number) => EmulatorAnswer | undefined
  readonly accountOf: (token: string, now: number) => Viewer | undefined
}

/** An emulated Drive. */
export interface World {
  readonly options: Options
  readonly storage: Storage
  readonly limits: Limits
  readonly tokens: Tokens
}

/** A request as the methods see it. */
export const callOf = (
  { limits, options, storage }: World,
  tables: Tables,
  viewer: Viewer,
  { body, headers, url }: EmulatorHead & { readonly body: Uint8Array },
  now: number
): Call => ({
  tables,
  blobs: storage.blobs,
  options,
  limits: limits.options,
  viewer,
  query: url.searchParams,
  headers,
  origin: url.origin,
  body,
  now
})

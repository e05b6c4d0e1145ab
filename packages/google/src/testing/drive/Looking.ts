/**
 * For whom something is shown.
 *
 * @module
 */
import type { Tables } from "./Storage.ts"

/** Who looks, and where links lead to. */
export interface Looking {
  readonly tables: Tables
  readonly email: string
  readonly origin: string
}

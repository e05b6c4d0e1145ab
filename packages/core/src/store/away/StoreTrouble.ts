/**
 * What goes wrong between a policy and a shared store. It never leaves `store`: the decision is then made by what was
 * configured for a store that is away, and listeners hear `StoreAway`.
 *
 * @module
 */
import { Schema } from "effect"
import { withoutStack } from "../../error/Refusal.ts"
import { SharedStoreName } from "../../event/ResilienceEvent.ts"

/** A shared store did not answer, or with something that is no answer. Neither address, password nor key is in it. */
export class StoreTrouble extends Schema.TaggedError<StoreTrouble>()("StoreTrouble", {
  store: SharedStoreName,
  /** What the system says, in one word where there is one: `SQLITE_BUSY`, `ECONNREFUSED`, `timeout`. */
  code: Schema.String
}) {
  override get message(): string {
    return `the shared store (${this.store}) is away: ${this.code}`
  }
}

/** Makes the error, without a stack: while a store is away there can be many. */
export const storeTrouble = (store: SharedStoreName, code: string): StoreTrouble =>
  withoutStack(() => new StoreTrouble({ store, code }))

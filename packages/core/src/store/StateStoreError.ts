/**
 * What can go wrong with the store of states.
 *
 * @module
 */
import { Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"
import { withoutStack } from "../error/Refusal.ts"
import { SharedStoreName } from "../event/ResilienceEvent.ts"

/** What was asked of the store. */
export const StateOperation = Schema.Literals(["get", "set", "remove", "keys"])
/** What was asked of the store. */
export type StateOperation = typeof StateOperation.Type

/** The place of the states cannot be read or written. Neither key nor value is in it, since both may be secret. */
export class StateStoreError extends Schema.TaggedError<StateStoreError>()("StateStoreError", {
  operation: StateOperation,
  category: ErrorCategory,
  /** Where the states are kept; empty when that is a shared store. */
  directory: Schema.String,
  /** What the system says: `ENOSPC`, `PermissionDenied`. */
  code: Schema.String,
  /** The shared store that is away. */
  store: Schema.optionalKey(SharedStoreName)
}) {
  /** A shared store comes back by itself. */
  get retryable(): boolean {
    return this.store !== undefined
  }

  override get message(): string {
    const done = this.operation === "get" || this.operation === "keys" ? "read" : "written"
    if (this.store !== undefined)
      return `the state cannot be ${done}: the shared store (${this.store}) is away; try again later`
    return `the state in ${this.directory} cannot be ${done} (${this.code}); make it a directory of yours, with room left`
  }
}

/** Makes the error. */
export const stateStoreError = (operation: StateOperation, directory: string, code: string): StateStoreError =>
  withoutStack(() => new StateStoreError({ operation, category: "fatal", directory, code }))

/** Makes the error of a shared store that is away. */
export const storeAwayError = (operation: StateOperation, store: SharedStoreName): StateStoreError =>
  withoutStack(() => new StateStoreError({ operation, category: "transient", directory: "", code: "away", store }))

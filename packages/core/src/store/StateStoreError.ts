/**
 * What can go wrong with the store of states.
 *
 * @module
 */
import { Schema } from "effect"
import { ErrorCategory } from "../error/ErrorCategory.ts"
import { withoutStack } from "../error/Refusal.ts"

/** What was asked of the store. */
export const StateOperation = Schema.Literals(["get", "set", "remove", "keys"])
/** What was asked of the store. */
export type StateOperation = typeof StateOperation.Type

/** The place of the states cannot be read or written. Neither key nor value is in it, since both may be secret. */
export class StateStoreError extends Schema.TaggedError<StateStoreError>()("StateStoreError", {
  operation: StateOperation,
  category: ErrorCategory,
  /** Where the states are kept. */
  directory: Schema.String,
  /** What the system says: `ENOSPC`, `PermissionDenied`. */
  code: Schema.String
}) {
  readonly retryable = false

  override get message(): string {
    const done = this.operation === "get" || this.operation === "keys" ? "read" : "written"
    return `the state in ${this.directory} cannot be ${done} (${this.code}); make it a directory of yours, with room left`
  }
}

/** Makes the error. */
export const stateStoreError = (operation: StateOperation, directory: string, code: string): StateStoreError =>
  withoutStack(() => new StateStoreError({ operation, category: "fatal", directory, code }))

/**
 * What every stage of a call may know about the call it serves: who asked, what for, and which attempt this is. It
 * travels in the fiber's context, so a policy deep inside needs no argument for it.
 *
 * @module
 */
import { Context } from "effect"

/** The call a fiber works for. */
export interface CurrentCall {
  /** `req_YYYYMMDD_HHMMSS_xxxxxx`, UTC; made when somebody first reads it. */
  readonly requestId: string
  /** The protected service, such as `google-drive`. */
  readonly service: string
  /** What is done with it, such as `searchFiles`. */
  readonly operation: string
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Attempts at the service so far, hedges included; grows while the call runs. */
  readonly attempts: number
  /** Books an attempt. */
  readonly countAttempt: () => void
  /** The same call, at another attempt. */
  readonly atAttempt: (attempt: number) => CurrentCall
}

/** The call this fiber works for, `undefined` outside of one. Set by the pipeline, read by every policy. */
export const CurrentCall: Context.Reference<CurrentCall | undefined> = Context.Reference<CurrentCall | undefined>(
  "@skippy/core/event/CurrentCall",
  { defaultValue: () => undefined }
)

/** What a call is made of. `requestId` is asked once, when it is first read. */
export interface CallFields {
  readonly requestId: () => string
  readonly service: string
  readonly operation: string
  readonly idempotent: boolean
}

class Call implements CurrentCall {
  readonly service: string
  readonly operation: string
  readonly idempotent: boolean
  readonly attempt: number
  private readonly root: Call | undefined
  private readonly makeId: () => string
  private id: string | undefined
  private made = 0

  constructor(fields: CallFields, attempt: number, root: Call | undefined) {
    this.makeId = fields.requestId
    this.service = fields.service
    this.operation = fields.operation
    this.idempotent = fields.idempotent
    this.attempt = attempt
    this.root = root
  }

  get requestId(): string {
    return this.root === undefined ? (this.id ??= this.makeId()) : this.root.requestId
  }

  get attempts(): number {
    return this.root === undefined ? this.made : this.root.attempts
  }

  countAttempt(): void {
    if (this.root === undefined) this.made++
    else this.root.countAttempt()
  }

  atAttempt(attempt: number): CurrentCall {
    const { idempotent, operation, service } = this
    return new Call({ requestId: this.makeId, service, operation, idempotent }, attempt, this.root ?? this)
  }
}

/** A call at its first attempt. */
export const makeCall = (fields: CallFields): CurrentCall => new Call(fields, 1, undefined)

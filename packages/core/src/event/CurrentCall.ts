/**
 * What every stage of a call may know about the call it serves: who asked, what for, and which attempt this is. It
 * travels in the fiber's context, so a policy deep inside needs no argument for it.
 *
 * @module
 */
import { Context, Effect, type Fiber } from "effect"

/** What every stage may know: the call it serves, and the moment by which it has to be over. */
export interface CallScope {
  /** The call, `undefined` outside of one. */
  readonly call: CurrentCall | undefined
  /** Milliseconds since the epoch; `Infinity` without a deadline. */
  readonly deadline: number
}

/** The call a fiber works for. */
export interface CurrentCall extends CallScope {
  /** `req_YYYYMMDD_HHMMSS_xxxxxx`, UTC; made when somebody first reads it. */
  readonly requestId: string
  /** The protected service, such as `google-drive`. */
  readonly service: string
  /** What is done with it, such as `searchFiles`. */
  readonly operation: string
  /** Whether doing it twice is the same as doing it once. */
  readonly idempotent: boolean
  /** How much of the rate limit one attempt takes. */
  readonly weight: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Attempts at the service so far, hedges included; grows while the call runs. */
  readonly attempts: number
  /** Books an attempt. */
  readonly countAttempt: () => void
  /** The same call, at another attempt. */
  readonly atAttempt: (attempt: number) => CurrentCall
}

/** The scope of this fiber. Set by the pipeline and by `Deadline`, read by every policy. */
export const CallScope: Context.Reference<CallScope> = Context.Reference<CallScope>("@skippy/core/event/CallScope", {
  defaultValue: () => ({ call: undefined, deadline: Infinity })
})

/** The call this fiber works for. */
export const callOf = (fiber: Fiber.Fiber<unknown, unknown>): CurrentCall | undefined => fiber.getRef(CallScope).call

/** What an error says of the call it belongs to; nothing outside of one. */
export const requestOf = (fiber: Fiber.Fiber<unknown, unknown>): { readonly requestId?: string } => {
  const call = callOf(fiber)
  return call === undefined ? {} : { requestId: call.requestId }
}

/** The call this effect runs for: its request id, service, operation and attempt; `undefined` outside of one. */
export const currentCall: Effect.Effect<CurrentCall | undefined> = Effect.withFiber((fiber) =>
  Effect.succeed(callOf(fiber))
)

/** What a call is made of. `requestId` is asked once, when it is first read. */
export interface CallFields {
  readonly requestId: () => string
  readonly service: string
  readonly operation: string
  readonly idempotent: boolean
  readonly weight: number
  readonly startedAt: number
  readonly deadline: number
}

class Call implements CurrentCall {
  readonly service: string
  readonly operation: string
  readonly idempotent: boolean
  readonly weight: number
  readonly startedAt: number
  readonly deadline: number
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
    this.weight = fields.weight
    this.startedAt = fields.startedAt
    this.deadline = fields.deadline
    this.attempt = attempt
    this.root = root
  }

  get call(): CurrentCall {
    return this
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
    const { deadline, idempotent, makeId, operation, service, startedAt, weight } = this
    const fields = { requestId: makeId, service, operation, idempotent, weight, startedAt, deadline }
    return new Call(fields, attempt, this.root ?? this)
  }
}

/** A call at its first attempt. */
export const makeCall = (fields: CallFields): CurrentCall => new Call(fields, 1, undefined)

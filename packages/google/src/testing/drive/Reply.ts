/**
 * What the methods of Drive reply, before the headers every answer has.
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import { Result } from "effect"

/** A reply: JSON, or a body as it is. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly json?: unknown
  readonly body?: EmulatorAnswer["body"]
}

/** What can be refused. Nothing was changed when it is. */
export type Outcome<A> = Result.Result<A, Reply>

/** Details of an error. */
export interface Details {
  /** `global` by default. */
  readonly domain?: string
  readonly location?: string
  readonly locationType?: "header" | "parameter"
  /** A canonical code, such as `PERMISSION_DENIED`. */
  readonly status?: string
  /** The message of the reason, when it is another than that of the error. */
  readonly inner?: string
  /** `google.rpc` details. */
  readonly details?: ReadonlyArray<unknown>
}

/** The body of an error (https://developers.google.com/workspace/drive/api/guides/handle-errors). */
export const errorBody = (code: number, reason: string, message: string, about: Details = {}): unknown => ({
  error: {
    errors: [
      {
        domain: about.domain ?? "global",
        reason,
        message: about.inner ?? message,
        ...(about.locationType === undefined ? {} : { locationType: about.locationType }),
        ...(about.location === undefined ? {} : { location: about.location })
      }
    ],
    code,
    message,
    ...(about.status === undefined ? {} : { status: about.status }),
    ...(about.details === undefined ? {} : { details: about.details })
  }
})

/** An error as a reply. */
export const problem = (status: number, reason: string, message: string, about?: Details): Reply => ({
  status,
  json: errorBody(status, reason, message, about)
})

export const ok = (json: unknown): Reply => ({ status: 200, json })

/** An answer without a body. */
export const noContent: Reply = { status: 204 }

export const refuse = (reply: Reply): Outcome<never> => Result.fail(reply)

/** Goes on unless there is something to refuse. */
export const check = (allowed: boolean, refusal: () => Reply): Outcome<void> =>
  allowed ? Result.succeed(undefined) : Result.fail(refusal())

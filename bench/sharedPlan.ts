/** What the processes of the shared run are told, and what they say. Times are milliseconds. */
import { RateLimiter } from "@skippy/core"

/** Where the shared state lives. */
export type Place = (
  | { readonly _tag: "sqlite"; readonly directory: string }
  | { readonly _tag: "redis"; readonly port: number }
) & {
  /** The longest wait for a decision in milliseconds; absent: as the library has it. */
  readonly patience?: number | undefined
  /** How long a circuit of Redis that was closed counts as closed; absent: as the library has it. */
  readonly maxAge?: number | undefined
}

/** The kinds of limits that are hammered. */
export const kinds = ["token bucket", "fixed window", "sliding window"] as const

/** One of them. */
export type Kind = (typeof kinds)[number]

/** What a limit lets through in one window; `burst` is of the token bucket only. */
export const quota = { limit: 300, perMillis: 1000, burst: 150 } as const

/** The limit of a kind. */
export const limitOf = (kind: Kind): RateLimiter.Limit => {
  const options = { limit: quota.limit, per: quota.perMillis }
  switch (kind) {
    case "token bucket":
      return RateLimiter.tokenBucket({ ...options, burst: quota.burst })
    case "fixed window":
      return RateLimiter.fixedWindow(options)
    case "sliding window":
      return RateLimiter.slidingWindow(options)
  }
}

/** How the circuits of the run trip and recover. */
export const circuit = { failures: 2, openMillis: 400, probeMillis: 30, leaseMillis: 600, pollMillis: 2 } as const

/** What a process is told to do. */
export type Order =
  | {
      readonly _tag: "Hammer"
      readonly kind: Kind
      readonly name: string
      readonly from: number
      readonly until: number
      readonly callers: number
      /** Where it writes down each grant, so that nothing is lost when it is killed. */
      readonly file: string
    }
  | { readonly _tag: "Remaining"; readonly kind: Kind; readonly name: string }
  /** Calls through a circuit all the time; `hang`: the first call after a refusal, a probe, never ends. */
  | { readonly _tag: "Watch"; readonly name: string; readonly hang: boolean }
  | { readonly _tag: "Release" }
  | { readonly _tag: "Fail" | "Isolate" | "Reset"; readonly name: string }
  /** Stops calling, and tells what became of the calls. */
  | { readonly _tag: "Tell" }

/** One call through a circuit, in the time of `process.hrtime`, which is one for all processes of a machine. */
export interface Call {
  readonly askedAt: number
  /** When the call itself began; `undefined` when it was refused. */
  readonly beganAt: number | undefined
  /** When it was over, before its result was booked. */
  readonly doneAt: number | undefined
  readonly endedAt: number
}

/** What a process says. */
export type Word =
  | { readonly _tag: "Ready" }
  | { readonly _tag: "Hammered" }
  | { readonly _tag: "Remaining"; readonly tokens: number }
  | { readonly _tag: "Watching" | "Released" }
  /** It was granted a probe, or did what it was told, somewhere between the two. */
  | { readonly _tag: "Probing" | "Did"; readonly from: number; readonly at: number }
  | { readonly _tag: "Told"; readonly calls: ReadonlyArray<Call> }

/** The time that is one for all processes of a machine. */
export const ticks = (): number => Number(process.hrtime.bigint()) / 1e6

/**
 * What can go wrong between a client and a service, and plans that say which request meets which fault. The server
 * (`EmulatorServer`) and the client without sockets (`EmulatorClient`) act on the same faults.
 *
 * @example
 * ```ts
 * import { Fault } from "@skippy/http/testing"
 *
 * const plan = Fault.sequence([Fault.status(503, { headers: { "retry-after": "2" } }), Fault.reset, undefined])
 * const request = { method: "GET", url: new URL("http://127.0.0.1/photos"), headers: {} }
 * console.log([0, 1, 2, 3].map((count) => plan(request, count)?._tag ?? "no fault"))
 * ```
 *
 * ```text
 * [ 'Status', 'Reset', 'no fault', 'no fault' ]
 * ```
 *
 * @module
 */
import { InvalidOptionError } from "@skippy/core"
import { Duration } from "effect"
import type { EmulatorHead } from "./Emulator.ts"

/** What one request meets instead of, or besides, its answer. */
export type Fault =
  | {
      readonly _tag: "Status"
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string | Uint8Array
    }
  | { readonly _tag: "Delay"; readonly duration: Duration.Duration }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "CutRequest"; readonly bytes: number }
  | { readonly _tag: "LostAnswer" }
  | { readonly _tag: "Truncate"; readonly share: number }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "HangInBody"; readonly share: number }

/** Options of `status`. */
export interface StatusOptions {
  /** Names in lower case. None by default. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Empty by default. */
  readonly body?: string | Uint8Array | undefined
}

/** This answer instead of the emulator's. The request is not carried out. `status` is 200 to 599. */
export const status = (status: number, { body = "", headers = {} }: StatusOptions = {}): Fault => {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw invalid("status", status, "give a whole number from 200 to 599")
  }
  return { _tag: "Status", status, headers, body }
}

/**
 * The request is carried out when it comes, and answered so much later. An endless delay is a hang of a request that was
 * carried out.
 */
export const delay = (duration: Duration.Input): Fault => ({
  _tag: "Delay",
  duration: Duration.fromInputUnsafe(duration)
})

/** The connection is reset before anything is carried out. */
export const reset: Fault = { _tag: "Reset" }

/**
 * The connection is reset when so many `bytes` (0 or more) of the request's body are taken. A machine that takes bodies as
 * they come may keep those (`Sink.abort`); by any other nothing is carried out. A request with a smaller body, or with
 * none, meets nothing.
 */
export const cutRequest = (bytes: number): Fault => {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw invalid("bytes", bytes, "give a whole number, 0 or more")
  return { _tag: "CutRequest", bytes }
}

/** The request is carried out, and the connection is reset instead of answering. */
export const lostAnswer: Fault = { _tag: "LostAnswer" }

/**
 * The request is carried out; the head of the answer declares the whole length, and the connection ends after a `share`
 * (0 up to, but not, 1; half by default) of the body. An answer without a body is lost instead.
 */
export const truncate = (share = 0.5): Fault => ({ _tag: "Truncate", share: checkShare(share) })

/** No answer ever comes, and nothing is carried out. Ends when the client goes away. */
export const hang: Fault = { _tag: "Hang" }

/**
 * The request is carried out; the head and a `share` (0 up to, but not, 1; half by default) of the body come, then nothing
 * more. An answer without a body never comes.
 */
export const hangInBody = (share = 0.5): Fault => ({ _tag: "HangInBody", share: checkShare(share) })

/**
 * Decides what a request meets, when its head is there. `count` is how many requests the plan was asked about before this one, since it was set;
 * inside of `when`, how many of those that match.
 */
export type FaultPlan = (request: EmulatorHead, count: number) => Fault | undefined

/** No faults. */
export const none: FaultPlan = () => undefined

/** Every request meets this fault. */
export const always =
  (fault: Fault): FaultPlan =>
  () =>
    fault

/** The first `n` requests meet this fault. */
export const times =
  (n: number, fault: Fault): FaultPlan =>
  (_, count) =>
    count < n ? fault : undefined

/** The first request meets this fault. */
export const once = (fault: Fault): FaultPlan => times(1, fault)

/** One request after the other meets the faults of the list (`undefined` is none), those after the list meet none. */
export const sequence =
  (faults: ReadonlyArray<Fault | undefined>): FaultPlan =>
  (_, count) =>
    faults[count]

/** Which requests: all that is given must match. */
export interface Matcher {
  /** Upper case. */
  readonly method?: string | undefined
  /** How the path begins, or a pattern found in it. The path is without the query. */
  readonly path?: string | RegExp | undefined
}

const matches = ({ method, path }: Matcher, request: EmulatorHead): boolean => {
  const { pathname } = request.url
  return (
    (method === undefined || method === request.method) &&
    (path === undefined || (typeof path === "string" ? pathname.startsWith(path) : pathname.search(path) >= 0))
  )
}

/** The plan for the requests that match; the others meet no fault. Counts by itself, so it is for one server or client. */
export const when = (matcher: Matcher, plan: FaultPlan): FaultPlan => {
  let matched = 0
  return (request) => (matches(matcher, request) ? plan(request, matched++) : undefined)
}

/** The first fault one of the plans has for the request. All plans are asked about every request, so that they count. */
export const firstOf =
  (...plans: ReadonlyArray<FaultPlan>): FaultPlan =>
  (request, count) =>
    plans.map((plan) => plan(request, count)).find((fault) => fault !== undefined)

/**
 * A share of the requests (0 to 1) meets one of the faults, each as often as the others. Which ones is drawn from `seed`
 * and the count alone, so the same seed gives the same run.
 */
export const share = (rate: number, faults: ReadonlyArray<Fault>, seed: number): FaultPlan => {
  if (!(rate >= 0 && rate <= 1)) throw invalid("rate", rate, "give a number from 0 to 1")
  if (faults.length === 0) throw invalid("faults", "[]", "give at least one fault")
  return (_, count) =>
    draw(seed, 2 * count) < rate ? faults[Math.floor(draw(seed, 2 * count + 1) * faults.length)] : undefined
}

/** The n-th number of mulberry32 from a seed, within [0, 1). */
const draw = (seed: number, n: number): number => {
  let bits = (seed + Math.imul(n + 1, 0x6d2b79f5)) | 0
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1)
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
}

const checkShare = (share: number): number => {
  if (!(share >= 0 && share < 1)) throw invalid("share", share, "give a number from 0 up to, but not, 1")
  return share
}

const invalid = (option: string, value: number | string, fix: string): InvalidOptionError =>
  new InvalidOptionError({ policy: "Fault", option, value: String(value), fix })

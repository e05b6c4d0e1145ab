/**
 * One request and what becomes of it: which fault it meets, what the machine answers, what is recorded. A transport only
 * has to bring the delivery to the client.
 *
 * @module
 */
import { Clock, DateTime, Effect } from "effect"
import type { Emulator, EmulatorAnswer, EmulatorRequest } from "./Emulator.ts"
import * as Fault from "./Fault.ts"
import * as Recorder from "./Recorder.ts"

/** Options of everything that serves an emulator. */
export interface ServeOptions {
  /** Which requests meet which faults. None by default; `faults.set` replaces it. */
  readonly faults?: Fault.FaultPlan | undefined
  /** How many requests are remembered. 10,000 by default; the oldest go first. */
  readonly keep?: number | undefined
}

/** Everything that serves an emulator has this. */
export interface Served {
  readonly faults: {
    /** Another plan for the requests that come from now on. It counts from 0. */
    readonly set: (plan: Fault.FaultPlan) => void
  }
  /** The last requests, the oldest first. A request is there as soon as its fate is decided. */
  readonly requests: () => ReadonlyArray<Recorder.RecordedRequest>
  /** Forgets the requests, not what the emulator did for them. */
  readonly clear: () => void
}

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number
  /** Names in lower case, `date` and `content-length` included. */
  readonly headers: Readonly<Record<string, string>>
  /** Absent when such an answer has none (HEAD, 204, 304). */
  readonly body: Uint8Array | undefined
}

/** What a transport does for a request. */
export type Delivery =
  | { readonly _tag: "Whole"; readonly answer: WireAnswer }
  | { readonly _tag: "Part"; readonly answer: WireAnswer; readonly part: Uint8Array; readonly ending: "cut" | "hang" }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Hang" }

/** Serves an emulator, whatever the transport. */
export interface Exchange extends Served {
  /** Decides about a request. Takes as long as the request is delayed. */
  readonly deliver: (request: EmulatorRequest) => Effect.Effect<Delivery>
}

const encoder = new TextEncoder()

const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === "string" ? encoder.encode(body) : body)

const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

const wireOf = ({ body = "", headers, status }: EmulatorAnswer, method: string, now: number): WireAnswer => {
  const date = DateTime.toDateUtc(DateTime.makeUnsafe(now)).toUTCString()
  if (bodiless.has(status)) return { status, headers: { date, ...headers }, body: undefined }
  const bytes = bytesOf(body)
  return {
    status,
    headers: { date, ...headers, "content-length": String(bytes.length) },
    body: method === "HEAD" ? undefined : bytes
  }
}

const partly = (answer: WireAnswer, share: number, ending: "cut" | "hang"): Delivery => {
  if (answer.body === undefined || answer.body.length === 0)
    return ending === "cut" ? { _tag: "Reset" } : { _tag: "Hang" }
  return { _tag: "Part", answer, part: answer.body.subarray(0, Math.floor(answer.body.length * share)), ending }
}

const deliveryOf = (fault: Fault.Fault | undefined, answer: WireAnswer | undefined): Delivery => {
  // Only a reset and a hang have no answer, so whoever has none is one of the two.
  if (answer === undefined) return fault?._tag === "Reset" ? { _tag: "Reset" } : { _tag: "Hang" }
  switch (fault?._tag) {
    case "LostAnswer":
      return { _tag: "Reset" }
    case "Truncate":
      return partly(answer, fault.share, "cut")
    case "HangInBody":
      return partly(answer, fault.share, "hang")
    default:
      return { _tag: "Whole", answer }
  }
}

/** Makes an exchange. `decided` is called after the fate of each request is decided and recorded. */
export const make = (emulator: Emulator, options: ServeOptions = {}, decided: () => void = () => {}): Exchange => {
  const recorder = Recorder.make(options.keep)
  let plan = options.faults ?? Fault.none
  let count = 0
  const answerOf = (request: EmulatorRequest, fault: Fault.Fault | undefined, now: number) => {
    if (fault?._tag === "Reset" || fault?._tag === "Hang") return undefined
    return fault?._tag === "Status" ? fault : emulator.handle(request, now)
  }
  const decide = (request: EmulatorRequest, now: number) => {
    const fault = plan(request, count++)
    const answer = answerOf(request, fault, now)
    const carriedOut = answer !== undefined && answer !== fault
    recorder.record(request, { at: now, status: answer?.status, fault, carriedOut })
    decided()
    const delivery = deliveryOf(fault, answer === undefined ? undefined : wireOf(answer, request.method, now))
    return fault?._tag === "Delay" ? Effect.as(Effect.sleep(fault.duration), delivery) : Effect.succeed(delivery)
  }
  return {
    faults: {
      set: (next) => {
        plan = next
        count = 0
      }
    },
    requests: recorder.requests,
    clear: recorder.clear,
    deliver: (request) => Effect.flatMap(Clock.currentTimeMillis, (now) => decide(request, now))
  }
}

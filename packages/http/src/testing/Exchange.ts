/**
 * One request and what becomes of it: which fault it meets, who takes its body, what the machine answers, what is
 * recorded. A transport only has to bring the body here and the delivery to the client.
 *
 * @module
 */
import { Clock, DateTime, Effect } from "effect"
import { piecesOf } from "./Body.ts"
import * as BodyTaker from "./BodyTaker.ts"
import type { Emulator, EmulatorAnswer, EmulatorHead, Pieces } from "./Emulator.ts"
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
  readonly body: Pieces | undefined
}

/** What a transport does for a request. */
export type Delivery =
  | { readonly _tag: "Whole"; readonly answer: WireAnswer }
  | {
      readonly _tag: "Part"
      readonly answer: WireAnswer
      readonly body: Pieces
      /** So many bytes of the body come. */
      readonly length: number
      readonly ending: "cut" | "hang"
    }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Hang" }

/** A request whose head has come. */
export interface Incoming {
  /** Takes the next bytes of its body. `false` when the connection breaks here: then comes `end`. */
  readonly write: (bytes: Uint8Array) => boolean
  /** No more of its body comes: decides about the request. Takes as long as the request is delayed. */
  readonly end: Effect.Effect<Delivery>
  /** The client went away. Nothing after `end`. */
  readonly abort: Effect.Effect<void>
}

/** Serves an emulator, whatever the transport. */
export interface Exchange extends Served {
  /** A request comes. Whoever brings it calls `end`, or `abort` when that does not come about. */
  readonly begin: (head: EmulatorHead) => Effect.Effect<Incoming>
}

const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

const wireOf = ({ body, headers, status }: EmulatorAnswer, method: string, now: number): WireAnswer => {
  const date = DateTime.toDateUtc(DateTime.makeUnsafe(now)).toUTCString()
  if (bodiless.has(status)) return { status, headers: { date, ...headers }, body: undefined }
  const pieces = piecesOf(body)
  return {
    status,
    headers: { date, ...headers, "content-length": String(pieces.length) },
    body: method === "HEAD" ? undefined : pieces
  }
}

const partly = (answer: WireAnswer, share: number, ending: "cut" | "hang"): Delivery => {
  const { body } = answer
  if (body === undefined || body.length === 0) return ending === "cut" ? { _tag: "Reset" } : { _tag: "Hang" }
  return { _tag: "Part", answer, body, length: Math.floor(body.length * share), ending }
}

const deliveryOf = (fault: Fault.Fault | undefined, answer: WireAnswer | undefined): Delivery => {
  // Only a hang and a connection that is reset have no answer, so whoever has none is one of the two.
  if (answer === undefined) return fault?._tag === "Hang" ? { _tag: "Hang" } : { _tag: "Reset" }
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

/** Whether a fault keeps a request from being carried out. */
const prevents = (fault: Fault.Fault | undefined): boolean =>
  fault?._tag === "Reset" || fault?._tag === "Hang" || fault?._tag === "Status"

/** Makes an exchange. `decided` is called after the fate of each request is decided and recorded. */
export const make = (emulator: Emulator, options: ServeOptions = {}, decided: () => void = () => {}): Exchange => {
  const recorder = Recorder.make(options.keep)
  let plan = options.faults ?? Fault.none
  let count = 0

  const begin = (head: EmulatorHead, now: number): Incoming => {
    const planned = plan(head, count++)
    const taker = prevents(planned) ? BodyTaker.ignored() : BodyTaker.of(emulator, head, now)
    const most = planned?._tag === "CutRequest" ? planned.bytes : Number.POSITIVE_INFINITY
    let taken = 0
    let broken = false
    let over = false

    const record = (at: number, fault: Fault.Fault | undefined, status: number | undefined, carriedOut: boolean) => {
      recorder.record(head, { at, status, fault, carriedOut, body: taker.kept(), bodyLength: taken })
      decided()
    }

    const decide = (now: number): Effect.Effect<Delivery> => {
      over = true
      if (broken) {
        taker.abort(now)
        record(now, planned, undefined, false)
        return Effect.succeed({ _tag: "Reset" })
      }
      // A body that ends before it would be cut comes as if nothing was planned.
      const fault = planned?._tag === "CutRequest" ? undefined : planned
      const answered = taker.end(now)
      const answer = answered ?? (fault?._tag === "Status" ? fault : undefined)
      record(now, fault, answer?.status, answered !== undefined)
      const delivery = deliveryOf(fault, answer === undefined ? undefined : wireOf(answer, head.method, now))
      return fault?._tag === "Delay" ? Effect.as(Effect.sleep(fault.duration), delivery) : Effect.succeed(delivery)
    }

    return {
      write: (bytes) => {
        broken = taken + bytes.length >= most
        const part = broken ? bytes.subarray(0, most - taken) : bytes
        taken += part.length
        if (part.length > 0) taker.write(part)
        return !broken
      },
      end: Effect.flatMap(Clock.currentTimeMillis, decide),
      abort: Effect.map(Clock.currentTimeMillis, (now) => {
        if (over) return
        over = true
        if (taker.abort(now)) record(now, undefined, undefined, false)
      })
    }
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
    begin: (head) => Effect.map(Clock.currentTimeMillis, (now) => begin(head, now))
  }
}

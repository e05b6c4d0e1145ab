/**
 * What scripts of circuits are told, and what their answers say.
 *
 * @module
 */
import { Schema } from "effect"
import { CircuitStateName, CircuitTransitionReason } from "../../event/ResilienceEvent.ts"
import type {
  Admission,
  Admitted,
  CircuitConfig,
  CircuitView,
  Refused,
  Report,
  Settled,
  Transition
} from "../CircuitModel.ts"
import type { CircuitSnapshot } from "../CircuitSnapshot.ts"
import type { CircuitStoreOptions } from "../CircuitStore.ts"
import { WindowSnapshot, type WindowSpec } from "../OutcomeWindow.ts"
import { forever, fromText, toText } from "./Numbers.ts"
import type { Reply } from "./Server.ts"

/** How an answer begins that asks for the open time of an opening. */
export const need = "need"

const windowOf = (window: WindowSpec | undefined): readonly [kind: number, size: number, buckets: number] => {
  if (window === undefined) return [0, 0, 0]
  return window._tag === "Count" ? [1, window.size, 0] : [2, window.millis, window.buckets]
}

/** The rules, in the order the scripts know. */
export const encodeConfig = ({ config, idleMillis, initial }: CircuitStoreOptions): string => {
  const { failureRate: rate, slowCallRate: slow } = config
  const numbers = [
    ...windowOf(config.window),
    config.consecutiveFailures,
    rate?.threshold ?? -1,
    rate?.minimumCalls ?? 0,
    slow?.threshold ?? -1,
    slow?.minimumCalls ?? 0,
    config.probes,
    config.successThreshold,
    config.probeTimeoutMillis,
    idleMillis
  ]
  return JSON.stringify([initial, ...numbers.map((number) => Math.min(number, forever))])
}

/** An opening and its time. */
export const encodeOpening = ([opening, millis]: readonly [opening: number, millis: number]): ReadonlyArray<string> => [
  String(opening),
  toText(millis)
]

/** What became of a call. */
export const encodeReport = (
  { maxOpenMillis }: CircuitConfig,
  { generation, probe }: Admitted,
  { outcome, retryAfterMillis }: Report,
  slow: boolean
): ReadonlyArray<string> => [
  String(generation),
  String(probe),
  outcome,
  slow ? "1" : "0",
  toText(Math.min(retryAfterMillis, maxOpenMillis))
]

const isState = Schema.is(CircuitStateName)
const isReason = Schema.is(CircuitTransitionReason)

const stateOf = (name: string | undefined): CircuitStateName => (isState(name) ? name : "Closed")

const optional = (text: string | undefined): number | undefined =>
  text === undefined || text === "" ? undefined : fromText(text)

/** The state change from a place of the answer on, if there was one. */
export const transition = (reply: Reply, at: number): Transition | undefined => {
  const [from, to, reason, openMillis] = reply.slice(at)
  if (!isState(from) || !isState(to) || !isReason(reason)) return undefined
  return { from, to, reason, openMillis: optional(openMillis) }
}

const refusedOf = (state: string | undefined, retryAfter: string | undefined): Refused => ({
  _tag: "Refused",
  state: stateOf(state),
  retryAfterMillis: optional(retryAfter)
})

/** The answer to "may I call?"; `ticket` is the admission all calls of the generation share. */
export const admission = (reply: Reply, ticket: Admitted | undefined): Admission => {
  const [, generation, , , answer, second, reclaimed] = reply
  if (answer === "R") return refusedOf(second, reclaimed)
  const probe = Number(second)
  const number = Number(generation)
  if (probe === 0 && ticket?.generation === number) return ticket
  return {
    _tag: "Admitted",
    generation: number,
    probe,
    transition: transition(reply, 7),
    reclaimed: Number(reclaimed)
  }
}

/** The refusal a call would meet. */
export const refusal = ([, , , , state, retryAfter]: Reply): Refused | undefined =>
  state === undefined ? undefined : refusedOf(state, retryAfter)

const nothing: Settled = { transition: undefined, wouldOpen: undefined }

/** What a settled call changed. */
export const settled = (reply: Reply): Settled => {
  const wouldOpen = reply[8]
  const moved = transition(reply, 4)
  if (moved === undefined && !isReason(wouldOpen)) return nothing
  return { transition: moved, wouldOpen: isReason(wouldOpen) ? wouldOpen : undefined }
}

/** What can be read of a circuit; its times are those of the caller's clock. */
export const view = (reply: Reply, now: number): CircuitView => {
  const [state, , streak, openings, time, since, openLeft, ...counts] = reply
  const [calls = 0, failures = 0, slow = 0, probesRunning = 0, probeSuccesses = 0] = counts.map(Number)
  const left = fromText(openLeft)
  const named = stateOf(state)
  return {
    state: named === "Open" && left <= 0 ? "HalfOpen" : named,
    since: now - (Number(time) - Number(since)),
    nextAttemptAt: left > 0 ? now + left : undefined,
    openings: Number(openings),
    consecutiveFailures: Number(streak),
    calls,
    failures,
    slow,
    failureRate: calls === 0 ? 0 : failures / calls,
    slowCallRate: calls === 0 ? 0 : slow / calls,
    probesRunning,
    probeSuccesses
  }
}

const decodeWindow = Schema.decodeUnknownSync(Schema.fromJsonString(WindowSnapshot))

const bucketOf = (window: WindowSpec | undefined, time: number): number =>
  window?._tag === "Time" ? Math.floor(time / (window.millis / window.buckets)) : 0

/** A circuit written down, in the caller's time; `undefined` when nothing is known of it. */
export const snapshot = (
  key: string,
  reply: Reply,
  spec: WindowSpec | undefined,
  now: number
): CircuitSnapshot | undefined => {
  if (reply.length === 0) return undefined
  const [state, generation, streak, openings, time, since, openUntil, lastOpenMillis, fadesAt, probeSuccesses, window] =
    reply
  const server = Number(time)
  const here = (then: string | undefined): number => (Number(then) === 0 ? 0 : now + fromText(then) - server)
  const counted = window === undefined || window === "" ? undefined : decodeWindow(window)
  return {
    key,
    state: stateOf(state),
    generation: Number(generation),
    since: here(since),
    openUntil: here(openUntil),
    openings: Number(openings),
    lastOpenMillis: fromText(lastOpenMillis),
    fadesAt: here(fadesAt),
    streak: Number(streak),
    probeSuccesses: Number(probeSuccesses),
    ...(counted === undefined
      ? {}
      : { window: { ...counted, bucket: counted.bucket + bucketOf(spec, now) - bucketOf(spec, server) } })
  }
}

/** The same, to be put back. */
export const encodeSnapshot = (
  { window, ...circuit }: CircuitSnapshot,
  spec: WindowSpec | undefined,
  now: number
): ReadonlyArray<string> => [
  circuit.state,
  String(circuit.generation),
  toText(now - circuit.since),
  toText(circuit.openUntil - now),
  String(circuit.openings),
  toText(circuit.lastOpenMillis),
  toText(circuit.fadesAt - now),
  String(circuit.streak),
  String(circuit.probeSuccesses),
  window === undefined ? "" : JSON.stringify({ cells: window.cells, ago: bucketOf(spec, now) - window.bucket })
]

/**
 * What this process knows of a circuit in Redis: that it lets calls through, as of when, and which successes were not told
 * there yet.
 *
 * @module
 */
import type { Admitted } from "../CircuitModel.ts"
import type { Reply } from "./Server.ts"

/** Successes that are not booked yet. */
export interface Lot {
  readonly generation: number
  readonly count: number
  /** When the last of them came. */
  readonly lastAt: number
}

/** One circuit, as far as it is known here. */
export interface KnownCircuit {
  /** The admission of a circuit that lets calls through, the same object for a whole generation. */
  ticket: Admitted | undefined
  /** When the question was sent whose answer this is. */
  askedAt: number
  /** How many questions were sent, and the last of them that was answered. */
  asked: number
  answered: number
  generation: number
  openings: number
  streak: number
  lot: Lot
  /** Whether it is to be looked after. */
  watched: boolean
  lastUsed: number
}

/** Generations begin at 1. */
const unknown = 0

const nothing: Lot = { generation: unknown, count: 0, lastAt: 0 }

/** A circuit nothing is known of. */
export const make = (now: number): KnownCircuit => ({
  ticket: undefined,
  askedAt: -Infinity,
  asked: 0,
  answered: 0,
  generation: unknown,
  openings: 0,
  streak: 0,
  lot: nothing,
  watched: false,
  lastUsed: now
})

/** Whether the admission may be used now without asking. It counts from the question, not from the answer. */
export const isFresh = ({ askedAt, ticket }: KnownCircuit, maxAgeMillis: number, now: number): boolean =>
  ticket !== undefined && now >= askedAt && now - askedAt < maxAgeMillis

const isFree = (state = ""): boolean => state === "Closed" || state === "MetricsOnly" || state === "Disabled"

/** Takes over what the answer to a question begins with; an older one that comes later says nothing. */
export const learn = (
  known: KnownCircuit,
  [state, generation, streak, openings]: Reply,
  question: number,
  askedAt: number
): void => {
  if (question < known.answered) return
  known.answered = question
  const number = Number(generation)
  if (!isFree(state)) known.ticket = undefined
  else if (known.ticket?.generation !== number) {
    known.ticket = { _tag: "Admitted", generation: number, probe: 0, transition: undefined, reclaimed: 0 }
  }
  if (known.lot.generation !== number) known.lot = nothing
  known.askedAt = askedAt
  known.generation = number
  known.streak = Number(streak)
  known.openings = Number(openings)
}

/** Notes a success; one that was admitted before a transition says nothing. */
export const succeed = (known: KnownCircuit, { generation }: Admitted, now: number): void => {
  const { lot } = known
  if (known.generation !== generation && known.generation !== unknown) return
  const count = lot.generation === generation ? lot.count + 1 : 1
  known.lot = { generation, count, lastAt: now }
}

/** Whether there are successes somebody would miss: those of a window, and those that end a streak. */
export const owes = ({ generation, lot, streak }: KnownCircuit, hasWindow: boolean): boolean =>
  lot.count > 0 && (lot.generation === generation || generation === unknown) && (hasWindow || streak > 0)

/** Takes the successes, to be sent. */
export const takeLot = (known: KnownCircuit): Lot => {
  const { lot } = known
  known.lot = nothing
  return lot
}

/** They could not be sent. */
export const putBack = (known: KnownCircuit, lot: Lot): void => {
  const { count, generation, lastAt } = known.lot
  if (count === 0) known.lot = lot
  else if (generation === lot.generation) known.lot = { generation, count: count + lot.count, lastAt }
}

/**
 * Whether a shared store is here or away, as a state machine: one decision that fails sends it away, nobody asks it
 * during a pause, then one caller tries; the pause grows with every try that fails, and every time the store goes away soon
 * after it came back.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> Here
 *   Here --> Away: a decision failed or took too long
 *   Away --> Away: a try failed, the next pause is longer
 *   Away --> Here: a try succeeded
 * ```
 *
 * @module
 */

/** How long to leave a store alone, in milliseconds. */
export interface AwayConfig {
  /** The first pause; each further one is twice as long. */
  readonly pauseMillis: number
  readonly maxPauseMillis: number
}

/** Permission to ask the store; hand it back with how that went. */
export interface Pass {
  /** Results of an earlier time say nothing of now. */
  readonly era: number
  readonly isTry: boolean
}

/** One store, as this process sees it. */
export interface AwayState {
  isHere: boolean
  /** Grows whenever the store goes away or comes back. */
  era: number
  /** When it last went away, and when it came back from there. */
  awayFrom: number
  awayUntil: number
  /** How often it did not answer, in this time away and those shortly before. */
  failures: number
  /** The pause that goes on. */
  pausedAt: number
  nextTryAt: number
  isTrying: boolean
  /** The pass of everybody while the store is here. */
  pass: Pass
}

const passOf = (era: number): Pass => ({ era, isTry: false })

/** A store that is believed to be here. */
export const make = (): AwayState => ({
  isHere: true,
  era: 0,
  awayFrom: -Infinity,
  awayUntil: -Infinity,
  failures: 0,
  pausedAt: 0,
  nextTryAt: 0,
  isTrying: false,
  pass: passOf(0)
})

/** A clock that was set back ends the pause: how much of it is over is not known. */
const isOver = ({ nextTryAt, pausedAt }: AwayState, now: number): boolean => now >= nextTryAt || now < pausedAt

/** Whether the store is to be tried now, by whoever asks next. */
export const isDue = (state: AwayState, now: number): boolean => !state.isHere && !state.isTrying && isOver(state, now)

/** May the store be asked? Takes the one try when it is due. */
export const ask = (state: AwayState, now: number): Pass | undefined => {
  if (state.isHere) return state.pass
  if (!isDue(state, now)) return undefined
  state.isTrying = true
  return { era: state.era, isTry: true }
}

const move = (state: AwayState, isHere: boolean): void => {
  state.isHere = isHere
  state.era++
  state.pass = passOf(state.era)
  state.isTrying = false
}

/** Half of the pause is left to chance, so that many processes do not all come back at the same moment. */
const pause = (state: AwayState, { maxPauseMillis, pauseMillis }: AwayConfig, now: number, chance: number): void => {
  state.pausedAt = now
  state.nextTryAt = now + Math.min(maxPauseMillis, pauseMillis * 2 ** (state.failures - 1)) * (0.5 + chance / 2)
}

/** The store answered; whether it is back by that. */
export const succeeded = (state: AwayState, pass: Pass, now: number): boolean => {
  if (!pass.isTry || pass.era !== state.era) return false
  move(state, true)
  state.awayUntil = now
  return true
}

/** Nobody was asked: the try is left to the next. */
export const untried = (state: AwayState, pass: Pass): void => {
  if (pass.isTry && pass.era === state.era) state.isTrying = false
}

/** The store did not answer; whether it went away by that. `chance` is between 0 and 1. */
export const failed = (state: AwayState, config: AwayConfig, pass: Pass, now: number, chance: number): boolean => {
  if (pass.era !== state.era) return false
  if (pass.isTry) {
    state.isTrying = false
    state.failures++
    pause(state, config, now, chance)
    return false
  }
  move(state, false)
  // A store that comes and goes is left alone for longer and longer, too.
  state.failures = now - state.awayUntil < config.maxPauseMillis ? state.failures + 1 : 1
  state.awayFrom = now
  state.awayUntil = Infinity
  pause(state, config, now, chance)
  return true
}

/** Milliseconds until the store is tried again; 0 when it is, or when that is not known. */
export const pauseLeft = (state: AwayState, now: number): number =>
  state.isHere || isOver(state, now) ? 0 : state.nextTryAt - now

/** Whether the store was away at a moment, as far as that is remembered: the last time it was. */
export const wasAwayAt = ({ awayFrom, awayUntil }: AwayState, time: number): boolean =>
  time >= awayFrom && time < awayUntil

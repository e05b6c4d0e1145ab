/**
 * Waiting for a file that another process has locked. SQLite's own waiting says neither that it waited nor for how long,
 * and its pauses grow to 100 ms, which starves whoever comes late.
 *
 * @module
 */
import { performance } from "node:perf_hooks"
import * as SqliteCodes from "./SqliteCodes.ts"

/** A transaction that is running ends within microseconds, so it is tried a few times at once… */
const triesAtOnce = 10
/** …and one whose process does not run at the moment is left the processor. */
const pauseMillis = 0.5

const nobody = new Int32Array(new SharedArrayBuffer(4))

/**
 * Tries until the file is free, for `limitMillis` at most; the last failure is thrown. `attempt` is told how many milliseconds it
 * waited. The thread sleeps meanwhile: a decision takes microseconds, and an effect around each would cost more.
 */
export const patiently = <A>(limitMillis: number, attempt: (waitedMillis: number) => A): A => {
  try {
    return attempt(0)
  } catch (error) {
    if (!SqliteCodes.isBusy(error)) throw error
    return tryOn(limitMillis, attempt)
  }
}

const tryOn = <A>(limitMillis: number, attempt: (waitedMillis: number) => A): A => {
  const startedAt = performance.now()
  for (let tries = 1; ; tries++) {
    if (tries % triesAtOnce === 0) Atomics.wait(nobody, 0, 0, pauseMillis)
    const waited = performance.now() - startedAt
    try {
      return attempt(Math.floor(waited))
    } catch (error) {
      if (!SqliteCodes.isBusy(error) || waited >= limitMillis) throw error
    }
  }
}

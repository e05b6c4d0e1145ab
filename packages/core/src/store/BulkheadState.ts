/**
 * A bulkhead as a state machine: permits, and a queue of waiters in the order of arrival. A permit that comes back goes
 * straight to the first waiter, so nobody overtakes.
 *
 * @module
 */

/** Permits and waiters; `W` is whatever stands for a waiter. */
export interface Bulkhead<W> {
  concurrency: number
  running: number
  readonly queue: Set<W>
}

/** A bulkhead nobody uses. */
export const make = <W>(concurrency: number): Bulkhead<W> => ({ concurrency, running: 0, queue: new Set() })

/** Takes a permit if one is free and nobody waits for it. */
export const tryEnter = <W>(state: Bulkhead<W>): boolean => {
  if (state.running >= state.concurrency || state.queue.size > 0) return false
  state.running++
  return true
}

/** Joins the end of the queue. */
export const join = <W>(state: Bulkhead<W>, waiter: W): void => {
  state.queue.add(waiter)
}

/** Leaves the queue without a permit; `false` when the permit was granted before. */
export const abandon = <W>(state: Bulkhead<W>, waiter: W): boolean => state.queue.delete(waiter)

const grant = <W>(state: Bulkhead<W>): ReadonlyArray<W> => {
  const granted: Array<W> = []
  for (const waiter of state.queue) {
    if (state.running >= state.concurrency) break
    state.queue.delete(waiter)
    state.running++
    granted.push(waiter)
  }
  return granted
}

const nobody: ReadonlyArray<never> = []

/** Gives a permit back; answers who has it now. */
export const leave = <W>(state: Bulkhead<W>): ReadonlyArray<W> => {
  state.running--
  return state.queue.size === 0 ? nobody : grant(state)
}

/** Changes the number of permits; answers who has one now. Those that run are never stopped. */
export const resize = <W>(state: Bulkhead<W>, concurrency: number): ReadonlyArray<W> => {
  state.concurrency = concurrency
  return grant(state)
}

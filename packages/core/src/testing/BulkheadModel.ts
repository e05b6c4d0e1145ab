/**
 * A bulkhead as anybody would write it down: who runs, who waits, nothing else.
 *
 * @module
 */

/** Callers by number. */
export interface Model {
  concurrency: number
  running: Array<number>
  waiting: Array<number>
}

/** Nobody runs, nobody waits. */
export const make = (concurrency: number): Model => ({ concurrency, running: [], waiting: [] })

const admit = (model: Model): void => {
  while (model.running.length < model.concurrency) {
    const next = model.waiting.shift()
    if (next === undefined) return
    model.running.push(next)
  }
}

/** A caller comes: it runs, waits, or is refused when `maxQueue` wait. */
export const arrive = (model: Model, caller: number, maxQueue: number): "runs" | "waits" | "refused" => {
  if (model.waiting.length === 0 && model.running.length < model.concurrency) {
    model.running.push(caller)
    return "runs"
  }
  if (model.waiting.length >= maxQueue) return "refused"
  model.waiting.push(caller)
  return "waits"
}

/** A caller leaves, whether it was running or waiting. */
export const depart = (model: Model, caller: number): void => {
  model.running = model.running.filter((other) => other !== caller)
  model.waiting = model.waiting.filter((other) => other !== caller)
  admit(model)
}

/** Another number of permits. */
export const resize = (model: Model, concurrency: number): void => {
  model.concurrency = concurrency
  admit(model)
}

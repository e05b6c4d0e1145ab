/**
 * A circuit breaker as anybody would write it down: it keeps everything that happened and computes each answer from
 * scratch.
 *
 * @module
 */

/** The rules of the model, in milliseconds and shares. */
export interface Rules {
  readonly consecutiveFailures: number
  readonly failureRate: { readonly threshold: number; readonly minimumCalls: number } | undefined
  readonly slowCallRate:
    | { readonly threshold: number; readonly minimumCalls: number; readonly slowerThanMillis: number }
    | undefined
  /** The last `size` calls, or those of the last buckets. */
  readonly window: { readonly size: number } | { readonly bucketMillis: number; readonly buckets: number } | undefined
  readonly probes: number
  readonly successThreshold: number
  readonly probeTimeoutMillis: number
  readonly openMillis: (opening: number) => number
  readonly maxOpenMillis: number
}

/** The states of the model. */
export type State = "Closed" | "Open" | "HalfOpen" | "ForcedOpen" | "Disabled" | "MetricsOnly"

/** A call that was let through. */
export interface ModelCall {
  readonly era: number
  readonly probe: boolean
  readonly startedAt: number
}

interface Result {
  readonly at: number
  readonly failed: boolean
  readonly slow: boolean
}

/** A circuit with its whole history. */
export interface Model {
  state: State
  era: number
  /** Results since the last transition. */
  results: Array<Result>
  probes: Array<ModelCall>
  probeSuccesses: number
  openedAt: number
  openMillis: number
  openings: number
  closedAt: number
}

/** A circuit nothing has happened to. */
export const make = (): Model => ({
  state: "Closed",
  era: 0,
  results: [],
  probes: [],
  probeSuccesses: 0,
  openedAt: 0,
  openMillis: 0,
  openings: 0,
  closedAt: 0
})

const go = (model: Model, state: State): void => {
  model.state = state
  model.era++
  model.results = []
  model.probes = []
  model.probeSuccesses = 0
}

const open = (model: Model, rules: Rules, now: number, retryAfter: number): void => {
  if (model.state === "Closed" && now >= model.closedAt + model.openMillis) model.openings = 0
  model.openings++
  model.openMillis = Math.max(rules.openMillis(model.openings), Math.min(retryAfter, rules.maxOpenMillis))
  model.openedAt = now
  go(model, "Open")
}

const close = (model: Model, now: number): void => {
  model.closedAt = now
  go(model, "Closed")
}

/** May a call start? `undefined`: no. */
export const admit = (model: Model, rules: Rules, now: number): ModelCall | undefined => {
  if (model.state === "ForcedOpen") return undefined
  if (model.state === "Open") {
    if (now < model.openedAt + model.openMillis) return undefined
    go(model, "HalfOpen")
  }
  if (model.state !== "HalfOpen") return { era: model.era, probe: false, startedAt: now }
  if (model.probes.length >= rules.probes) {
    model.probes = model.probes.filter((probe) => now < probe.startedAt + rules.probeTimeoutMillis)
  }
  if (model.probes.length >= rules.probes) return undefined
  const probe: ModelCall = { era: model.era, probe: true, startedAt: now }
  model.probes.push(probe)
  return probe
}

const inWindow = ({ results }: Model, { window }: Rules, now: number): ReadonlyArray<Result> => {
  if (window === undefined) return []
  if ("size" in window) return results.slice(-window.size)
  const newest = Math.floor(now / window.bucketMillis)
  return results.filter(({ at }) => Math.floor(at / window.bucketMillis) > newest - window.buckets)
}

const broken = (model: Model, rules: Rules, now: number): boolean => {
  const lastSuccess = model.results.findLastIndex((result) => !result.failed)
  const streak = model.results.length - 1 - lastSuccess
  if (rules.consecutiveFailures > 0 && streak >= rules.consecutiveFailures) return true
  const seen = inWindow(model, rules, now)
  const failures = seen.filter((result) => result.failed).length
  const slow = seen.filter((result) => result.slow).length
  const { failureRate, slowCallRate } = rules
  return (
    (failureRate !== undefined &&
      failures > 0 &&
      seen.length >= failureRate.minimumCalls &&
      failures >= failureRate.threshold * seen.length) ||
    (slowCallRate !== undefined &&
      slow > 0 &&
      seen.length >= slowCallRate.minimumCalls &&
      slow >= slowCallRate.threshold * seen.length)
  )
}

/** A call that was let through has ended. */
export const settle = (
  model: Model,
  rules: Rules,
  call: ModelCall,
  outcome: "Success" | "Failure" | "Ignored",
  latencyMillis: number,
  retryAfter: number,
  now: number
): void => {
  if (call.era !== model.era) return
  const slow = rules.slowCallRate !== undefined && latencyMillis > rules.slowCallRate.slowerThanMillis
  if (model.state === "HalfOpen") {
    if (!model.probes.includes(call)) return
    model.probes = model.probes.filter((probe) => probe !== call)
    if (outcome === "Ignored") return
    if (outcome === "Failure" || slow) {
      open(model, rules, now, outcome === "Failure" ? retryAfter : 0)
      return
    }
    model.probeSuccesses++
    if (model.probeSuccesses >= rules.successThreshold) close(model, now)
    return
  }
  if (outcome === "Ignored" || (model.state !== "Closed" && model.state !== "MetricsOnly")) return
  const failed = outcome === "Failure"
  model.results.push({ at: now, failed, slow })
  if ((!failed && !slow) || !broken(model, rules, now)) return
  if (model.state === "MetricsOnly") model.results = []
  else open(model, rules, now, failed ? retryAfter : 0)
}

/** Somebody did something by hand. */
export const control = (
  model: Model,
  rules: Rules,
  command: "open" | "isolate" | "close" | "reset" | "disable" | "metricsOnly",
  now: number
): void => {
  switch (command) {
    case "open":
      open(model, rules, now, 0)
      return
    case "close":
      if (model.state !== "Closed") close(model, now)
      return
    case "reset":
      model.openings = 0
      model.openMillis = 0
      model.closedAt = 0
      go(model, "Closed")
      return
    case "isolate":
      if (model.state !== "ForcedOpen") go(model, "ForcedOpen")
      return
    case "disable":
      if (model.state !== "Disabled") go(model, "Disabled")
      return
    case "metricsOnly":
      if (model.state !== "MetricsOnly") go(model, "MetricsOnly")
  }
}

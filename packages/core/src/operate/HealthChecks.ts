/**
 * The checks that come with Skippy, to be given to `Health.layer` or registered later.
 *
 * @example
 * ```ts
 * import { Health, HealthChecks, Resilience } from "@skippy/core"
 * import { SystemNode } from "@skippy/core/node"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { check } = yield* Health.Health
 *   const credentials = Health.find(yield* check, "credentials")
 *   console.log(credentials?.status, "-", credentials?.reason)
 * })
 *
 * const checks = [
 *   HealthChecks.disk({ thresholds: { warn: 80 } }),
 *   HealthChecks.memory(),
 *   HealthChecks.cpu({ critical: false }),
 *   HealthChecks.breakers(),
 *   HealthChecks.eventLoss(),
 *   HealthChecks.credentials({ GITHUB_TOKEN: true, PEXELS_API_KEY: false })
 * ]
 * const layer = Health.layer({ checks }).pipe(Layer.provide([SystemNode.layer, Resilience.layer()]))
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * degraded - PEXELS_API_KEY is not set
 * ```
 *
 * @module
 */
import { Clock, type Duration, Effect } from "effect"
import { checkNumber } from "../error/InvalidOptionError.ts"
import { formatMillis } from "../error/Refusal.ts"
import * as EventBus from "../event/EventBus.ts"
import { Resilience, type ServiceState } from "../pipeline/Resilience.ts"
import type { CircuitView } from "../policy/CircuitBreaker.ts"
import type { Check } from "./Health.ts"
import { type DiskReading, SystemMetrics, type SystemReading } from "./HealthSystem.ts"
import { type Finding, percentFinding, type Thresholds, worst } from "./HealthTree.ts"

export { SystemMetrics, SystemMetricsError, SystemReading } from "./HealthSystem.ts"

/** What can be said about every check that comes with Skippy. */
export interface Options {
  /** The component; each check says its default. */
  readonly name?: string | undefined
  /** Slower is `down`. Default 5 seconds. */
  readonly timeout?: Duration.Input | undefined
  /** Whether the whole is down when this is. Default `true`. */
  readonly critical?: boolean | undefined
}

/** What can be said about the checks of the machine. */
export interface SystemOptions extends Options {
  /** In percent: degraded from `warn` on, down from `critical` on. */
  readonly thresholds?: Partial<Thresholds> | undefined
}

/** The defaults, in one place. */
export const defaults = {
  disk: { warn: 85, critical: 95 },
  memory: { warn: 80, critical: 95 },
  cpu: { warn: 70, critical: 90 }
} as const

const named = <R>(
  name: string,
  options: Options,
  advice: string,
  run: Effect.Effect<Finding, unknown, R>
): Check<R> => ({ name: options.name ?? name, timeout: options.timeout, critical: options.critical, advice, run })

const system = (
  what: keyof typeof defaults,
  options: SystemOptions,
  judge: (reading: SystemReading, thresholds: Thresholds) => Finding
): Check<SystemMetrics> => {
  const policy = `HealthChecks.${what}`
  const given = options.thresholds ?? {}
  const critical = checkNumber(policy, "thresholds.critical", given.critical ?? defaults[what].critical, 0, 100)
  const unless = Math.min(defaults[what].warn, critical)
  const warn = checkNumber(policy, "thresholds.warn", given.warn ?? unless, 0, critical)
  return named(
    `system/${what}`,
    options,
    "Look at why the numbers of this machine cannot be read.",
    Effect.flatMap(SystemMetrics, ({ read }) => Effect.map(read, (reading) => judge(reading, { warn, critical })))
  )
}

const together = (findings: ReadonlyArray<Finding>, details: NonNullable<Finding["details"]>): Finding => {
  const bad = findings.filter(({ status }) => status !== "ok")
  if (bad.length === 0) return { status: "ok", details }
  const advice = bad.flatMap(({ advice }) => (advice === undefined ? [] : [advice]))
  return {
    status: worst(bad.map(({ status }) => status)),
    reason: bad.map(({ reason }) => reason).join(", "),
    advice: advice.length === 0 ? undefined : advice.join(" "),
    details
  }
}

const diskFinding = ({ mount, percent }: DiskReading, thresholds: Thresholds): Finding =>
  percentFinding(`disk ${mount}`, percent, thresholds, `Delete or move files on ${mount}, or give it more space.`)

/** The space of every file system; the fullest decides. `system/disk`: degraded from 85 %, down from 95 %. */
export const disk = (options: SystemOptions = {}): Check<SystemMetrics> =>
  system("disk", options, ({ disks }, thresholds) =>
    together(
      disks.map((one) => diskFinding(one, thresholds)),
      Object.fromEntries(disks.map(({ mount, percent }) => [mount, percent]))
    )
  )

/** The memory in use, caches not counted. `system/memory`: degraded from 80 %, down from 95 %. */
export const memory = (options: SystemOptions = {}): Check<SystemMetrics> =>
  system("memory", options, ({ memory: { percent, totalBytes, usedBytes } }, thresholds) => {
    const advice = "Stop what is not needed, make caches smaller, or give the machine more memory."
    const finding = percentFinding("memory", percent, thresholds, advice)
    return { ...finding, details: { ...finding.details, usedBytes, totalBytes } }
  })

/** How busy the processors are. `system/cpu`: degraded from 70 %, down from 90 %. */
export const cpu = (options: SystemOptions = {}): Check<SystemMetrics> =>
  system("cpu", options, ({ cpu: { cores, load1, percent } }, thresholds) => {
    const advice = "Find the busiest process, lower the concurrency, or give the machine more cores."
    const finding = percentFinding("cpu", percent, thresholds, advice)
    return { ...finding, details: { ...finding.details, cores, load1 } }
  })

const circuitFinding = (service: string, { nextAttemptAt, state }: CircuitView, now: number): Finding => {
  if (state === "Open") {
    const when = nextAttemptAt === undefined ? "" : `; it is tried again in ${formatMillis(nextAttemptAt - now)}`
    const advice = `See whether ${service} is up and its credentials work; calls resume by themselves.`
    return { status: "down", reason: `circuit "${service}" is open${when}`, advice }
  }
  if (state === "ForcedOpen") {
    const reason = `circuit "${service}" was opened by hand and stays open`
    return { status: "down", reason, advice: `Close the circuit of ${service} when it may be called again.` }
  }
  if (state !== "HalfOpen") return { status: "ok" }
  return { status: "degraded", reason: `circuit "${service}" is being tried again` }
}

/** Parts of a service that are named one by one; beyond them they are counted. */
const namedPartitions = 3

/** The parts of a service that are down: what still works keeps the service useful. */
const partitionFindings = ({ partitions, service }: ServiceState, now: number): ReadonlyArray<Finding> => {
  const findings = partitions.map(({ circuit, partition }): Finding => {
    const finding = circuitFinding(`${service} (${partition})`, circuit, now)
    return finding.status === "down" ? { ...finding, status: "degraded" } : finding
  })
  const more = findings.length - namedPartitions
  if (more <= 0) return findings
  const rest: Finding = {
    status: "degraded",
    reason: `and circuits of ${more} more parts of "${service}" are not closed`
  }
  return [...findings.slice(0, namedPartitions), rest]
}

/**
 * The circuits of all services. `breakers`: degraded when one is open, with the time of the next try, or that of a part of a
 * service, such as an origin; down when those of all services that were called are.
 */
export const breakers = (options: Options = {}): Check<Resilience> =>
  named(
    "breakers",
    options,
    "Look at why the circuits cannot be read.",
    Effect.gen(function* () {
      const resilience = yield* Resilience
      const services = yield* resilience.list
      const now = yield* Clock.currentTimeMillis
      const states = yield* Effect.forEach(services, resilience.state)
      const circuits = states.flatMap(({ circuit, service }) => (circuit === undefined ? [] : [{ circuit, service }]))
      const findings = circuits.map(({ circuit, service }) => circuitFinding(service, circuit, now))
      const parts = states.flatMap((state) => partitionFindings(state, now))
      const finding = together(
        [...findings, ...parts],
        Object.fromEntries(circuits.map((one) => [one.service, one.circuit.state]))
      )
      // What still works keeps the program useful; a service nobody calls says nothing.
      const used = findings.filter((_, index) => {
        const service = circuits[index]?.service
        return service !== undefined && resilience.pipeline(service).operations.size > 0
      })
      const lost = used.length > 0 && used.every(({ status }) => status === "down")
      return finding.status === "down" && !lost ? { ...finding, status: "degraded" } : finding
    })
  )

/** Whether listeners of the event bus lost events since the last run. `events`: degraded when they did. */
export const eventLoss = (options: Options = {}): Check => {
  let seen = 0
  return named(
    "events",
    options,
    "Look at why the event bus cannot be read.",
    Effect.map(EventBus.stats, ({ dropped }): Finding => {
      const lost = Math.max(0, dropped - seen)
      seen = dropped
      const details = { lost, lostAltogether: dropped }
      if (lost === 0) return { status: "ok", details }
      const advice = "Make listeners of the event bus faster, or give EventBus.layer a larger capacity."
      return { status: "degraded", reason: `${lost} events were lost since the last run`, advice, details }
    })
  )
}

/** Something wrong in the configuration. */
export interface ConfigurationProblem {
  /** The setting it is about. */
  readonly key?: string | undefined
  readonly severity: "error" | "warning"
  /** What is wrong, in words. */
  readonly problem: string
  /** What to do about it. */
  readonly fix: string
}

/** What is wrong in the configuration. `configuration`: down with an error, degraded with warnings only. */
export const configuration = <R = never>(
  problems: Effect.Effect<ReadonlyArray<ConfigurationProblem>, unknown, R>,
  options: Options = {}
): Check<R> =>
  named(
    "configuration",
    options,
    "Make the configuration readable.",
    Effect.map(problems, (list) => {
      const findings = list.map(({ fix, key, problem, severity }): Finding => ({
        status: severity === "error" ? "down" : "degraded",
        reason: key === undefined ? problem : `${key}: ${problem}`,
        advice: fix
      }))
      const errors = list.filter(({ severity }) => severity === "error").length
      return together(findings, { errors, warnings: list.length - errors })
    })
  )

/** Which credentials there are, by the variable that holds them; `true` when it is set. Never a value. */
export type Presence = Readonly<Record<string, boolean>>

/** Whether credentials are set. `credentials`: degraded when some are missing, with the variables to set. */
export const credentials = <R = never>(
  present: Presence | Effect.Effect<Presence, unknown, R>,
  options: Options = {}
): Check<R> =>
  named(
    "credentials",
    options,
    "Look at why the credentials cannot be looked up.",
    Effect.map(Effect.isEffect(present) ? present : Effect.succeed(present), (found) => {
      const findings = Object.entries(found).map(([name, set]): Finding =>
        set ? { status: "ok" } : { status: "degraded", reason: `${name} is not set`, advice: `Set ${name}.` }
      )
      return together(
        findings,
        Object.fromEntries(Object.entries(found).map(([name, set]) => [name, set ? "set" : "missing"]))
      )
    })
  )

/** Whether the store of shared state answers. `store`: down when the ping fails. */
export const store = <R = never>(ping: Effect.Effect<unknown, unknown, R>, options: Options = {}): Check<R> =>
  named(
    "store",
    options,
    "See that the state store runs and can be reached from here.",
    Effect.as(ping, { status: "ok" } as const)
  )

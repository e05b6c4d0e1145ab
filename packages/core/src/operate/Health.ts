/**
 * How well the program and what it stands on are: registered checks, run side by side, as a tree with reasons and advice.
 *
 * Use it for a `system_health_check()` tool, a readiness probe, or alerts: whenever a component becomes better or worse,
 * a `HealthChanged` event goes out on the bus. A check that fails, dies or hangs is `down` and disturbs no other. The
 * checks that come with Skippy are in `HealthChecks`.
 *
 * @example
 * ```ts
 * import { Health } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const health = yield* Health.Health
 *   const tree = yield* health.check
 *   console.log(tree.name, tree.status, "-", tree.reason)
 *   for (const { name, reason, status } of tree.children) console.log(name, status, reason ?? "-")
 *   console.log(Health.recommendations(tree))
 * })
 *
 * const database: Health.Check = { name: "database", run: Effect.succeed({ status: "ok" }) }
 * const mail: Health.Check = {
 *   name: "mail",
 *   critical: false,
 *   advice: "Start the mail server.",
 *   run: Effect.fail("connection refused")
 * }
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Health.layer({ checks: [database, mail], every: "never" }))))
 * ```
 *
 * ```text
 * overall degraded - mail is down (not critical)
 * database ok -
 * mail down connection refused
 * [ 'Start the mail server.' ]
 * ```
 *
 * @module
 */
import { Clock, Context, type Duration, Effect, Layer, type Scope } from "effect"
import { checkMillis, checkOption } from "../error/InvalidOptionError.ts"
import * as EventBus from "../event/EventBus.ts"
import type { HealthStatus } from "../event/ResilienceEvent.ts"
import { run, type Runnable } from "./HealthRun.ts"
import { type CheckResult, type Finding, type HealthNode, treeOf } from "./HealthTree.ts"

export { HealthStatus } from "../event/ResilienceEvent.ts"
export { find, type Finding, HealthNode, percentFinding, recommendations, type Thresholds } from "./HealthTree.ts"

/** Looks at one component. */
export interface Check<R = never> {
  /** The component, as a path: `system/disk` and `system/memory` make a group `system`. Each name once. */
  readonly name: string
  /** Slower is `down`. Default 5 seconds. */
  readonly timeout?: Duration.Input | undefined
  /** Whether the whole is down when this is; otherwise it is only degraded. Default `true`. */
  readonly critical?: boolean | undefined
  /** What to do when the check fails or does not answer; a finding brings its own. */
  readonly advice?: string | undefined
  /** A failure or a defect is `down`, with the error as the reason. */
  readonly run: Effect.Effect<Finding, unknown, R>
}

/** What a check needs to run. */
export type Requirements<C> = C extends Check<infer R> ? R : never

/** What is checked, and how often. */
export interface Options<C = Check> {
  /** Checks that stay as long as the layer. Default none. */
  readonly checks?: ReadonlyArray<C> | undefined
  /** The pause between two runs in the background, or `"never"` to run only when asked. Default 30 seconds. */
  readonly every?: Duration.Input | "never" | undefined
}

/** The defaults, in one place. */
export const defaults = { timeout: "5 seconds", critical: true, every: "30 seconds" } as const

/** The health of this part of the program. */
export interface Shape {
  /** Adds a check, until the scope closes. A name that is taken is a defect. */
  readonly register: <R>(check: Check<R>) => Effect.Effect<void, never, R | Scope.Scope>
  /** Runs all checks side by side. Who asks while a run is under way gets its result. Never fails. */
  readonly check: Effect.Effect<HealthNode>
  /** What the last run found; `undefined` before the first one. */
  readonly last: Effect.Effect<HealthNode | undefined>
}

/** The health of this part of the program. */
export class Health extends Context.Service<Health, Shape>()("@skippy/core/operate/Health") {}

const collides = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)

const make = Effect.gen(function* () {
  const context = yield* Effect.context<never>()
  const bus = yield* EventBus.Current
  const entries = new Map<string, Runnable>()
  let statuses = new Map<string, HealthStatus>()
  let last: HealthNode | undefined

  const announce = (component: string, to: HealthStatus, reason: string | undefined, at: number): void => {
    const from = statuses.get(component) ?? "ok"
    if (from === to || !bus.active) return
    const why = reason === undefined ? {} : { reason }
    bus.publishUnsafe({ _tag: "HealthChanged", at, policy: "health", component, from, to, ...why })
  }
  const book = (results: ReadonlyArray<CheckResult>, at: number): HealthNode => {
    const next = new Map(results.map(({ finding, name }) => [name, finding.status]))
    for (const { finding, name } of results) announce(name, finding.status, finding.reason, at)
    // Whoever was told that it is down must not wait for ever.
    for (const gone of statuses.keys()) if (!next.has(gone)) announce(gone, "ok", "is not checked any more", at)
    statuses = next
    last = treeOf(results)
    return last
  }
  const checkAll = Effect.suspend(() =>
    Effect.forEach(Array.from(entries.values()), run, { concurrency: "unbounded" })
  ).pipe(
    Effect.flatMap((results) => Effect.map(Clock.currentTimeMillis, (at) => book(results, at))),
    // A run serves everybody, so it takes neither the deadline nor the span of the caller who happened to start it.
    Effect.updateContext<never, never>(() => context)
  )

  const add = (check: Check): Effect.Effect<void, never, Scope.Scope> =>
    Effect.asVoid(
      Effect.acquireRelease(
        Effect.sync(() => {
          const { name, timeout = defaults.timeout } = check
          const taken = Array.from(entries.keys()).find((other) => collides(name, other))
          checkOption(!name.split("/").includes(""), "Health", "name", name, `give a path such as "system/disk"`)
          checkOption(taken === undefined, "Health", "name", name, `choose one that does not collide with "${taken}"`)
          entries.set(name, { check, timeoutMillis: checkMillis("Health", "timeout", timeout, 1), late: undefined })
        }),
        () => Effect.sync(() => entries.delete(check.name))
      )
    )
  const register = <R>(check: Check<R>) =>
    Effect.contextWith((context: Context.Context<R>) =>
      add({ ...check, run: Effect.provideContext(check.run, context) })
    )
  // Kept for no time at all, the answer is only shared by those who wait for it together.
  const check = yield* Effect.cachedWithTTL(checkAll, 0)
  const shape: Shape = { register, check, last: Effect.sync(() => last) }
  return shape
})

/** Checks what it is given and what is registered later, in the background and whenever asked. */
export const layer = <C extends Check<unknown> = Check>(
  options: Options<C & Check<Requirements<C>>> = {}
): Layer.Layer<Health, never, Requirements<C>> =>
  Layer.effect(
    Health,
    Effect.gen(function* () {
      const { every = defaults.every } = options
      const health = yield* make
      for (const check of options.checks ?? []) yield* health.register<Requirements<C>>(check)
      if (every !== "never") {
        const pause = checkMillis("Health", "every", every, 1)
        yield* Effect.forkScoped(Effect.forever(Effect.andThen(health.check, Effect.sleep(pause))))
      }
      return health
    })
  )

/**
 * Stops calling a service that is down, and finds out carefully when it is back.
 *
 * Use it around every call to a service that can be unavailable. It counts how calls end; when a trip condition holds it
 * opens, and calls fail at once with `CircuitOpenError` instead of waiting for another time-out. After the open time a
 * few probes are let through, and when enough of them succeed the circuit closes.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const breaker = yield* CircuitBreaker.make({ name: "reports", consecutiveFailures: 2, openFor: "30 seconds" })
 *   const down = Effect.fail("connection refused").pipe(breaker)
 *   yield* Effect.ignore(down)
 *   yield* Effect.ignore(down)
 *   const refused = yield* Effect.flip(down)
 *   console.log(typeof refused === "string" ? refused : refused.message)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * circuit "reports" is open; try again in 30 s
 * ```
 *
 * @module
 */
import { Context, Effect, type Fiber, Layer, Schema } from "effect"
import { makePublisher } from "../event/EventBus.ts"
import { CircuitSnapshot } from "../store/CircuitSnapshot.ts"
import type * as CircuitState from "../store/CircuitState.ts"
import { type CircuitCell, type CircuitStore, CircuitStores } from "../store/CircuitStore.ts"
import * as Decision from "../store/Decision.ts"
import { type Options, resolve } from "./CircuitBreakerOptions.ts"
import { CircuitEngine, type CircuitOpenError } from "./CircuitEngine.ts"
import { type Enter, type Gate, gateOf, guard, type Leave } from "./CircuitGate.ts"
import { type Policy, withMembers } from "./Policy.ts"

export type { Hold } from "./CircuitGate.ts"
export { CircuitOpenError } from "./CircuitEngine.ts"
export { defaults, type Options } from "./CircuitBreakerOptions.ts"

/** What can be read of a circuit. */
export type CircuitView = CircuitState.CircuitView

/** The hand on one circuit. */
export interface Controls {
  /** State, counts, rates, since when, when next. */
  readonly view: Effect.Effect<CircuitView>
  /** Opens it as if it had tripped, for its open time. */
  readonly open: Effect.Effect<void>
  /** Refuses everything until `close` or `reset`. */
  readonly isolate: Effect.Effect<void>
  /** Closes it; the count of openings fades as after any close. */
  readonly close: Effect.Effect<void>
  /** Makes it as new. */
  readonly reset: Effect.Effect<void>
  /** Lets everything through and counts nothing. */
  readonly disable: Effect.Effect<void>
  /** Lets everything through, counts, and says when it would have opened. */
  readonly metricsOnly: Effect.Effect<void>
  /** Fails as a call would, when a call would be refused; takes no probe slot. */
  readonly peek: Effect.Effect<void, CircuitOpenError>
  /** Low level: the same as `peek`; `undefined` when it is known at once that a call would not be refused. */
  readonly refusal: (fiber: Fiber.Fiber<unknown, unknown>) => Effect.Effect<void, CircuitOpenError> | undefined
  /**
   * Low level, for whoever books the result by itself: asks for admission and puts it into `hold`. When it is known at
   * once it answers `undefined` and costs no effect.
   */
  readonly enter: Enter
  /** Low level: books the result of what the hold holds, at most once. */
  readonly leave: Leave
}

/** Writing circuits down and bringing them back. */
export interface Persistence {
  readonly snapshot: Effect.Effect<ReadonlyArray<CircuitSnapshot>>
  readonly restore: (snapshots: ReadonlyArray<CircuitSnapshot>) => Effect.Effect<void>
}

/** The circuit of one key, used as `effect.pipe(breaker.for(key))`. */
export interface CircuitOfKey extends Policy<CircuitOpenError>, Controls {}

/** A circuit for each key, such as a host or a tenant: `effect.pipe(breaker.for(host))`. */
export interface KeyedCircuitBreaker extends Persistence {
  readonly circuit: string
  readonly for: (key: string) => CircuitOfKey
  /** The keys that are remembered now. */
  readonly keys: Effect.Effect<ReadonlyArray<string>>
}

/** One circuit, used as `effect.pipe(breaker)`, with circuits for keys beside it. */
export interface CircuitBreaker extends Policy<CircuitOpenError>, Controls, KeyedCircuitBreaker {}

/** The snapshot of a breaker: a list, one entry for each circuit that was used. */
export const Snapshot = Schema.Array(CircuitSnapshot)

const controls = (engine: CircuitEngine, key: string, cell: CircuitCell, { enter, leave }: Gate): Controls => {
  const command = (name: CircuitState.Command): Effect.Effect<void> =>
    Effect.withFiber((fiber) =>
      Decision.andThen(cell.control(name, engine.openMillis(fiber), fiber), (transition) => {
        if (transition !== undefined) engine.announce(key, transition, fiber)
        return Effect.void
      })
    )
  const refusal: Controls["refusal"] = (fiber) => {
    const peeked = cell.peek(fiber)
    if (peeked === undefined) return undefined
    return Decision.andThen(peeked, (refused) =>
      refused === undefined ? Effect.void : Effect.fail(engine.refuse(key, refused, fiber))
    )
  }
  return {
    view: Effect.clockWith((clock) => Decision.toEffect(() => cell.view(clock.currentTimeMillisUnsafe()))),
    open: command("open"),
    isolate: command("isolate"),
    close: command("close"),
    reset: command("reset"),
    disable: command("disable"),
    metricsOnly: command("metricsOnly"),
    peek: Effect.withFiber((fiber) => refusal(fiber) ?? Effect.void),
    refusal,
    enter,
    leave
  }
}

const persistence = (store: CircuitStore): Persistence => ({
  snapshot: Effect.clockWith((clock) => Decision.toEffect(() => store.snapshot(clock.currentTimeMillisUnsafe()))),
  restore: (snapshots) =>
    Effect.clockWith((clock) => Decision.toEffect(() => store.restore(snapshots, clock.currentTimeMillisUnsafe())))
})

const build = (options: Options) =>
  Effect.gen(function* () {
    const resolved = resolve(options)
    const stores = yield* CircuitStores
    const engine = new CircuitEngine(resolved.name, resolved, yield* makePublisher(resolved.name))
    return { engine, store: stores(resolved.store) }
  })

const keyed = ({ engine, store }: Effect.Success<ReturnType<typeof build>>): KeyedCircuitBreaker => ({
  circuit: engine.name,
  for: (key) => {
    const cell = store.cell(key)
    const gate = gateOf(engine, key, cell)
    return withMembers(guard(engine, cell, gate), controls(engine, key, cell, gate))
  },
  keys: Decision.toEffect(store.keys),
  ...persistence(store)
})

/** Makes a breaker with one circuit. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<CircuitBreaker> =>
  Effect.map(build(options), (built) => {
    const { engine, store } = built
    const cell = store.single
    const gate = gateOf(engine, "", cell)
    return withMembers(guard(engine, cell, gate), { ...controls(engine, "", cell, gate), ...keyed(built) })
  })

/** Makes a breaker with a circuit for each key. Keys that are idle for `idleTimeToLive` are forgotten. */
export const makeKeyed = (options: Options): Effect.Effect<KeyedCircuitBreaker> => Effect.map(build(options), keyed)

/** The breaker of this part of the program. */
export class Service extends Context.Service<Service, CircuitBreaker>()("@skippy/core/policy/CircuitBreaker") {}

/** Provides a breaker to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the breaker of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | CircuitOpenError, R | Service> =>
  Effect.flatMap(Service, (breaker) => breaker(effect))

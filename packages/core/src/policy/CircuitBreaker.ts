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
import { Clock, Context, Effect, Exit, type Fiber, Layer, Schema } from "effect"
import { makePublisher } from "../event/EventBus.ts"
import { CircuitSnapshot } from "../store/CircuitSnapshot.ts"
import type * as CircuitState from "../store/CircuitState.ts"
import { type CircuitCell, type CircuitStore, CircuitStores } from "../store/CircuitStore.ts"
import * as Decision from "../store/Decision.ts"
import { nowOf } from "../store/Now.ts"
import { type Options, resolve } from "./CircuitBreakerOptions.ts"
import { CircuitEngine, type CircuitOpenError } from "./CircuitEngine.ts"
import type { Outcome } from "./Outcome.ts"
import { type Policy, withMembers } from "./Policy.ts"

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
  readonly enter: (
    hold: Hold,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Effect.Effect<void, CircuitOpenError> | undefined
  /** Low level: books the result of what the hold holds, at most once. */
  readonly leave: (
    hold: Hold,
    exit: Exit.Exit<unknown, unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Effect.Effect<void> | undefined
}

/** An admission, owned by whoever books its result. */
export interface Hold {
  admission: CircuitState.Admitted | undefined
  startedAt: number
}

/** Writing circuits down and bringing them back. */
export interface Persistence {
  readonly snapshot: Effect.Effect<ReadonlyArray<CircuitSnapshot>>
  readonly restore: (snapshots: ReadonlyArray<CircuitSnapshot>) => Effect.Effect<void>
}

/** One circuit, used as `effect.pipe(breaker)`. */
export interface CircuitBreaker extends Policy<CircuitOpenError>, Controls, Persistence {
  readonly circuit: string
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

/** The snapshot of a breaker: a list, one entry for each circuit that was used. */
export const Snapshot = Schema.Array(CircuitSnapshot)

/** Entering and leaving one circuit, step by step. */
const gateOf = (engine: CircuitEngine, key: string, cell: CircuitCell) => {
  const { classify, slowerThan } = engine.options
  const settle = (
    admission: CircuitState.Admitted,
    outcome: Outcome,
    latencyMillis: number,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void> | undefined => {
    const settled = cell.settle(admission, engine.report(outcome, latencyMillis, fiber), fiber)
    if (Effect.isEffect(settled)) return Effect.map(settled, (s) => engine.settled(key, s, fiber))
    engine.settled(key, settled, fiber)
    return undefined
  }
  const admitted = (
    hold: Hold,
    answer: CircuitState.Admission,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<void, CircuitOpenError> | undefined => {
    if (answer._tag === "Refused") return Effect.fail(engine.refuse(key, answer, fiber))
    hold.admission = answer
    if (answer.probe !== 0 || slowerThan !== undefined) hold.startedAt = nowOf(fiber)
    engine.admitted(key, answer, fiber)
    return undefined
  }
  const enter: Controls["enter"] = (hold, fiber) => {
    const answer = cell.free(fiber) ?? cell.admit(fiber)
    return Effect.isEffect(answer)
      ? Effect.uninterruptible(Effect.flatMap(answer, (answer) => admitted(hold, answer, fiber) ?? Effect.void))
      : admitted(hold, answer, fiber)
  }
  const leave: Controls["leave"] = (hold, exit, fiber) => {
    const { admission } = hold
    if (admission === undefined) return undefined
    hold.admission = undefined
    const outcome = classify(exit)
    if (admission.probe === 0 && outcome._tag === "Ignored") return undefined
    const latency = admission.probe !== 0 || slowerThan !== undefined ? nowOf(fiber) - hold.startedAt : 0
    if (admission.probe === 0 && outcome._tag === "Success" && (slowerThan === undefined || latency <= slowerThan)) {
      const booked = cell.succeed(admission, fiber.getRef(Clock.Clock))
      return Effect.isEffect(booked) ? booked : undefined
    }
    return settle(admission, outcome, latency, fiber)
  }
  return { settle, enter, leave }
}

type Gate = ReturnType<typeof gateOf>

const guard = (engine: CircuitEngine, cell: CircuitCell, { enter, leave, settle }: Gate): Policy<CircuitOpenError> => {
  const { classify, slowerThan } = engine.options
  const failed = (
    ticket: CircuitState.Admitted,
    exit: Exit.Exit<unknown, unknown>,
    latencyMillis: number
  ): Effect.Effect<void> | undefined => {
    const outcome = classify(exit)
    return outcome._tag === "Ignored"
      ? undefined
      : Effect.withFiber((fiber) => settle(ticket, outcome, latencyMillis, fiber) ?? Effect.void)
  }
  /**
   * A call through a closed circuit holds nothing, so an interruption may skip its handlers: it counts nothing. Handlers
   * of success and failure cost less than an exit handler.
   */
  const pass = <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    ticket: CircuitState.Admitted,
    clock: Clock.Clock
  ): Effect.Effect<A, E, R> =>
    Effect.matchCauseEffect(effect, {
      onSuccess: (value): Effect.Effect<A> => {
        const exit = Exit.succeed(value)
        const outcome = classify(exit)
        if (outcome._tag === "Success") {
          const booked = cell.succeed(ticket, clock)
          return booked === undefined ? exit : Effect.as(booked, value)
        }
        const counted = failed(ticket, exit, 0)
        return counted === undefined ? exit : Effect.as(counted, value)
      },
      onFailure: (cause): Effect.Effect<never, E> => {
        const exit = Exit.failCause(cause)
        const counted = failed(ticket, exit, 0)
        return counted === undefined ? exit : Effect.andThen(counted, exit)
      }
    })

  /** The same where a rule asks how long calls take. */
  const passTimed = <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    ticket: CircuitState.Admitted,
    clock: Clock.Clock,
    slowerThan: number
  ): Effect.Effect<A, E, R> => {
    const startedAt = clock.currentTimeMillisUnsafe()
    return Effect.onExitPrimitive(
      effect,
      (exit) => {
        const latency = clock.currentTimeMillisUnsafe() - startedAt
        if (latency > slowerThan || classify(exit)._tag !== "Success") return failed(ticket, exit, latency)
        const booked = cell.succeed(ticket, clock)
        return Effect.isEffect(booked) ? booked : undefined
      },
      true
    )
  }

  /** A probe holds a slot, so its exit handler stands before the slot is asked for: nothing can fall in between. */
  const hold = <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): Effect.Effect<A, E | CircuitOpenError, R> => {
    const hold: Hold = { admission: undefined, startedAt: 0 }
    return Effect.onExitPrimitive(
      Effect.suspend(() => {
        const waiting = enter(hold, fiber)
        return waiting === undefined ? effect : Effect.flatMap(waiting, () => effect)
      }),
      (exit) => leave(hold, exit, fiber)
    )
  }

  return <A, E, R>(effect: Effect.Effect<A, E, R>) => {
    // The guarded effect is the same for all calls of a generation in one context, and most calls come in a row.
    let passing: Effect.Effect<A, E, R> | undefined
    let passingTicket: CircuitState.Admitted | undefined
    let passingContext: Context.Context<never> | undefined
    return Effect.withFiber<A, E | CircuitOpenError, R>((fiber) => {
      const ticket = cell.free(fiber)
      if (ticket === undefined) return hold(effect, fiber)
      if (passing !== undefined && passingTicket === ticket && passingContext === fiber.context) return passing
      const clock = fiber.getRef(Clock.Clock)
      if (slowerThan !== undefined) return passTimed(effect, ticket, clock, slowerThan)
      passingTicket = ticket
      passingContext = fiber.context
      return (passing = pass(effect, ticket, clock))
    })
  }
}

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

/** Makes a breaker with one circuit. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (options: Options): Effect.Effect<CircuitBreaker> =>
  Effect.map(build(options), ({ engine, store }) => {
    const cell = store.single
    const gate = gateOf(engine, "", cell)
    return withMembers(guard(engine, cell, gate), {
      circuit: engine.name,
      ...controls(engine, "", cell, gate),
      ...persistence(store)
    })
  })

/** Makes a breaker with a circuit for each key. Keys that are idle for `idleTimeToLive` are forgotten. */
export const makeKeyed = (options: Options): Effect.Effect<KeyedCircuitBreaker> =>
  Effect.map(build(options), ({ engine, store }) => ({
    circuit: engine.name,
    for: (key) => {
      const cell = store.cell(key)
      const gate = gateOf(engine, key, cell)
      return withMembers(guard(engine, cell, gate), controls(engine, key, cell, gate))
    },
    keys: Decision.toEffect(store.keys),
    ...persistence(store)
  }))

/** The breaker of this part of the program. */
export class Service extends Context.Service<Service, CircuitBreaker>()("@skippy/core/policy/CircuitBreaker") {}

/** Provides a breaker to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Guards an effect with the breaker of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | CircuitOpenError, R | Service> =>
  Effect.flatMap(Service, (breaker) => breaker(effect))

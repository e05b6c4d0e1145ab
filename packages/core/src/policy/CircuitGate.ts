/**
 * The way through one circuit: asking for admission, running, booking the result.
 *
 * @module
 */
import { Clock, type Context, Effect, Exit, type Fiber } from "effect"
import type * as CircuitState from "../store/CircuitState.ts"
import type { CircuitCell } from "../store/CircuitStore.ts"
import { nowOf } from "../store/Now.ts"
import type { CircuitEngine, CircuitOpenError } from "./CircuitEngine.ts"
import type { Outcome } from "./Outcome.ts"
import type { Policy } from "./Policy.ts"

/** An admission, owned by whoever books its result. */
export interface Hold {
  admission: CircuitState.Admitted | undefined
  startedAt: number
}

/** Asks for admission and puts it into `hold`; `undefined` when it is known at once. */
export type Enter = (
  hold: Hold,
  fiber: Fiber.Fiber<unknown, unknown>
) => Effect.Effect<void, CircuitOpenError> | undefined

/** Books the result of what the hold holds, at most once. */
export type Leave = (
  hold: Hold,
  exit: Exit.Exit<unknown, unknown>,
  fiber: Fiber.Fiber<unknown, unknown>
) => Effect.Effect<void> | undefined

/** Entering and leaving one circuit, step by step. */
export const gateOf = (engine: CircuitEngine, key: string, cell: CircuitCell) => {
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
  const enter: Enter = (hold, fiber) => {
    const answer = cell.free(fiber) ?? cell.admit(fiber)
    return Effect.isEffect(answer)
      ? Effect.uninterruptible(Effect.flatMap(answer, (answer) => admitted(hold, answer, fiber) ?? Effect.void))
      : admitted(hold, answer, fiber)
  }
  const leave: Leave = (hold, exit, fiber) => {
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

/** The way in and out of one circuit. */
export type Gate = ReturnType<typeof gateOf>

/** The circuit as a policy. */
export const guard = (
  engine: CircuitEngine,
  cell: CircuitCell,
  { enter, leave, settle }: Gate
): Policy<CircuitOpenError> => {
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

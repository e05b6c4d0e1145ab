/**
 * Ends an effect after a time. Both `Timeout` and `Deadline` stand on it.
 *
 * The effect runs in a fiber of its own from the first instruction, and the timer starts only when it has to wait, so
 * work that ends at once pays for no timer.
 *
 * @module
 */
import { type Context, Effect, Fiber } from "effect"
import type { Timer } from "../store/Timers.ts"

/** The fiber of an effect that can be cut off, owned by whoever stops it when its caller is interrupted. */
export interface Cut {
  running: Fiber.Fiber<unknown, unknown> | undefined
}

/** Interrupts what still runs; part of the owner's exit handler. */
export const stop = ({ running }: Cut): Effect.Effect<void> | undefined =>
  running === undefined || running.pollUnsafe() !== undefined ? undefined : Fiber.interrupt(running)

/**
 * Starts `effect` in `context`; answers its result if it ends at once, else an effect that waits for it and fails with
 * `late` when the timer is over. The owner of `cut` has its exit handler in place already.
 */
export const start = <A, E, R, E2>(
  cut: Cut,
  effect: Effect.Effect<A, E, R>,
  timer: Timer,
  late: (fiber: Fiber.Fiber<unknown, unknown>) => E2,
  context: Context.Context<R>
): Effect.Effect<A, E | E2> => {
  const fiber = Effect.runForkWith(context)(effect)
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) return exit
  cut.running = fiber
  return waitFor(fiber, timer, late)
}

/**
 * Runs `effect` and fails with `late` when it takes longer than the timer. The effect is interrupted, and nothing goes on
 * before its finalizers have run.
 */
export const cutOff = <A, E, R, E2>(
  effect: Effect.Effect<A, E, R>,
  timer: Timer,
  late: (fiber: Fiber.Fiber<unknown, unknown>) => E2,
  contextOf?: (context: Context.Context<R>) => Context.Context<R>
): Effect.Effect<A, E | E2, R> =>
  Effect.suspend(() => {
    const cut: Cut = { running: undefined }
    return Effect.onExitPrimitive(
      Effect.contextWith((context: Context.Context<R>) =>
        start(cut, effect, timer, late, contextOf === undefined ? context : contextOf(context))
      ),
      () => stop(cut)
    )
  })

const waitFor = <A, E, E2>(
  fiber: Fiber.Fiber<A, E>,
  timer: Timer,
  late: (fiber: Fiber.Fiber<unknown, unknown>) => E2
): Effect.Effect<A, E | E2> =>
  Effect.callback<A, E | E2>((resume) => {
    const cancel = timer(fiber, () => {
      forget()
      resume(Effect.flatMap(Fiber.interrupt(fiber), () => Effect.withFiber((caller) => Effect.fail(late(caller)))))
    })
    const forget = fiber.addObserver((exit) => {
      cancel()
      resume(exit)
    })
    return Effect.sync(() => {
      forget()
      cancel()
    })
  })

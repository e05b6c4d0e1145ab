/**
 * Ends an effect after a time. Both `Timeout` and `Deadline` stand on it.
 *
 * The effect runs in a fiber of its own from the first instruction, and the timer starts only when it has to wait, so
 * work that ends at once pays for no timer.
 *
 * @module
 */
import { type Context, Effect, Fiber } from "effect"

/**
 * Runs `effect` in `context` and fails with `late` when it takes longer than `millis`. The effect is interrupted, and
 * nothing goes on before its finalizers have run. A success it still reaches while it is being interrupted is used: the
 * work is done, and saying otherwise would have it done twice.
 */
export const cutOff = <A, E, R, E2>(
  effect: Effect.Effect<A, E, R>,
  millis: number,
  late: (fiber: Fiber.Fiber<unknown, unknown>) => E2,
  contextOf?: (context: Context.Context<R>) => Context.Context<R>
): Effect.Effect<A, E | E2, R> =>
  Effect.suspend(() => {
    let running: Fiber.Fiber<A, E> | undefined
    return Effect.onExitPrimitive(
      Effect.contextWith((outer: Context.Context<R>) => {
        const context = contextOf === undefined ? outer : contextOf(outer)
        const fiber = Effect.runForkWith(context)(effect)
        const exit = fiber.pollUnsafe()
        if (exit !== undefined) return exit
        running = fiber
        return waitFor(fiber, millis, late, context)
      }),
      () => (running === undefined || running.pollUnsafe() !== undefined ? undefined : Fiber.interrupt(running))
    )
  })

const waitFor = <A, E, R, E2>(
  fiber: Fiber.Fiber<A, E>,
  millis: number,
  late: (fiber: Fiber.Fiber<unknown, unknown>) => E2,
  context: Context.Context<R>
): Effect.Effect<A, E | E2> =>
  Effect.callback<A, E | E2>((resume) => {
    const timer = Effect.runForkWith(context)(Effect.sleep(millis))
    const forget = fiber.addObserver((exit) => {
      timer.interruptUnsafe()
      resume(exit)
    })
    timer.addObserver((exit) => {
      if (exit._tag === "Failure") return
      forget()
      resume(
        Effect.flatMap(Fiber.interrupt(fiber), (): Effect.Effect<A, E | E2> => {
          const ended = fiber.pollUnsafe()
          return ended?._tag === "Success" ? ended : Effect.withFiber((parent) => Effect.fail(late(parent)))
        })
      )
    })
    return Effect.sync(() => {
      forget()
      timer.interruptUnsafe()
    })
  })

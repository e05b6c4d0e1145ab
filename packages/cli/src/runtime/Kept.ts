/**
 * What is made when it is first asked for, and kept when that succeeds.
 *
 * @module
 */
import { type Context, Effect, Exit, Fiber, Scope } from "effect"

/** Whom what is made belongs to, and what it is made with. */
export interface Owner {
  /** What is kept is closed with it. */
  readonly scope: Scope.Scope
  /** That of the owner: nothing that is kept may belong to the call that happened to ask first. */
  readonly context: Context.Context<never>
}

/** The owner that is running. */
export const owner: Effect.Effect<Owner, never, Scope.Scope> = Effect.gen(function* () {
  return { scope: yield* Effect.scope, context: yield* Effect.context<never>() }
})

/**
 * Makes a thing once. Whoever asks meanwhile waits for it, and may stop waiting; it is made all the same. What fails is
 * given back and not kept: the next one who asks has it tried again.
 */
export const kept = <A, E>(
  { context, scope }: Owner,
  make: (scope: Scope.Scope) => Effect.Effect<A, E>
): Effect.Effect<A, E> => {
  let made: Fiber.Fiber<A, E> | undefined
  const attempt = Effect.gen(function* () {
    const own = yield* Scope.fork(scope)
    return yield* Effect.onExit(make(own), (exit) => (Exit.isSuccess(exit) ? Effect.void : Scope.close(own, exit)))
  })
  return Effect.suspend(() => {
    if (made === undefined || hasFailed(made)) made = Fiber.runIn(Effect.runForkWith(context)(attempt), scope)
    return Fiber.join(made)
  })
}

const hasFailed = <A, E>(fiber: Fiber.Fiber<A, E>): boolean => {
  const exit = fiber.pollUnsafe()
  return exit !== undefined && Exit.isFailure(exit)
}

/**
 * Keeps one token as long as it is good, renews it early and in the background, and never twice at once: callers that
 * need a new one share its renewal, each may leave on its own, and only when the last is gone the renewal ends.
 *
 * @module
 */
import { Cause, Clock, type Context, Effect, Exit, Fiber, Scope } from "effect"
import type { AuthError } from "./AuthError.ts"
import * as TokenState from "./TokenState.ts"
import type { AccessToken, TokenProvider } from "./TokenProvider.ts"

/** A token that is kept. */
export type TokenCache = Pick<TokenProvider["Service"], "get" | "renew">

type Transition = (state: TokenState.State, now: number) => readonly [TokenState.Decision, TokenState.State]

/** The renewals of one cache, and those who wait for them. */
class Flights<R> {
  private state = TokenState.initial
  private readonly fibers = new Map<number, Fiber.Fiber<AccessToken, AuthError>>()
  private readonly load: Effect.Effect<AccessToken, AuthError, R>
  private readonly context: Context.Context<R>

  constructor(load: Effect.Effect<AccessToken, AuthError, R>, context: Context.Context<R>) {
    this.load = load
    this.context = context
  }

  /** Decides and waits in one step, so that no interruption comes between the two. */
  decide(transition: Transition): Effect.Effect<AccessToken, AuthError> {
    return Effect.clockWith((clock) =>
      Effect.callback((resume) => {
        const [decision, next] = transition(this.state, clock.currentTimeMillisUnsafe())
        this.state = next
        switch (decision._tag) {
          case "Use":
            if (decision.start !== undefined) this.start(decision.start)
            return resume(Effect.succeed(decision.token))
          case "Refuse":
            return resume(Effect.fail(decision.error))
          case "Wait":
            return this.wait(decision.flight, decision.isNew, resume)
        }
      })
    )
  }

  /** It runs for all who wait, so neither the deadline nor the trace of the one who began it is its own. */
  private start(id: number): Fiber.Fiber<AccessToken, AuthError> {
    // It suspends first, so that it is known before its first instruction.
    const renewal = Effect.flatMap(Effect.yieldNow, () => this.load)
    const settled = Effect.onExit(renewal, (exit) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        this.state = TokenState.settle(this.state, id, outcomeOf(exit), now)
        this.fibers.delete(id)
      })
    )
    const fiber = Effect.runForkWith(this.context)(settled)
    this.fibers.set(id, fiber)
    return fiber
  }

  private wait(
    id: number,
    isNew: boolean,
    resume: (outcome: Effect.Effect<AccessToken, AuthError>) => void
  ): Effect.Effect<void> {
    const fiber = isNew ? this.start(id) : this.fibers.get(id)
    if (fiber === undefined) return Effect.sync(() => resume(Effect.die("nobody began the renewal")))
    const forget = fiber.addObserver(resume)
    return Effect.suspend(() => {
      forget()
      const [ends, next] = TokenState.leave(this.state, id)
      this.state = next
      if (!ends) return Effect.void
      this.fibers.delete(id)
      return Fiber.interrupt(fiber)
    })
  }

  readonly close = Effect.suspend(() => Fiber.interruptAll(this.fibers.values()))
}

const outcomeOf = (exit: Exit.Exit<AccessToken, AuthError>): TokenState.Outcome => {
  if (Exit.isSuccess(exit)) return { _tag: "Renewed", token: exit.value }
  const failure = exit.cause.reasons.find(Cause.isFailReason)
  return failure === undefined ? { _tag: "Ended" } : { _tag: "Failed", error: failure.error }
}

/**
 * Keeps what `load` gives. It runs with the context of the scope that makes it, and never twice at once.
 *
 * Failures are not kept, but for `signInAgain`, which is repeated for 10 seconds: it takes a person to make it good, and a
 * storm of callers must not hammer Google. An early renewal that fails is tried again after 10 seconds, while the token is
 * still good. A token that replaced a refused one is not replaced for 10 seconds: where Google refuses all of them, each call
 * would ask for another.
 */
export const make = <R>(
  load: Effect.Effect<AccessToken, AuthError, R>
): Effect.Effect<TokenCache, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<R>()
    const flights = new Flights(load, context)
    yield* Effect.addFinalizer(() => flights.close)
    return {
      get: flights.decide(TokenState.ask),
      renew: (rejected) => flights.decide((state, now) => TokenState.reject(state, rejected, now))
    }
  })

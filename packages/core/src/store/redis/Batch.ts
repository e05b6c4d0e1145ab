/**
 * Questions of the same moment, asked in one go: those that come in one turn of the event loop share a round trip, and
 * nobody waits for others.
 *
 * @module
 */
import { Effect, Exit, type Fiber } from "effect"
import type { StoreTrouble } from "../away/StoreTrouble.ts"
import { noAnswer } from "./Server.ts"

interface Waiter<A, B> {
  readonly question: A
  readonly resume: (answer: Effect.Effect<B, StoreTrouble>) => void
}

/** As many are asked at once at most: a long script keeps everybody else waiting. */
const mostQuestions = 128

/** Asks for all questions; answers are in their order. */
export type AskAll<A, B> = (questions: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B>, StoreTrouble>

/** One who asks together with others. */
export const make = <A, B>(askAll: AskAll<A, B>): ((question: A) => Effect.Effect<B, StoreTrouble>) => {
  let waiting: Array<Waiter<A, B>> = []

  /** Who is alone needs no other fiber to ask for them. */
  const askFor = ({ question, resume }: Waiter<A, B>): void =>
    resume(
      Effect.flatMap(askAll([question]), ([answer]) =>
        answer === undefined ? Effect.fail(noAnswer) : Effect.succeed(answer)
      )
    )

  const ask = (waiters: ReadonlyArray<Waiter<A, B>>, { context }: Fiber.Fiber<unknown, unknown>): void => {
    Effect.runForkWith(context)(askAll(waiters.map(({ question }) => question))).addObserver((exit) => {
      waiters.forEach(({ resume }, index) => {
        if (Exit.isFailure(exit)) return resume(Exit.failCause(exit.cause))
        const answer = exit.value[index]
        resume(answer === undefined ? Effect.fail(noAnswer) : Effect.succeed(answer))
      })
    })
  }

  return (question) =>
    Effect.withFiber((fiber) =>
      Effect.callback<B, StoreTrouble>((resume) => {
        waiting.push({ question, resume })
        if (waiting.length > 1) return
        // A microtask runs before the loop goes on to anything else.
        void Promise.resolve().then(() => {
          const now = waiting
          waiting = []
          const [first] = now
          if (first !== undefined && now.length === 1) return askFor(first)
          for (let from = 0; from < now.length; from += mostQuestions) {
            ask(now.slice(from, from + mostQuestions), fiber)
          }
        })
      })
    )
}

/**
 * What is done behind the callers' backs, for all circuits and budgets of a store together: telling Redis what was kept here
 * for a moment, and looking whether closed circuits still are. Nothing runs while nobody calls.
 *
 * @module
 */
import { Effect, Latch, type Scope } from "effect"
import type { StoreTrouble } from "../away/StoreTrouble.ts"

/** What is to be done once, soon. */
export type Task = Effect.Effect<unknown, StoreTrouble>

/** Those that are done together at most; the rest comes with the next round. */
const mostTasks = 256

/** Takes tasks for the next round. The same task counts once. */
export interface Upkeep {
  readonly add: (task: Task) => void
}

/** Starts it. A round begins this long after its first task came. What is left when the scope closes is still sent. */
export const make = (everyMillis: number): Effect.Effect<Upkeep, never, Scope.Scope> =>
  Effect.gen(function* () {
    const tasks = new Set<Task>()
    const some = Latch.makeUnsafe(false)

    const round = Effect.suspend(() => {
      const now = Array.from(tasks).slice(0, mostTasks)
      for (const task of now) tasks.delete(task)
      if (tasks.size === 0) some.closeUnsafe()
      return Effect.forEach(now, (task) => Effect.ignore(task), { concurrency: "unbounded", discard: true })
    })

    yield* Effect.addFinalizer(() => Effect.asVoid(Effect.forkDetach(round, { startImmediately: true })))
    yield* some.await.pipe(
      Effect.andThen(Effect.sleep(everyMillis)),
      Effect.andThen(round),
      Effect.forever,
      Effect.forkScoped
    )

    return {
      add: (task) => {
        tasks.add(task)
        if (tasks.size === 1) some.openUnsafe()
      }
    }
  })

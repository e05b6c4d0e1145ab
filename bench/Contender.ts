/** What a bench is made of: works, each with several contenders that do the same. */
import { Effect } from "effect"

/** One way to do a work; `run` does it `times` times and must end with the body having run `times` times. */
export interface Contender {
  readonly name: string
  readonly run: (times: number) => Promise<void>
  /** Does the same and answers the nanoseconds of each call; the figure is then their median. */
  readonly sample?: (times: number) => Promise<ReadonlyArray<number>>
}

/** One row of the table: the figures of its contenders, in ns for each call, are compared by `targets`. */
export interface Work {
  readonly name: string
  /** A program that has to be installed; without it the work is left out. */
  readonly needs?: "redis-server"
  readonly times: number
  readonly contenders: ReadonlyArray<Contender>
  readonly targets: ReadonlyArray<Target>
}

/** `subject` must cost at most `factor` times what `against` costs. */
export interface Comparison {
  readonly subject: string
  readonly against: string
  readonly factor: number
  /** Compares in the other direction too: neither may cost more than `factor` times the other. */
  readonly mutual?: boolean
}

/** `subject` must cost at most so many nanoseconds, which only says something of a machine like the one it is run on. */
export interface Bound {
  readonly subject: string
  readonly atMost: number
}

/** What must be reached. */
export type Target = Comparison | Bound

/** How often the body of the running contender was called; checked after each run. */
export const counter = { calls: 0 }

/** The body of every contender. */
export const body = (): number => ++counter.calls

/** The body as an effect. */
export const bodyEffect: Effect.Effect<number> = Effect.sync(body)

/** Runs an effect again and again in one fiber. */
export const effectLoop = <A, E>(effect: Effect.Effect<A, E>) => effectLoopIn(effect, (loop) => loop)

/** The same for an effect that needs services, which are provided once. */
export const effectLoopIn =
  <A, E, R = never>(
    effect: Effect.Effect<A, E, R>,
    provide: (loop: Effect.Effect<void, E, R>) => Effect.Effect<void, E>
  ) =>
  (times: number): Promise<void> => {
    let left = times
    return Effect.runPromise(provide(Effect.whileLoop({ while: () => left-- > 0, body: () => effect, step: () => {} })))
  }

/** Awaits a promise again and again. */
export const promiseLoop =
  (call: () => Promise<unknown>) =>
  async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await call()
  }

/** Counts a refusal as the call it stands for. */
export const refused = (): void => {
  counter.calls++
}

/**
 * The one way to a shared store: it asks while the store is here, gives every decision its time limit, and answers
 * otherwise when there is none.
 *
 * @module
 */
import { Clock, Effect, Exit, Fiber, Random, type Scope } from "effect"
import { errorOfCause } from "../../error/ErrorCategory.ts"
import { makePublisher, type Publisher } from "../../event/EventBus.ts"
import type { SharedStoreName } from "../../event/ResilienceEvent.ts"
import * as Timers from "../Timers.ts"
import type { Resolved } from "./AwayOptions.ts"
import * as AwayState from "./AwayState.ts"
import { Line } from "./Line.ts"
import type { RawDecision, RawStores } from "./RawStores.ts"
import { StoreTrouble } from "./StoreTrouble.ts"

/** One decision: how it is asked for, and what becomes of it. */
export interface Question<A, B, E> {
  /** Told how many milliseconds the decision has waited already. */
  readonly ask: (waitedMillis: number) => RawDecision<A>
  /** The store answered in time. */
  readonly heard: (answer: A) => B
  /** It did not, or is not asked at all. */
  readonly otherwise: () => B | Effect.Effect<B, E>
  /** It answered when nobody waited any more: gives back what was taken. */
  readonly tooLate?: (answer: A) => RawDecision<void> | undefined
}

const toEffect = <B, E>(make: () => B | Effect.Effect<B, E>): Effect.Effect<B, E> =>
  Effect.suspend(() => {
    const value = make()
    return Effect.isEffect(value) ? value : Effect.succeed(value)
  })

/** Of an error nobody thought of only the name is told: its message may hold addresses and passwords. */
const codeOf = (error: unknown): string => {
  if (error instanceof StoreTrouble) return error.code
  return error instanceof Error ? error.name : "unknown"
}

/** From a reply in a socket to the one who waits for it. */
const turnsToRead = 4

/** The way to one store, shared by everything that is kept there. */
export class Gate {
  readonly store: SharedStoreName
  private readonly options: Resolved
  private readonly state = AwayState.make()
  private readonly clock: Clock.Clock
  private readonly random: Random.Random
  private readonly publisher: Publisher
  private readonly timer: Timers.Timer
  private readonly isWell: RawStores["isWell"]
  private readonly line: Line
  private closed = false
  /** Whether it ever had to be waited for. */
  private isRemote = false
  private readonly running = new Set<Fiber.Fiber<unknown, unknown>>()

  constructor(
    options: Resolved,
    { isBusy, isWell }: Pick<RawStores, "isBusy" | "isWell">,
    clock: Clock.Clock,
    random: Random.Random,
    publisher: Publisher
  ) {
    this.isWell = isWell
    this.line = new Line(isBusy)
    this.store = options.store
    this.options = options
    this.clock = clock
    this.random = random
    this.publisher = publisher
    this.timer = Timers.shared(options.timeoutMillis)
  }

  /** Whether the store is asked. */
  get isHere(): boolean {
    return this.state.isHere
  }

  /** Whether the next decision is to try the store. */
  get isDue(): boolean {
    return AwayState.isDue(this.state, this.now)
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.clock.currentTimeMillisUnsafe()
  }

  /** Grows whenever the store goes away or comes back. */
  get era(): number {
    return this.state.era
  }

  /** Milliseconds until the store is tried again. */
  get pauseLeft(): number {
    return AwayState.pauseLeft(this.state, this.now)
  }

  /** Whether the store was away at that moment, the last time it was. */
  wasAwayAt(time: number): boolean {
    return AwayState.wasAwayAt(this.state, time)
  }

  /** One decision. It never fails for the store's sake, and never takes longer than the time limit. */
  decide<A, B, E = never>(question: Question<A, B, E>): B | Effect.Effect<B, E> {
    if (this.state.isHere) return this.askNow(this.state.pass, question)
    if (!this.isDue) return question.otherwise()
    // The try is taken only by an effect that runs, and whoever took it makes it: nobody else can until it has ended.
    return Effect.uninterruptible(
      Effect.suspend(() => {
        const pass = AwayState.ask(this.state, this.now)
        return pass === undefined ? toEffect(question.otherwise) : this.tryNow(pass, question)
      })
    )
  }

  /** What is known at once, without a decision; `undefined` when it is not, or the store is in trouble. */
  atOnce<A>(ask: () => A | undefined): A | undefined {
    try {
      return ask()
    } catch (error) {
      if (!this.line.isPassing(error)) this.failed(this.state.pass, codeOf(error))
      return undefined
    }
  }

  /** Ends what still runs. */
  readonly close: Effect.Effect<void> = Effect.suspend(() => {
    this.closed = true
    return Fiber.interruptAll(this.running)
  })

  private tryNow<A, B, E>(pass: AwayState.Pass, question: Question<A, B, E>): Effect.Effect<B, E> {
    const { isWell } = this
    if (isWell === undefined) return toEffect(() => this.askNow(pass, question))
    const tried = toEffect(() =>
      this.askNow<void, boolean, never>(pass, { ask: isWell, heard: () => true, otherwise: () => false })
    )
    return Effect.flatMap(tried, (isBack) => toEffect(isBack ? () => this.decide(question) : question.otherwise))
  }

  private askNow<A, B, E>(pass: AwayState.Pass, question: Question<A, B, E>): B | Effect.Effect<B, E> {
    if (this.line.isBusy) return this.wait(pass, question)
    let answer: RawDecision<A>
    try {
      answer = question.ask(0)
    } catch (error) {
      if (this.line.isPassing(error)) return this.wait(pass, question, codeOf(error))
      this.failed(pass, codeOf(error))
      return question.otherwise()
    }
    if (Effect.isEffect(answer)) {
      this.isRemote = true
      return this.await(pass, answer, question)
    }
    // What a store over the network has at hand was told without asking it.
    if (this.isRemote) AwayState.untried(this.state, pass)
    else this.succeeded(pass)
    return question.heard(answer)
  }

  /** Waits in line: a store that is busy for as long as a decision may take is away. */
  private wait<A, B, E>(pass: AwayState.Pass, question: Question<A, B, E>, code = "busy"): Effect.Effect<B, E> {
    return this.await(pass, this.line.join(question.ask), question, code)
  }

  /**
   * It runs in a fiber of its own: an answer that comes when nobody waits any more still has to be undone. With `busy`, the
   * word for being late, it only stands in line.
   */
  private await<A, B, E>(
    pass: AwayState.Pass,
    asked: Effect.Effect<A, StoreTrouble>,
    question: Question<A, B, E>,
    busy?: string
  ): Effect.Effect<B, E> {
    return Effect.withFiber((fiber) =>
      Effect.uninterruptible(
        Effect.callback<B, E>((resume) => {
          let isWaiting = true
          const running = this.run(asked, fiber)
          const cancel = this.whenLate(fiber, () => {
            isWaiting = false
            // Who stands in line was granted nothing that would have to be undone.
            if (busy !== undefined) running.interruptUnsafe()
            this.failed(pass, busy ?? "timeout")
            resume(toEffect(question.otherwise))
          })
          running.addObserver((exit) => {
            if (!isWaiting) return this.undo(exit, question, fiber)
            isWaiting = false
            cancel()
            if (Exit.isSuccess(exit)) {
              this.succeeded(pass)
              resume(Effect.sync(() => question.heard(exit.value)))
            } else {
              this.failed(pass, codeOf(errorOfCause(exit.cause)))
              resume(toEffect(question.otherwise))
            }
          })
        })
      )
    )
  }

  /**
   * Calls `late` when the time of a decision is over. Timers run before sockets are read, so a few turns of the event loop
   * are left for an answer that is there already; and a process that got no processor for a while has lost time that was
   * not the store's: it waits once more.
   */
  private whenLate(fiber: Fiber.Fiber<unknown, unknown>, late: () => void): Timers.Cancel {
    const { timeoutMillis } = this.options
    const lastTurns = (): void => {
      const turns = this.run(Effect.replicateEffect(Effect.yieldNow, turnsToRead, { discard: true }), fiber)
      cancel = () => turns.interruptUnsafe()
      turns.addObserver((exit) => {
        if (Exit.isSuccess(exit)) late()
      })
    }
    const due = this.now + timeoutMillis
    let cancel = this.timer(fiber, () => {
      if (this.now - due < timeoutMillis / 4) lastTurns()
      else cancel = this.timer(fiber, lastTurns)
    })
    return () => cancel()
  }

  private undo<A>(
    exit: Exit.Exit<A, StoreTrouble>,
    { tooLate }: Question<A, unknown, unknown>,
    fiber: Fiber.Fiber<unknown, unknown>
  ): void {
    if (tooLate === undefined || Exit.isFailure(exit)) return
    try {
      const undone = tooLate(exit.value)
      if (Effect.isEffect(undone)) this.run(undone, fiber)
    } catch {
      // What cannot be given back expires.
    }
  }

  private run<A>(
    effect: Effect.Effect<A, StoreTrouble>,
    { context }: Fiber.Fiber<unknown, unknown>
  ): Fiber.Fiber<A, StoreTrouble> {
    const running = Effect.runForkWith(context)(effect)
    this.running.add(running)
    running.addObserver(() => this.running.delete(running))
    return running
  }

  private succeeded(pass: AwayState.Pass): void {
    if (!pass.isTry) return
    const { now } = this
    if (!AwayState.succeeded(this.state, pass, now) || !this.publisher.active) return
    const { awayFrom } = this.state
    this.publisher.tell({ _tag: "StoreBack", at: now, policy: this.store, store: this.store, awayMs: now - awayFrom })
  }

  private failed(pass: AwayState.Pass, error: string): void {
    const { now } = this
    const went = AwayState.failed(this.state, this.options.pauses, pass, now, this.random.nextDoubleUnsafe())
    // At the end of a program its store is closed, which is no trouble.
    if (!went || this.closed || !this.publisher.active) return
    this.publisher.tell({ _tag: "StoreAway", at: now, policy: this.store, store: this.store, error })
  }
}

/** Makes the way to a store. When the scope closes, decisions that still run are given up. */
export const make = (
  options: Resolved,
  raw: Pick<RawStores, "isBusy" | "isWell">
): Effect.Effect<Gate, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      return new Gate(options, raw, yield* Clock.Clock, yield* Random.Random, yield* makePublisher(options.store))
    }),
    (gate) => gate.close
  )

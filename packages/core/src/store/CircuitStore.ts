/**
 * Where circuits live. A breaker asks its store; memory is the default, and a shared store (SQLite, Redis) takes its
 * place through the `CircuitStores` reference without any change to the breaker.
 *
 * @module
 */
import { type Clock, Context, type Fiber } from "effect"
import type { CircuitStateName } from "../event/ResilienceEvent.ts"
import type { CircuitSnapshot } from "./CircuitSnapshot.ts"
import * as Snapshot from "./CircuitSnapshot.ts"
import * as CircuitReads from "./CircuitReads.ts"
import * as CircuitState from "./CircuitState.ts"
import type { Decision } from "./Decision.ts"
import { KeyedStates } from "./KeyedStates.ts"
import { nowOf } from "./Now.ts"
import { TurnTime } from "./TurnTime.ts"

/**
 * One circuit of a store. Every operation is one atomic step. Each is given the fiber that asks: its clock is the time,
 * and a decision that needs no time does not pay for reading it.
 */
export interface CircuitCell {
  /**
   * The admission of a circuit that admits freely, when that is known at once. It holds nothing. `undefined` means: ask
   * with `admit`.
   */
  readonly free: (fiber: Fiber.Fiber<unknown, unknown>) => CircuitState.Admitted | undefined
  readonly admit: (fiber: Fiber.Fiber<unknown, unknown>) => Decision<CircuitState.Admission>
  readonly peek: (fiber: Fiber.Fiber<unknown, unknown>) => Decision<CircuitState.Refused | undefined>
  /** Books the success of a call that was admitted freely and was not slow; it never changes the state. */
  readonly succeed: (admission: CircuitState.Admitted, clock: Clock.Clock) => Decision<void>
  readonly settle: (
    admission: CircuitState.Admitted,
    report: CircuitState.Report,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Decision<CircuitState.Settled>
  readonly control: (
    command: CircuitState.Command,
    openMillis: (opening: number) => number,
    fiber: Fiber.Fiber<unknown, unknown>
  ) => Decision<CircuitState.Transition | undefined>
  readonly view: (now: number) => Decision<CircuitState.CircuitView>
}

/** The circuits of one breaker. */
export interface CircuitStore {
  /** The circuit of a breaker without keys. */
  readonly single: CircuitCell
  readonly cell: (key: string) => CircuitCell
  readonly keys: () => Decision<ReadonlyArray<string>>
  readonly snapshot: (now: number) => Decision<ReadonlyArray<CircuitSnapshot>>
  readonly restore: (snapshots: ReadonlyArray<CircuitSnapshot>, now: number) => Decision<void>
}

/** What a store is told about the breaker it serves. */
export interface CircuitStoreOptions {
  readonly name: string
  readonly config: CircuitState.CircuitConfig
  readonly initial: CircuitStateName
  /** A circuit nobody used for so long is forgotten. */
  readonly idleMillis: number
  readonly maxKeys: number
}

/** Makes the store of a breaker. */
export type CircuitStoreFactory = (options: CircuitStoreOptions) => CircuitStore

/** Circuits in this process: every decision is a plain function call. */
export const memory: CircuitStoreFactory = ({ config, idleMillis, initial, maxKeys }) => {
  const states = new KeyedStates<CircuitState.Circuit>({
    make: (now) => CircuitState.make(initial, now),
    isIdle: (circuit, now) => CircuitReads.isIdle(circuit, initial, idleMillis, now),
    isPlain: CircuitReads.isPlain,
    maxKeys
  })
  const timed = config.window?._tag === "Time"
  const turn = new TurnTime()
  const cellOf = (
    use: (fiber: Fiber.Fiber<unknown, unknown>) => CircuitState.Circuit,
    peek: () => CircuitState.Circuit | undefined
  ): CircuitCell => ({
    free: (fiber) => {
      const circuit = use(fiber)
      return CircuitState.admitsFreely(circuit) ? circuit.ticket : undefined
    },
    admit: (fiber) => CircuitState.admit(use(fiber), config, nowOf(fiber)),
    peek: (fiber) => {
      const circuit = peek()
      return circuit === undefined || CircuitState.admitsFreely(circuit)
        ? undefined
        : CircuitReads.peek(circuit, config, nowOf(fiber))
    },
    succeed: (admission, clock) => {
      const circuit = peek()
      if (circuit !== undefined) CircuitState.succeed(circuit, config, admission, timed ? turn.now(clock) : 0)
    },
    settle: (admission, report, fiber) => CircuitState.settle(use(fiber), config, admission, report, nowOf(fiber)),
    control: (command, openMillis, fiber) => CircuitState.control(use(fiber), command, openMillis, nowOf(fiber)),
    view: (now) => CircuitReads.view(peek() ?? CircuitState.make(initial, now), now)
  })
  let only: CircuitState.Circuit | undefined
  return {
    single: cellOf(
      (fiber) => (only ??= CircuitState.make(initial, nowOf(fiber))),
      () => only
    ),
    cell: (key) =>
      cellOf(
        (fiber) => {
          const now = nowOf(fiber)
          const circuit = states.get(key, now)
          circuit.lastUsed = now
          return circuit
        },
        () => states.peek(key)
      ),
    keys: () => Array.from(states.entries(), ([key]) => key),
    snapshot: () => {
      const snapshots = Array.from(states.entries(), ([key, circuit]) => Snapshot.take(key, circuit))
      return only === undefined ? snapshots : [Snapshot.take("", only), ...snapshots]
    },
    restore: (snapshots, now) => {
      for (const snapshot of snapshots) {
        const circuit = Snapshot.restore(snapshot, config, now)
        if (snapshot.key === "") only = circuit
        else states.set(snapshot.key, circuit, now)
      }
    }
  }
}

/** The stores breakers are made on; memory unless a layer says otherwise. */
export const CircuitStores: Context.Reference<CircuitStoreFactory> = Context.Reference<CircuitStoreFactory>(
  "@skippy/core/store/CircuitStores",
  { defaultValue: () => memory }
)

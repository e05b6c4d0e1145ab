/**
 * The circuits of a breaker in a shared store, and in this process while that is away.
 *
 * This process remembers which circuits it last saw open, so that they stay so when the store goes away; the rest begins
 * as closed there.
 *
 * @module
 */
import { Effect, type Fiber } from "effect"
import type * as CircuitState from "../CircuitState.ts"
import { type CircuitCell, type CircuitStoreFactory, memory } from "../CircuitStore.ts"
import type { Decision } from "../Decision.ts"
import { nowOf } from "../Now.ts"
import type { WhenAway } from "./AwayOptions.ts"
import type { Gate } from "./Gate.ts"
import { OwnCircuits } from "./OwnCircuits.ts"
import type { RawCircuitCell, RawCircuitStoreFactory } from "./RawStores.ts"

/** What everybody gets who is let through without being counted. */
const uncounted: CircuitState.Admitted = {
  _tag: "Admitted",
  generation: -1,
  probe: 0,
  transition: undefined,
  reclaimed: 0
}

const unchanged: CircuitState.Settled = { transition: undefined, wouldOpen: undefined }

/** Books nothing and gives back the probe. */
const ignored: CircuitState.Report = {
  outcome: "Ignored",
  latencyMillis: 0,
  retryAfterMillis: 0,
  openMillis: () => 0
}

const map = <A, B>(decision: Decision<A>, f: (a: A) => B): Decision<B> =>
  Effect.isEffect(decision) ? Effect.map(decision, f) : f(decision)

type By = { readonly store: CircuitState.Refused["store"] & string }

const refusedBy = (refused: CircuitState.Refused | undefined, by: By) => refused && { ...refused, ...by }
const movedBy = (transition: CircuitState.Transition | undefined, by: By) => transition && { ...transition, ...by }
const admittedBy = (answer: CircuitState.Admission, by: By): CircuitState.Admission => {
  if (answer._tag === "Refused") return { ...answer, ...by }
  return answer.transition === undefined ? answer : { ...answer, transition: { ...answer.transition, ...by } }
}
const settledBy = (settled: CircuitState.Settled, by: By): CircuitState.Settled =>
  settled.transition === undefined ? settled : { ...settled, transition: { ...settled.transition, ...by } }

const byThisProcess: By = { store: "local" }

/** What is known of one circuit: in the shared store, and here. */
interface Place {
  readonly key: string
  readonly shared: RawCircuitCell
  readonly gate: Gate
  readonly own: OwnCircuits
  readonly whenAway: WhenAway
}

const cellOf = ({ gate, key, own, shared, whenAway }: Place): CircuitCell => {
  const by: By = { store: gate.store }
  const refusedHere = (): CircuitState.Refused => ({
    _tag: "Refused",
    state: "Open",
    retryAfterMillis: Math.max(1, gate.pauseLeft),
    store: "local"
  })
  const admitHere = (fiber: Fiber.Fiber<unknown, unknown>): Decision<CircuitState.Admission> => {
    if (whenAway === "allow") return uncounted
    if (whenAway === "refuse") return refusedHere()
    const cell = own.cell(key, nowOf(fiber))
    return map(cell.admit(fiber), (answer) => own.admitted(admittedBy(answer, byThisProcess), cell))
  }
  const peekHere = (fiber: Fiber.Fiber<unknown, unknown>): Decision<CircuitState.Refused | undefined> => {
    if (whenAway === "allow") return undefined
    if (whenAway === "refuse") return refusedHere()
    return map(own.cell(key, nowOf(fiber)).peek(fiber), (refused) => refusedBy(refused, byThisProcess))
  }
  const freeHere = (fiber: Fiber.Fiber<unknown, unknown>): CircuitState.Admitted | undefined => {
    if (whenAway === "refuse" || gate.isDue) return undefined
    if (whenAway === "allow") return uncounted
    const cell = own.cell(key, nowOf(fiber))
    const ticket = cell.free(fiber)
    return ticket && own.ticket(ticket, cell)
  }
  return {
    free: (fiber) => {
      if (!gate.isHere) return freeHere(fiber)
      const ticket = gate.atOnce(() => shared.free(fiber))
      if (ticket !== undefined) own.passed(key, ticket.generation)
      return ticket
    },
    admit: (fiber) =>
      gate.decide<CircuitState.Admission, CircuitState.Admission>({
        ask: () => shared.admit(fiber),
        heard: (answer) => {
          if (answer._tag === "Refused") own.saw(key, answer.state, answer.retryAfterMillis, nowOf(fiber))
          else if (answer.probe === 0) own.passed(key, answer.generation)
          return admittedBy(answer, by)
        },
        otherwise: () => admitHere(fiber),
        tooLate: (answer) =>
          answer._tag === "Refused" || answer.probe === 0
            ? undefined
            : Effect.asVoid(asEffect(shared.settle(answer, ignored, fiber)))
      }),
    peek: (fiber) =>
      gate.decide<CircuitState.Refused | undefined, CircuitState.Refused | undefined>({
        ask: () => shared.peek(fiber),
        heard: (refused) => {
          if (refused !== undefined) own.saw(key, refused.state, refused.retryAfterMillis, nowOf(fiber))
          return refusedBy(refused, by)
        },
        otherwise: () => peekHere(fiber)
      }),
    succeed: (admission, clock) => {
      if (admission === uncounted) return undefined
      const cell = own.cellOf(admission)
      if (cell !== undefined) return cell.succeed(admission, clock)
      return gate.decide<void, void>({
        ask: () => shared.succeed(admission, clock),
        heard: () => {},
        otherwise: () => {}
      })
    },
    settle: (admission, report, fiber) => {
      if (admission === uncounted) return unchanged
      const cell = own.cellOf(admission)
      if (cell !== undefined) {
        return map(cell.settle(admission, report, fiber), (settled) => settledBy(settled, byThisProcess))
      }
      return gate.decide<CircuitState.Settled, CircuitState.Settled>({
        ask: () => shared.settle(admission, report, fiber),
        heard: (settled) => {
          own.moved(key, settled.transition, nowOf(fiber))
          return settledBy(settled, by)
        },
        otherwise: () => unchanged
      })
    },
    control: (command, openMillis, fiber) =>
      gate.decide<CircuitState.Transition | undefined, CircuitState.Transition | undefined>({
        ask: () => shared.control(command, openMillis, fiber),
        heard: (transition) => {
          own.moved(key, transition, nowOf(fiber))
          return movedBy(transition, by)
        },
        otherwise: () =>
          map(own.cell(key, nowOf(fiber)).control(command, openMillis, fiber), (transition) =>
            movedBy(transition, byThisProcess)
          )
      }),
    view: (now) =>
      gate.decide<CircuitState.CircuitView, CircuitState.CircuitView>({
        ask: (waited) => shared.view(now + waited),
        heard: (view) => view,
        otherwise: () => own.cell(key, now).view(now)
      })
  }
}

const asEffect = <A, E>(value: A | Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.isEffect(value) ? value : Effect.succeed(value)

/** Makes stores of breakers. */
export const circuits =
  (gate: Gate, whenAway: WhenAway, raw: RawCircuitStoreFactory): CircuitStoreFactory =>
  (options) => {
    const shared = raw(options)
    const own = new OwnCircuits(gate, () => memory(options), options.maxKeys)
    const place = { gate, own, whenAway }
    return {
      single: cellOf({ ...place, key: "", shared: shared.single }),
      cell: (key) => cellOf({ ...place, key, shared: shared.cell(key) }),
      keys: () =>
        gate.decide<ReadonlyArray<string>, ReadonlyArray<string>>({
          ask: () => shared.keys(),
          heard: (keys) => keys,
          otherwise: () => own.store(gate.now).keys()
        }),
      snapshot: (now) =>
        gate.decide({
          ask: (waited) => shared.snapshot(now + waited),
          heard: (snapshots) => snapshots,
          otherwise: () => own.store(now).snapshot(now)
        }),
      restore: (snapshots, now) =>
        gate.decide<void, void>({
          ask: (waited) => shared.restore(snapshots, now + waited),
          heard: () => {},
          otherwise: () => own.store(now).restore(snapshots, now)
        })
    }
  }

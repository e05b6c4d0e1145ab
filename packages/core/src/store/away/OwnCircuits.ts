/**
 * The circuits of this process while the shared store is away: made anew each time it goes, from what was last seen there.
 *
 * @module
 */
import type { CircuitStateName } from "../../event/ResilienceEvent.ts"
import type { CircuitSnapshot } from "../CircuitSnapshot.ts"
import type * as CircuitState from "../CircuitState.ts"
import type { CircuitCell, CircuitStore } from "../CircuitStore.ts"
import type { Gate } from "./Gate.ts"

/** A circuit that was not closed when it was last seen. */
interface Seen {
  readonly state: CircuitStateName
  readonly since: number
  readonly openMillis: number
  /** Of a circuit that was switched so that it admits: the generation it admits with. */
  generation: number | undefined
}

const admitsFreely = (state: CircuitStateName): boolean => state === "Disabled" || state === "MetricsOnly"

/** What this process knows of the circuits of one breaker. */
export class OwnCircuits {
  private readonly gate: Gate
  private readonly make: () => CircuitStore
  private readonly maxKeys: number
  private readonly seen = new Map<string, Seen>()
  private era = -1
  private circuits: CircuitStore
  private readonly admissions = new WeakMap<CircuitState.Admitted, CircuitCell>()

  constructor(gate: Gate, make: () => CircuitStore, maxKeys: number) {
    this.gate = gate
    this.make = make
    this.maxKeys = maxKeys
    this.circuits = make()
  }

  /** The circuits of this time without the store. */
  store(now: number): CircuitStore {
    if (this.era === this.gate.era) return this.circuits
    this.era = this.gate.era
    this.circuits = this.make()
    void this.circuits.restore(Array.from(this.seen, snapshotOf), now)
    return this.circuits
  }

  /** One of them; the empty key is the circuit of a breaker without keys. */
  cell(key: string, now: number): CircuitCell {
    const store = this.store(now)
    return key === "" ? store.single : store.cell(key)
  }

  /** Notes who admitted a call, so that its result is booked there. */
  ticket(admission: CircuitState.Admitted, cell: CircuitCell): CircuitState.Admitted {
    if (!this.admissions.has(admission)) this.admissions.set(admission, cell)
    return admission
  }

  /** The same for an answer that may be a refusal. */
  admitted(answer: CircuitState.Admission, cell: CircuitCell): CircuitState.Admission {
    return answer._tag === "Refused" ? answer : this.ticket(answer, cell)
  }

  /** The circuit of this process that admitted a call; `undefined` when the shared store did. */
  cellOf(admission: CircuitState.Admitted): CircuitCell | undefined {
    return this.admissions.get(admission)
  }

  /** The shared store let a call through that is no probe: the circuit is closed, or still as it was switched. */
  passed(key: string, generation: number): void {
    if (this.seen.size === 0) return
    const seen = this.seen.get(key)
    if (seen === undefined) return
    if (admitsFreely(seen.state) && (seen.generation ??= generation) === generation) return
    this.seen.delete(key)
  }

  /** The shared store said what state a circuit is in. */
  saw(key: string, state: CircuitStateName, openMillis: number | undefined, now: number): void {
    if (state === "Closed") {
      this.seen.delete(key)
      return
    }
    // The slots of its probes are taken: whoever has one will tell.
    if (state === "HalfOpen") return
    this.seen.delete(key)
    this.seen.set(key, { state, since: now, openMillis: openMillis ?? 0, generation: undefined })
    const [oldest] = this.seen.keys()
    if (this.seen.size > this.maxKeys && oldest !== undefined) this.seen.delete(oldest)
  }

  /** A circuit of the shared store changed its state. */
  moved(key: string, transition: CircuitState.Transition | undefined, now: number): void {
    if (transition !== undefined) this.saw(key, transition.to, transition.openMillis, now)
  }
}

const snapshotOf = ([key, { openMillis, since, state }]: [string, Seen]): CircuitSnapshot => ({
  key,
  state,
  generation: 0,
  since,
  openUntil: since + openMillis,
  openings: state === "Open" ? 1 : 0,
  lastOpenMillis: openMillis,
  fadesAt: 0,
  streak: 0,
  probeSuccesses: 0
})

/**
 * A circuit as data that survives a restart. Running probes are not part of it: they belong to a process that is gone.
 *
 * @module
 */
import { Schema } from "effect"
import { CircuitStateName } from "../event/ResilienceEvent.ts"
import * as CircuitState from "./CircuitState.ts"
import * as OutcomeWindow from "./OutcomeWindow.ts"

/** One circuit, written down. Times are milliseconds since the epoch. */
export const CircuitSnapshot = Schema.Struct({
  key: Schema.String,
  state: CircuitStateName,
  generation: Schema.Finite,
  since: Schema.Finite,
  openUntil: Schema.Finite,
  openings: Schema.Finite,
  lastOpenMillis: Schema.Finite,
  fadesAt: Schema.Finite,
  streak: Schema.Finite,
  probeSuccesses: Schema.Finite,
  window: Schema.optionalKey(OutcomeWindow.WindowSnapshot)
})
/** One circuit, written down. */
export type CircuitSnapshot = typeof CircuitSnapshot.Type

/** Writes a circuit down. */
export const take = (key: string, circuit: CircuitState.Circuit): CircuitSnapshot => ({
  key,
  state: circuit.name,
  generation: circuit.generation,
  since: circuit.since,
  openUntil: circuit.openUntil,
  openings: circuit.openings,
  lastOpenMillis: circuit.lastOpenMillis,
  fadesAt: circuit.fadesAt,
  streak: circuit.streak,
  probeSuccesses: circuit.probeSuccesses,
  ...(circuit.window === undefined ? {} : { window: circuit.window.snapshot() })
})

/** A circuit as it was, one generation on, so that calls of before change nothing. */
export const restore = (
  snapshot: CircuitSnapshot,
  config: CircuitState.CircuitConfig,
  now: number
): CircuitState.Circuit => {
  const circuit = CircuitState.make(snapshot.state, now)
  CircuitState.renumber(circuit, snapshot.generation + 1)
  circuit.since = snapshot.since
  circuit.openUntil = snapshot.openUntil
  circuit.openings = snapshot.openings
  circuit.lastOpenMillis = snapshot.lastOpenMillis
  circuit.fadesAt = snapshot.fadesAt
  circuit.streak = snapshot.streak
  circuit.probeSuccesses = snapshot.probeSuccesses
  if (config.window !== undefined && snapshot.window !== undefined) {
    circuit.window = OutcomeWindow.restore(config.window, snapshot.window)
  }
  return circuit
}

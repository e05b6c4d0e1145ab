/**
 * A circuit as JSON, and back without loss: with its generation, its window and the leases of its running probes, which
 * belong to processes that are still there.
 *
 * @module
 */
import type { CircuitStateName } from "../../event/ResilienceEvent.ts"
import * as CircuitState from "../CircuitState.ts"
import * as OutcomeWindow from "../OutcomeWindow.ts"
import { type Fields, fieldsOf, isFields, numberOf, numbersOf, written } from "./Fields.ts"

const isName = (name: unknown): name is CircuitStateName =>
  name === "Closed" ||
  name === "Open" ||
  name === "HalfOpen" ||
  name === "ForcedOpen" ||
  name === "Disabled" ||
  name === "MetricsOnly"

/** A window that was counted in other buckets says nothing about these. */
const shapeOf = (spec: OutcomeWindow.WindowSpec): ReadonlyArray<number> =>
  spec._tag === "Count" ? [] : [spec.millis, spec.buckets]

/** Writes a circuit down. */
export const write = (circuit: CircuitState.Circuit, { window }: CircuitState.CircuitConfig): string =>
  JSON.stringify({
    state: circuit.name,
    generation: circuit.generation,
    since: circuit.since,
    openUntil: written(circuit.openUntil),
    openings: circuit.openings,
    lastOpenMillis: written(circuit.lastOpenMillis),
    fadesAt: written(circuit.fadesAt),
    streak: circuit.streak,
    probes: circuit.probes.map(({ expiresAt, id }) => [id, written(expiresAt)]),
    probeSuccesses: circuit.probeSuccesses,
    nextProbe: circuit.nextProbe,
    lastUsed: circuit.lastUsed,
    ...(window === undefined || circuit.window === undefined
      ? {}
      : { window: { shape: shapeOf(window), ...circuit.window.snapshot() } })
  })

const probesOf = ({ probes }: Fields): Array<CircuitState.Probe> | undefined => {
  if (!Array.isArray(probes)) return undefined
  const known: Array<CircuitState.Probe> = []
  for (const probe of probes) {
    if (!Array.isArray(probe)) return undefined
    const [id, expiresAt] = [numberOf(probe[0]), numberOf(probe[1])]
    if (id === undefined || expiresAt === undefined) return undefined
    known.push({ id, expiresAt })
  }
  return known
}

const windowOf = (
  { window }: Fields,
  { window: spec }: CircuitState.CircuitConfig
): OutcomeWindow.OutcomeWindow | undefined => {
  if (spec === undefined || !isFields(window)) return undefined
  const [shape, cells, bucket] = [numbersOf(window.shape), numbersOf(window.cells), numberOf(window.bucket)]
  if (shape === undefined || cells === undefined || bucket === undefined) return undefined
  const present = shapeOf(spec)
  const fits = shape.length === present.length && shape.every((number, index) => number === present[index])
  return fits ? OutcomeWindow.restore(spec, { cells, bucket }) : undefined
}

/**
 * Reads a circuit; `undefined` when the text is no such record. A window of another kind or other buckets is left out;
 * of the last calls those are kept for which there is room.
 */
export const read = (text: string, config: CircuitState.CircuitConfig): CircuitState.Circuit | undefined => {
  const fields = fieldsOf(text)
  if (fields === undefined || !isName(fields.state)) return undefined
  const number = (name: string): number => numberOf(fields[name]) ?? Number.NaN
  const probes = probesOf(fields)
  const circuit = CircuitState.make(fields.state, number("since"))
  CircuitState.renumber(circuit, number("generation"))
  circuit.openUntil = number("openUntil")
  circuit.openings = number("openings")
  circuit.lastOpenMillis = number("lastOpenMillis")
  circuit.fadesAt = number("fadesAt")
  circuit.streak = number("streak")
  circuit.window = windowOf(fields, config)
  circuit.probes = probes ?? []
  circuit.probeSuccesses = number("probeSuccesses")
  circuit.nextProbe = number("nextProbe")
  circuit.lastUsed = number("lastUsed")
  return probes === undefined || Object.values(circuit).some(Number.isNaN) ? undefined : circuit
}

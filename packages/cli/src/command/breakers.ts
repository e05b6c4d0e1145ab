/**
 * The circuits there are, and what people read of them.
 *
 * @module
 */
import { Snapshot } from "@skippy/core"
import { Effect, Schema } from "effect"
import { instantText, type Style, table } from "../output/Style.ts"
import { circuitCell } from "./pictures.ts"
import type { Shape } from "./World.ts"

/** A circuit. */
export const Breaker = Schema.Struct({
  service: Schema.String,
  /** A part of the service with a circuit of its own, such as an origin. */
  partition: Schema.optionalKey(Schema.String),
  circuit: Snapshot.ServicePicture.fields.circuit.schema
})
/** A circuit. */
export type Breaker = typeof Breaker.Type

/** The circuits of all services, and of their parts that are in trouble. */
export const breakersOf = ({ snapshot }: Pick<Shape, "snapshot">) =>
  Effect.map(snapshot, ({ services }): ReadonlyArray<Breaker> =>
    services.flatMap(({ circuit, partitions = [], service }) => [
      ...(circuit === undefined ? [] : [{ service, circuit }]),
      ...partitions.map((one) => ({ service, ...one }))
    ])
  )

/** The part of a circuit that is told. */
interface Told extends Pick<Breaker, "partition" | "service"> {
  readonly circuit: Pick<Breaker["circuit"], "calls" | "failures" | "nextAttemptAt" | "since" | "state">
}

/** A line for each. */
export const breakersText = (all: ReadonlyArray<Told>, style: Style): string =>
  table(
    all.map(({ circuit, partition, service }) => [
      partition === undefined ? service : `${service} ${partition}`,
      circuitCell(circuit, style),
      `since ${instantText(circuit.since)}, ${circuit.failures} of ${circuit.calls} failed`
    ])
  )

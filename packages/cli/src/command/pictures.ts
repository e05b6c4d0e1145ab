/**
 * What people read of circuits, limits and caches.
 *
 * @module
 */
import type { Snapshot } from "@skippy/core"
import { type Cell, instantText, marked, oneLine, type Style, table } from "../output/Style.ts"
import { stateCell } from "../tui/Words.ts"

type Service = Snapshot.ServicePicture
type Circuit = Pick<NonNullable<Service["circuit"]>, "nextAttemptAt" | "state">
type Limiter = Pick<NonNullable<Service["limiter"]>, "limits" | "penaltyMs">

/** The state of a circuit, in color. */
export const circuitCell = ({ nextAttemptAt, state }: Circuit, style: Style): Cell =>
  state === "Open" && nextAttemptAt !== undefined
    ? [`open until ${instantText(nextAttemptAt)}`, style.bad]
    : stateCell(state, style)

/** What remains of a limiter. */
export const limiterText = ({ limits, penaltyMs }: Limiter): string =>
  [
    ...limits.map(({ limit, remaining }) => `${remaining} left of ${limit}`),
    ...(penaltyMs > 0 ? [`quiet for ${Math.ceil(penaltyMs / 1000)} s, as the service asked`] : [])
  ].join(", ")

/** The part of a picture that is told: a line for each service, one for each part of it in trouble, and what to do. */
interface Told {
  readonly services: ReadonlyArray<
    Pick<Service, "service"> & {
      readonly circuit?: Circuit
      readonly limiter?: Limiter
      readonly cache?: Pick<NonNullable<Service["cache"]>, "size">
      readonly partitions?: ReadonlyArray<{ readonly partition: string; readonly circuit: Circuit }>
    }
  >
  readonly recommendations: ReadonlyArray<Pick<Snapshot.Recommendation, "text">>
}

/** All services in lines, and what to do. */
export const statusText = ({ recommendations, services }: Told, style: Style): string =>
  [
    table(
      services.map(({ cache, circuit, limiter, service }) => [
        service,
        circuit === undefined ? "no circuit" : circuitCell(circuit, style),
        limiter === undefined ? "no limit" : limiterText(limiter),
        cache === undefined ? "" : `${cache.size} kept`
      ])
    ),
    ...services.flatMap(({ partitions = [], service }) =>
      partitions.map(
        ({ circuit, partition }) => `${service} ${oneLine(partition)}: ${marked(circuitCell(circuit, style))}`
      )
    ),
    ...recommendations.map(({ text }) => style.poor(`→ ${oneLine(text)}`))
  ].join("\n")

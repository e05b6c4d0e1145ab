/**
 * What people read of circuits, limits and caches.
 *
 * @module
 */
import type { Snapshot } from "@skippy/core"
import { type Cell, instantText, type Style } from "../output/Style.ts"

type Service = Snapshot.ServicePicture
type Circuit = NonNullable<Service["circuit"]>

/** The state of a circuit, in color. */
export const circuitCell = ({ nextAttemptAt, state }: Circuit, style: Style): Cell => {
  switch (state) {
    case "Closed":
      return ["closed", style.good]
    case "Open":
      return [nextAttemptAt === undefined ? "open" : `open until ${instantText(nextAttemptAt)}`, style.bad]
    case "HalfOpen":
      return ["being tried again", style.poor]
    case "ForcedOpen":
      return ["open by hand", style.bad]
    default:
      return [state, style.poor]
  }
}

/** What remains of a limiter. */
export const limiterText = ({ limits, penaltyMs }: NonNullable<Service["limiter"]>): string =>
  [
    ...limits.map(({ limit, remaining }) => `${remaining} left of ${limit}`),
    ...(penaltyMs > 0 ? [`quiet for ${Math.ceil(penaltyMs / 1000)} s, as the service asked`] : [])
  ].join(", ")

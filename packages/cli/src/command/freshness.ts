/**
 * What people are told of answers that were kept.
 *
 * @module
 */
import type { Freshness } from "@skippy/http"
import type { Style } from "../output/Style.ts"

/** A line for an answer that is past its time; none for any other. */
export const staleNote = ({ ageSeconds, stale }: Freshness, style: Style): ReadonlyArray<string> =>
  stale ? [style.poor(`the service cannot be asked now; this is what it said ${Math.round(ageSeconds)} s ago`)] : []

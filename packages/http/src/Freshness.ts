/**
 * What the answers of typed services tell of the cache.
 *
 * @module
 */
import type { PipelineAnswer } from "@skippy/core"
import { Schema } from "effect"

/** Where an answer came from, and how old it is. */
export const Freshness = Schema.Struct({
  /** Whether it was kept from before. */
  fromCache: Schema.Boolean,
  /** Since the service gave it; 0 for an answer of now. */
  ageSeconds: Schema.Finite,
  /** Whether it is past its time, and given because the service could not be asked. */
  stale: Schema.Boolean
})
/** Where an answer came from, and how old it is. */
export type Freshness = typeof Freshness.Type

/** What is known of an answer of the pipeline. */
export const freshnessOf = ({ ageMillis, provenance }: PipelineAnswer<unknown>): Freshness => ({
  fromCache: provenance !== "live",
  ageSeconds: ageMillis / 1000,
  stale: provenance === "staleIfError" || provenance === "staleWhileRevalidate"
})

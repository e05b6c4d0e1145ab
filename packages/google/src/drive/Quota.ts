/**
 * What requests cost of the quota of Drive, as Google counts, and the policies for it.
 *
 * Google counts units: 1,000,000 a minute for a project and 325,000 a minute for a user in it
 * (https://developers.google.com/workspace/drive/api/guides/limits). Projects that used Drive between November 2025 and
 * April 2026 keep the quotas they had, which the console shows.
 *
 * @example
 * ```ts
 * import { Resilience } from "@skippy/core"
 * import { DriveQuota } from "@skippy/google"
 * import { Effect } from "effect"
 *
 * const program = Effect.map(Resilience, ({ pipeline }) => pipeline("google-drive").config.rateLimit)
 * const policies = Resilience.layer({ services: { "google-drive": DriveQuota.units } })
 *
 * const limit = await Effect.runPromise(Effect.provide(program, policies))
 * console.log(limit !== false && limit.limits.map(({ limit }) => limit), DriveQuota.costs.list)
 * ```
 *
 * ```text
 * [ 325000 ] 100
 * ```
 *
 * @module
 */
import type { PolicyConfig } from "@skippy/core"

/** Kinds of requests that cost differently. */
export type Kind = "get" | "list" | "edit" | "download" | "other"

/** Units for each request of a kind. A page of 1,000 files costs the same as one of 10, and `fields` saves nothing. */
export const costs: Readonly<Record<Kind, number>> = { get: 5, list: 100, edit: 50, download: 200, other: 5 }

/** What one user may use in a minute. */
export const unitsPerUserMinute = 325_000

/** The policies of the service `google-drive` that count as Google does, for one user; the rest is that of the catalog. */
export const units = {
  rateLimit: {
    // A sliding window never passes the limit; a full bucket plus its refill could reach twice of it.
    limits: [{ algorithm: "slidingWindow", limit: unitsPerUserMinute, per: "1 minute" }],
    maxWait: "30 seconds",
    maxQueue: 1000
  }
} as const satisfies PolicyConfig.PolicyConfigInput

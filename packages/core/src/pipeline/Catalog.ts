/**
 * The services Skippy knows, with the limits of their providers and the thresholds the design gives them.
 *
 * @module
 */
import type * as PolicyConfig from "./PolicyConfig.ts"
import type { PolicyConfigInput } from "./PolicyConfig.ts"

/** What every service has unless it says otherwise. */
export const defaults = {
  deadline: "2 minutes",
  retry: {
    maxAttempts: 3,
    baseDelay: "1 second",
    factor: 2,
    maxDelay: "60 seconds",
    jitter: "full",
    maxRetryAfter: "60 seconds"
  },
  budget: { ratio: 0.2, minPerSecond: 10, timeToLive: "10 seconds" },
  hedge: false,
  rateLimit: false,
  bulkhead: { concurrency: 10, maxQueue: 100, maxWait: "30 seconds" },
  circuitBreaker: {
    consecutiveFailures: 5,
    successThreshold: 3,
    openFor: "60 seconds",
    probes: 1,
    probeTimeout: "60 seconds",
    maxOpenFor: "1 hour"
  },
  timeout: "30 seconds",
  cache: { ttl: "1 hour", staleWhileRevalidate: "0 seconds", staleIfError: "24 hours", capacity: 1000 }
} as const satisfies PolicyConfigInput

const service = (
  limit: number,
  per: string,
  circuit: { readonly failures: number; readonly successes: number; readonly openFor: string }
): PolicyConfigInput => ({
  // A sliding window never passes the provider's limit; a full bucket plus its refill could reach twice of it.
  rateLimit: { limits: [{ algorithm: "slidingWindow", limit, per }], maxWait: "30 seconds", maxQueue: 1000 },
  circuitBreaker: {
    consecutiveFailures: circuit.failures,
    successThreshold: circuit.successes,
    openFor: circuit.openFor
  }
})

const twoMinutes = { failures: 5, successes: 3, openFor: "120 seconds" }

/**
 * Calls that create something: one at a time, a second apart, and no more than 500 an hour.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api,
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
const contentOfGitHub = {
  bulkhead: { concurrency: 1, maxQueue: 100, maxWait: "60 seconds" },
  rateLimit: {
    limits: [
      { algorithm: "slidingWindow", limit: 1, per: "1 second" },
      { algorithm: "slidingWindow", limit: 500, per: "1 hour" }
    ],
    maxWait: "30 seconds"
  }
} as const satisfies typeof PolicyConfig.LaneConfig.Encoded

/**
 * Files take their time, and leave half of the bulkhead to everything else. A transfer that stops flowing is ended much
 * earlier by whoever reads or sends it. One that has to wait for others waits as long as they take, and leaves itself an hour.
 */
const transfers = {
  bulkhead: { concurrency: 5, maxQueue: 100, maxWait: "2 hours" },
  timeout: "1 hour",
  deadline: "3 hours"
} as const satisfies typeof PolicyConfig.LaneConfig.Encoded

/** Uploads are longer than downloads: lines are slower in that direction. */
const uploads = {
  ...transfers,
  bulkhead: { ...transfers.bulkhead, maxWait: "11 hours" },
  deadline: "12 hours"
} as const satisfies typeof PolicyConfig.LaneConfig.Encoded

/** The five protected services. */
export const services = {
  "google-drive": {
    ...service(60, "1 minute", twoMinutes),
    // What the design says; `DriveQuota.units` has Google's own, which are larger and count by kind of request.
    lanes: { download: transfers, upload: uploads }
  },
  "google-photos": { ...service(30, "1 minute", twoMinutes), lanes: { download: transfers } },
  github: {
    ...service(30, "1 minute", twoMinutes),
    // A list is asked for anew after a minute, as GitHub's own `max-age` says; what has not changed costs no quota.
    cache: { ttl: "1 minute" },
    lanes: { content: contentOfGitHub }
  },
  pexels: {
    rateLimit: {
      // Both quotas, taken together. No month is longer than 31 days: https://www.pexels.com/api/documentation/#guidelines
      limits: [
        { algorithm: "slidingWindow", limit: 200, per: "1 hour" },
        { algorithm: "slidingWindow", limit: 20_000, per: "31 days" }
      ],
      maxWait: "30 seconds",
      maxQueue: 1000,
      // What it says of the monthly quota is believed until the month is over.
      maxPenalty: "31 days"
    },
    circuitBreaker: { consecutiveFailures: 3, successThreshold: 2, openFor: "60 seconds" },
    // Pexels asks to keep answers for a day: https://help.pexels.com/hc/en-us/articles/900006470063
    cache: { ttl: "24 hours" }
  },
  http: {
    ...service(100, "1 minute", { failures: 10, successes: 2, openFor: "60 seconds" }),
    lanes: { download: transfers }
  }
} as const satisfies Readonly<Record<string, PolicyConfigInput>>

/** The name of a service the catalog knows. */
export type ServiceName = keyof typeof services

/**
 * The services Skippy knows, with the limits of their providers and the thresholds the design gives them.
 *
 * @module
 */
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

/** The five protected services. */
export const services = {
  "google-drive": service(60, "1 minute", twoMinutes),
  "google-photos": service(30, "1 minute", twoMinutes),
  github: service(30, "1 minute", twoMinutes),
  pexels: service(200, "1 hour", { failures: 3, successes: 2, openFor: "60 seconds" }),
  http: service(100, "1 minute", { failures: 10, successes: 2, openFor: "60 seconds" })
} as const satisfies Readonly<Record<string, PolicyConfigInput>>

/** The name of a service the catalog knows. */
export type ServiceName = keyof typeof services

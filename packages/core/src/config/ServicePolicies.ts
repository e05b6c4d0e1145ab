/**
 * The settings of the services as policies: only what somebody set, ready to lie over the catalog.
 *
 * @module
 */
import { Duration, Struct } from "effect"
import type { ServiceName } from "../pipeline/Catalog.ts"
import type { Policies, PolicyConfigInput } from "../pipeline/PolicyConfig.ts"
import { catalogPolicies, type KeyOf, serviceNames } from "./Settings.ts"
import { durationAt, isSet, numberAt, type Values } from "./Values.ts"

/** Without what is not set: an `undefined` would lie over the value of the catalog. */
const known = <A extends object>(options: A): Partial<A> => {
  const copy: Partial<A> = { ...options }
  for (const key of Struct.keys(options)) {
    if (copy[key] === undefined) delete copy[key]
  }
  return copy
}

/** An empty section would switch a policy on that the catalog leaves out. */
const section = <A extends object>(options: A): Partial<A> | undefined => {
  const set = known(options)
  return Object.keys(set).length === 0 ? undefined : set
}

const limitsOf = (values: Values, service: ServiceName, policies: Policies) => {
  const rate = `${service}.rate_limit` as const
  const period = `${service}.rate_period` as const
  if (!isSet(values, rate) && !isSet(values, period)) return undefined
  const limit = numberAt(values, rate)
  const per = durationAt(values, period)
  if (limit === undefined || per === undefined) return undefined
  const [first, ...others] = policies.rateLimit === false ? [] : policies.rateLimit.limits
  return [{ ...first, limit, per }, ...others]
}

/** A first wait beyond the longest would be cut to it. */
const longestDelay = (baseDelay: Duration.Duration | undefined, { retry }: Policies): Duration.Duration | undefined => {
  const longest = retry === false ? undefined : retry.maxDelay
  return baseDelay !== undefined && longest !== undefined && Duration.isGreaterThan(baseDelay, longest)
    ? baseDelay
    : undefined
}

const ofService = (values: Values, service: ServiceName): PolicyConfigInput => {
  const policies = catalogPolicies(service)
  const count = (key: KeyOf<"integer">) => (isSet(values, key) ? numberAt(values, key) : undefined)
  const time = (key: KeyOf<"duration">) => (isSet(values, key) ? durationAt(values, key) : undefined)
  const baseDelay = time(`${service}.base_delay`)
  const limits = limitsOf(values, service, policies)
  return known({
    deadline: time(`${service}.deadline`),
    timeout: time(`${service}.timeout`),
    rateLimit: limits && { limits },
    retry: section({
      maxAttempts: count(`${service}.max_attempts`),
      baseDelay,
      maxDelay: longestDelay(baseDelay, policies)
    }),
    circuitBreaker: section({
      consecutiveFailures: count(`${service}.failure_threshold`),
      successThreshold: count(`${service}.success_threshold`),
      openFor: time(`${service}.circuit_breaker_timeout`)
    }),
    bulkhead: section({ concurrency: count(`${service}.concurrency`) }),
    cache: section({ ttl: time(`${service}.cache_ttl`) })
  })
}

/** The policies somebody set, by service; services of which nobody set anything are left out. */
export const servicePolicies = (values: Values): Readonly<Record<string, PolicyConfigInput>> => {
  const all = serviceNames.map((service) => [service, ofService(values, service)] as const)
  return Object.fromEntries(all.filter(([, policies]) => Object.keys(policies).length > 0))
}

import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Catalog from "../../src/pipeline/Catalog.ts"
import * as Lint from "../../src/pipeline/Lint.ts"
import * as PolicyConfig from "../../src/pipeline/PolicyConfig.ts"
import { Resilience, Snapshot } from "../../src/pipeline/Resilience.ts"

const config = (input: PolicyConfig.PolicyConfigInput) =>
  Effect.gen(function* () {
    const defaults = yield* PolicyConfig.decode("defaults", Catalog.defaults)
    return PolicyConfig.merge(yield* PolicyConfig.decode("reports", input), PolicyConfig.merge({}, defaults))
  })

const rulesFor = (input: PolicyConfig.PolicyConfigInput, operations?: ReadonlyMap<string, boolean>) =>
  Effect.map(config(input), (policies) => Lint.lint({ config: policies, operations }).map(({ rule }) => rule))

describe("the registry of services", () => {
  it.effect("knows the five services of the catalog, with the design's limits and thresholds", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      expect(yield* resilience.list).toEqual(["google-drive", "google-photos", "github", "pexels", "http"])
      const limits = yield* Effect.forEach(yield* resilience.list, (service) =>
        Effect.map(resilience.state(service), ({ limiter }) => limiter?.limits[0]?.limit)
      )
      expect(limits).toEqual(["60 per 1m", "30 per 1m", "30 per 1m", "200 per 1h", "100 per 1m"])
      for (const service of yield* resilience.list) expect(yield* resilience.lint(service)).toEqual([])
    }).pipe(Effect.provide(Resilience.layer()))
  )

  it.effect("makes a service nobody configured with the defaults, and says when one is unknown", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      const unknown = yield* Effect.flip(resilience.state("reports"))
      expect(unknown.message).toContain(`there is no service "reports"; known are google-drive`)
      yield* Effect.void.pipe(Resilience.call({ service: "reports", operation: "fetch" }))
      expect((yield* resilience.state("reports")).circuit?.state).toBe("Closed")
    }).pipe(Effect.provide(Resilience.layer()))
  )

  it.effect("does not grow without bounds when service names come from outside", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 1500; i++) {
        yield* Effect.void.pipe(Resilience.call({ service: `tenant-${i}`, operation: "fetch" }))
      }
      const resilience = yield* Resilience
      expect((yield* resilience.list).length).toBeLessThanOrEqual(1005)
    }).pipe(Effect.provide(Resilience.layer()))
  )

  it.effect("writes circuits down and brings them back, and resets one", () =>
    Effect.gen(function* () {
      const failing = Effect.exit(Effect.fail("down").pipe(Resilience.call({ service: "pexels", operation: "search" })))
      const json = yield* Effect.gen(function* () {
        yield* failing
        yield* failing
        yield* failing
        const resilience = yield* Resilience
        return JSON.stringify(yield* Schema.encodeEffect(Snapshot)(yield* resilience.snapshot))
      }).pipe(Effect.provide(Resilience.layer()))
      yield* Effect.gen(function* () {
        const resilience = yield* Resilience
        yield* resilience.restore(yield* Schema.decodeUnknownEffect(Snapshot)(JSON.parse(json)))
        expect((yield* resilience.state("pexels")).circuit?.state).toBe("Open")
        yield* resilience.reset("pexels")
        expect((yield* resilience.state("pexels")).circuit?.state).toBe("Closed")
        const circuit = yield* resilience.circuit("pexels")
        yield* circuit!.isolate
        expect((yield* resilience.state("pexels")).circuit?.state).toBe("ForcedOpen")
      }).pipe(Effect.provide(Resilience.layer()))
    })
  )

  it.effect("describes what a call goes through", () =>
    Effect.gen(function* () {
      const text = yield* Effect.flatMap(Resilience, (r) => r.describe("pexels"))
      const stages = text
        .split("\n")
        .slice(1)
        .map((line) => line.slice(5, 22).trim())
      expect(stages).toEqual([
        "fallback",
        "cache",
        "deadline",
        "retry",
        "budget",
        "hedge",
        "breaker peek",
        "rate limit",
        "bulkhead",
        "circuit breaker",
        "timeout"
      ])
      expect(text).toContain("200 per 1h")
      expect(text).toContain("opens after 3 failures in a row for 1m, 1 probe at a time, closes after 2 successes")
    }).pipe(Effect.provide(Resilience.layer()))
  )
})

describe("the configuration of a service", () => {
  it.effect("reports all problems at once, each with its path, value and fix", () =>
    Effect.gen(function* () {
      const services = {
        reports: {
          retry: { maxAttempts: 0, jitter: "some" },
          rateLimit: { limits: [{ limit: -5, per: "1 fortnight" }] },
          timeot: "5 seconds"
        }
      }
      // @ts-expect-error: this is what a file can say
      const error = yield* Effect.flip(Effect.provide(Effect.void, Resilience.layer({ services })))
      expect(error.problems.map(({ path }) => path).toSorted()).toEqual([
        "rateLimit.limits.0.limit",
        "rateLimit.limits.0.per",
        "retry.jitter",
        "retry.maxAttempts",
        "timeot"
      ])
      expect(error.message).toContain("retry.maxAttempts is 0; give a whole number of at least 1")
      expect(error.message).toContain(`rateLimit.limits.0.per is "1 fortnight"; give a duration such as "30 seconds"`)
      expect(error.message).toContain("timeot")
    })
  )

  it.effect("reports what only a policy can refuse in the same way", () =>
    Effect.gen(function* () {
      const services = {
        reports: { circuitBreaker: { failureRate: { threshold: 0.5, minimumCalls: 50 }, window: { count: 10 } } }
      }
      const error = yield* Effect.flip(Effect.provide(Effect.void, Resilience.layer({ services })))
      expect(error.problems).toMatchObject([{ path: "CircuitBreaker.failureRate.minimumCalls", value: "50" }])
    })
  )

  it.effect("merges option by option, and leaves out what is false", () =>
    Effect.gen(function* () {
      const merged = yield* config({ retry: { maxAttempts: 7 }, bulkhead: false })
      expect(merged.retry).toMatchObject({ maxAttempts: 7, jitter: "full" })
      expect(merged.bulkhead).toBe(false)
    })
  )
})

describe("lint", () => {
  it.effect.each<readonly [string, PolicyConfig.PolicyConfigInput]>([
    ["no-time-limit", { timeout: false, deadline: false }],
    ["timeout-not-below-deadline", { timeout: "3 minutes" }],
    ["no-time-for-a-retry", { timeout: "30 seconds", deadline: "31 seconds" }],
    ["retry-without-jitter", { retry: { jitter: "none" }, rateLimit: { limits: [{ limit: 1, per: 1000 }] } }],
    ["repeats-without-budget", { budget: false }],
    ["hedge-after-timeout", { hedge: { after: "1 minute" } }],
    ["hedge-without-rule", { hedge: { after: "1 second", quantile: 0.9 } }],
    ["too-many-attempts", { retry: { maxAttempts: 11 } }],
    ["wait-beyond-deadline", { bulkhead: { maxWait: "5 minutes" } }],
    ["lane-holds-the-bulkhead", { lanes: { slow: { rateLimit: { limits: [{ limit: 1, per: 1000 }] } } } }],
    ["one-call-opens-circuit", { circuitBreaker: { consecutiveFailures: 2 } }],
    ["probe-reclaimed-early", { circuitBreaker: { probeTimeout: "1 second" } }],
    ["retry-after-beyond-deadline", { retry: { maxRetryAfter: "3 minutes" } }]
  ])("names %s", ([rule, input]) =>
    Effect.gen(function* () {
      expect(yield* rulesFor(input)).toContain(rule)
      expect(yield* rulesFor({})).not.toContain(rule)
    })
  )

  it.effect("measures the waits of a lane by the deadline of the lane", () =>
    Effect.gen(function* () {
      const lane = (deadline: string) => ({ lanes: { slow: { deadline, bulkhead: { maxWait: "2 hours" } } } })
      expect(yield* rulesFor(lane("3 hours"))).not.toContain("wait-beyond-deadline")
      expect(yield* rulesFor(lane("1 hour"))).toContain("wait-beyond-deadline")
    })
  )

  it.effect("names a hedge on calls that are not idempotent, by their names", () =>
    Effect.gen(function* () {
      const operations = new Map([
        ["read", true],
        ["create", false]
      ])
      expect(yield* rulesFor({ hedge: {} }, operations)).toContain("hedge-on-non-idempotent-call")
      expect(yield* rulesFor({ hedge: {} }, new Map([["read", true]]))).not.toContain("hedge-on-non-idempotent-call")
      const found = yield* Effect.gen(function* () {
        yield* Effect.void.pipe(Resilience.call({ service: "reports", operation: "create" }))
        return yield* Effect.flatMap(Resilience, (r) => r.lint("reports"))
      }).pipe(Effect.provide(Resilience.layer({ services: { reports: { hedge: {} } } })))
      expect(found[0]?.message).toContain("create is not idempotent")
    })
  )

  it.effect("has a test for each of its rules", () =>
    Effect.sync(() => {
      expect(Lint.ruleNames).toHaveLength(14)
    })
  )
})

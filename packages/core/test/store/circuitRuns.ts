/** Random lives of a circuit: its rules, and what happens to it. For all who compare a circuit with the model. */
import * as fc from "fast-check"
import type { CircuitConfig } from "../../src/store/CircuitModel.ts"
import type * as CircuitState from "../../src/store/CircuitState.ts"
import type * as Model from "../../src/testing/CircuitBreakerModel.ts"

/** What happens to a circuit. */
export type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "call" }
  | {
      readonly _tag: "end"
      readonly which: number
      readonly outcome: "Success" | "Failure" | "Ignored"
      readonly latency: number
      readonly retryAfter: number
    }
  | { readonly _tag: "control"; readonly command: CircuitState.Command }

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("wait" as const),
      millis: fc.constantFrom(1, 7, 99, 100, 450, 1000, 5000, 90_000)
    })
  },
  { weight: 8, arbitrary: fc.record({ _tag: fc.constant("call" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      _tag: fc.constant("end" as const),
      which: fc.nat(7),
      outcome: fc.constantFrom("Success" as const, "Failure" as const, "Failure" as const, "Ignored" as const),
      latency: fc.constantFrom(0, 50, 500),
      retryAfter: fc.constantFrom(0, 0, 0, 3000, 100_000)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("control" as const),
      command: fc.constantFrom(
        "open" as const,
        "isolate" as const,
        "close" as const,
        "reset" as const,
        "disable" as const,
        "metricsOnly" as const
      )
    })
  }
)

const rate = fc.option(
  fc.record({ threshold: fc.constantFrom(0.2, 0.5, 1), minimumCalls: fc.integer({ min: 1, max: 6 }) }),
  { nil: undefined }
)

/** Rules of a circuit, small enough to be met often. */
export const rulesArbitrary = fc
  .record({
    consecutiveFailures: fc.integer({ min: 0, max: 4 }),
    failureRate: rate,
    slow: rate,
    window: fc.constantFrom(
      { size: 1 },
      { size: 8 },
      { bucketMillis: 100, buckets: 1 },
      { bucketMillis: 100, buckets: 5 }
    ),
    probes: fc.integer({ min: 1, max: 3 }),
    successThreshold: fc.integer({ min: 1, max: 3 }),
    probeTimeoutMillis: fc.constantFrom(50, 2000),
    base: fc.constantFrom(100, 1000),
    growing: fc.boolean()
  })
  .map(({ base, failureRate, growing, slow, window, ...rest }): Model.Rules => ({
    ...rest,
    failureRate,
    slowCallRate: slow && { ...slow, slowerThanMillis: 100 },
    window: failureRate === undefined && slow === undefined ? undefined : window,
    openMillis: growing ? (opening) => base * 2 ** (opening - 1) : () => base,
    maxOpenMillis: 20_000
  }))

/** The rules as the machine takes them. */
export const configOf = ({ window, ...rules }: Model.Rules): CircuitConfig => ({
  ...rules,
  window:
    window === undefined
      ? undefined
      : "size" in window
        ? { _tag: "Count", size: window.size }
        : { _tag: "Time", millis: window.bucketMillis * window.buckets, buckets: window.buckets }
})

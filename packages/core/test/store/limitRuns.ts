/** Random lives of a limiter: its limits, and what happens to it. For all who compare a limiter with the model. */
import * as fc from "fast-check"
import type { Limit } from "../../src/store/LimitParts.ts"
import * as Model from "../../src/testing/RateLimiterModel.ts"

/** What happens to a limiter. */
export type Step =
  | { readonly _tag: "wait"; readonly millis: number }
  | { readonly _tag: "take"; readonly weight: number }
  | { readonly _tag: "giveBack"; readonly which: number }
  | { readonly _tag: "waitAsTold"; readonly weight: number }

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      _tag: fc.constant("wait" as const),
      millis: fc.constantFrom(1, 3, 17, 100, 333, 1000, 2500)
    })
  },
  {
    weight: 8,
    arbitrary: fc.record({ _tag: fc.constant("take" as const), weight: fc.constantFrom(1, 1, 1, 2, 3, 9) })
  },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("giveBack" as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("waitAsTold" as const), weight: fc.constantFrom(1, 2) }) }
)

/** Any of the three kinds of limit. */
export const limit: fc.Arbitrary<Limit> = fc
  .record({
    _tag: fc.constantFrom("TokenBucket" as const, "FixedWindow" as const, "SlidingWindow" as const),
    limit: fc.integer({ min: 2, max: 12 }),
    perMillis: fc.constantFrom(640, 1000, 6400),
    burst: fc.integer({ min: 2, max: 12 })
  })
  .map(({ _tag, burst, ...rest }) =>
    _tag === "TokenBucket" ? { _tag, name: "bucket", burst, ...rest } : { _tag, name: _tag, ...rest }
  )

/** Whether what was granted keeps a limit, by its naive definition. */
export const keeps = (grants: ReadonlyArray<Model.Grant>, rule: Limit): boolean => {
  switch (rule._tag) {
    case "TokenBucket":
      return Model.keepsTokenBucket(grants, rule.limit, rule.perMillis, rule.burst)
    case "FixedWindow":
      return Model.keepsFixedWindow(grants, rule.limit, rule.perMillis)
    case "SlidingWindow":
      return Model.keepsSlidingWindow(grants, rule.limit, rule.perMillis)
  }
}

/**
 * Redis counts the time until it forgets a key from the start of a script, and the script reads the clock a little later: a
 * count that was to last until the end of its window was gone just before, and one more was let through.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Redis } from "effect/persistence/Redis"
import * as RateLimiter from "../../src/policy/RateLimiter.ts"
import * as RedisStores from "../../src/store/redis/RedisStores.ts"
import * as RedisServer from "../store/redisServer.ts"

const limits = {
  bucket: RateLimiter.tokenBucket({ limit: 1, per: "10 seconds" }),
  fixed: RateLimiter.fixedWindow({ limit: 5, per: "10 seconds" }),
  sliding: RateLimiter.slidingWindow({ limit: 5, per: "10 seconds" }),
  both: [
    RateLimiter.fixedWindow({ limit: 5, per: "10 seconds" }),
    RateLimiter.slidingWindow({ limit: 5, per: "10 seconds" })
  ]
}

describe("counts in Redis", () => {
  it.live.each(Object.entries(limits))("are kept for longer than they are needed (%s)", ([name, limits]) =>
    Effect.gen(function* () {
      const limiter = yield* Effect.provide(RateLimiter.make({ name, limits }), RedisStores.layer())
      yield* limiter.acquire()
      const { send } = yield* Redis
      const left = Number(yield* send("PTTL", `{skippy:limit:${name}}`))
      const view = yield* limiter.view
      const needed = view.limits.reduce((most, { resetAfterMillis }) => Math.max(most, resetAfterMillis), 0)
      expect(left).toBeGreaterThan(needed + 500)
      expect(left).toBeLessThan(needed + 5000)
    }).pipe(Effect.provide(RedisServer.layer))
  )
})

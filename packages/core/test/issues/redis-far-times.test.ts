import { expect, it } from "vitest"
import * as RedisLimits from "../../src/store/redis/RedisLimits.ts"
import { rawServer } from "../store/redis/rawServer.ts"

const { decide, server } = rawServer()

it("a quota or a limit that ends later than Redis can count is no trouble of the store", async () => {
  const limits = RedisLimits.make(await server)
  const day = { _tag: "FixedWindow", name: "day", limit: 2, perMillis: 86_400_000 } as const
  const quoted = limits({ name: "quoted", config: { limits: [day] }, maxKeys: 10 }).single
  await decide("", () => quoted.observe([{ name: "q", remaining: 1, resetAfterMillis: 1e300 }], 0))
  expect(await decide("", () => quoted.take(1, 0))).toMatchObject({ _tag: "Taken" })
  expect(await decide("", () => quoted.take(1, 0))).toMatchObject({ _tag: "Wait", limit: "q" })

  for (const _tag of ["FixedWindow", "SlidingWindow", "TokenBucket"] as const) {
    const far = { _tag, name: "far", limit: 2, burst: 2, perMillis: 1e20 } as const
    const cell = limits({ name: _tag, config: { limits: [far] }, maxKeys: 10 }).single
    for (const expected of ["Taken", "Taken", "Wait"]) {
      expect(await decide("", () => cell.take(1, 0))).toMatchObject({ _tag: expected })
    }
  }
})

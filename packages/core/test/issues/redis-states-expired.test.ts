import { expect, it } from "vitest"
import * as RedisStates from "../../src/store/redis/RedisStates.ts"
import { rawServer } from "../store/redis/rawServer.ts"

const { decide, server, time } = rawServer()

it("a state whose time is over is not read, however many end at the same moment", async () => {
  const states = RedisStates.make(await server)
  const keys = Array.from({ length: 2500 }, (_, i) => `k${String(i).padStart(4, "0")}`)
  await Promise.all(keys.map((key) => decide("", () => states.set(key, "text", time.now + 1000, time.now))))
  time.now += 1000
  // Those that end at the same moment are removed in the order of their names, so many at a time.
  expect(await decide("", () => states.get("k2499", time.now))).toBeUndefined()
  expect(await decide("", () => states.keys("", time.now))).toEqual([])
})

import { expect, it } from "vitest"
import { keyOf } from "../../src/store/redis/Keys.ts"
import * as RedisCircuits from "../../src/store/redis/RedisCircuits.ts"
import { rawServer } from "../store/redis/rawServer.ts"

const { clock, decide, server, time, upkeep } = rawServer()

it("successes count after a transition by another program, although the clock here was set back before it", async () => {
  const options = {
    name: "back",
    config: {
      consecutiveFailures: 0,
      failureRate: { threshold: 1, minimumCalls: 10 },
      slowCallRate: undefined,
      window: { _tag: "Count", size: 10 },
      probes: 1,
      successThreshold: 1,
      probeTimeoutMillis: 1000,
      maxOpenMillis: 60_000
    },
    initial: "Closed",
    idleMillis: 60_000,
    maxKeys: 10
  } as const
  const key = keyOf("test", "circuit", "back")
  const program = async () => RedisCircuits.make(await server, upkeep, 50)(options).single
  const here = await program()
  const there = await program()
  await decide(key, here.admit)
  time.now -= 10_000
  await decide(key, (fiber) => there.control("reset", () => 1000, fiber))
  const ticket = await decide(key, here.admit)
  expect(ticket).toMatchObject({ _tag: "Admitted", generation: 2 })
  if (ticket._tag === "Admitted") await decide(key, () => here.succeed(ticket, clock))
  expect(await decide(key, () => here.view(time.now))).toMatchObject({ calls: 1 })
})

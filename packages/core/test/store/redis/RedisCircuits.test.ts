import { describe, expect, it } from "vitest"
import type { CircuitStoreOptions } from "../../../src/store/CircuitStore.ts"
import { keyOf } from "../../../src/store/redis/Keys.ts"
import * as RedisCircuits from "../../../src/store/redis/RedisCircuits.ts"
import { rawServer } from "./rawServer.ts"

const optionsOf = (name: string): CircuitStoreOptions => ({
  name,
  config: {
    consecutiveFailures: 3,
    failureRate: undefined,
    slowCallRate: undefined,
    window: undefined,
    probes: 1,
    successThreshold: 1,
    probeTimeoutMillis: 1000,
    maxOpenMillis: 60_000
  },
  initial: "Closed",
  idleMillis: 60_000,
  maxKeys: 10
})

const failure = { outcome: "Failure", latencyMillis: 0, retryAfterMillis: 0, openMillis: () => 1000 } as const

describe("circuits in Redis that two programs use", () => {
  const { catchUp, clock, decide, server, time, upkeep } = rawServer()

  /** Two programs, and the circuit of both. */
  const two = async (name: string) => {
    const key = keyOf("test", "circuit", name)
    const program = async () => {
      const cell = RedisCircuits.make(await server, upkeep, 50)(optionsOf(name)).single
      return {
        free: () => decide(key, cell.free),
        admit: async () => {
          const answer = await decide(key, cell.admit)
          if (answer._tag === "Refused") throw new Error("it is not closed")
          return answer
        },
        succeed: async () => {
          const ticket = await decide(key, cell.admit)
          if (ticket._tag === "Admitted") await decide(key, () => cell.succeed(ticket, clock))
        },
        fail: async () => {
          const ticket = await decide(key, cell.admit)
          return ticket._tag === "Admitted" ? decide(key, (fiber) => cell.settle(ticket, failure, fiber)) : undefined
        },
        streak: async () => (await decide(key, () => cell.view(time.now))).consecutiveFailures
      }
    }
    return [await program(), await program()] as const
  }

  it("are asked again when what is known is 50 milliseconds old, counted from the question", async () => {
    const [here] = await two("age")
    expect(await here.free()).toBeUndefined()
    const ticket = await here.admit()
    time.now += 49
    expect(await here.free()).toBe(ticket)
    time.now += 1
    expect(await here.free()).toBeUndefined()
    expect(await here.admit()).toBe(ticket)
    time.now -= 10
    expect(await here.free()).toBeUndefined()
  })

  it("a success that came before the failures of others does not end their row, one that came after does", async () => {
    const [here, there] = await two("row")
    await there.fail()
    const ticket = await here.admit()
    expect(await here.streak()).toBe(1)
    time.now += 10
    await here.succeed()
    await catchUp()
    expect(await there.streak()).toBe(0)
    // It is known to be without failures, so this success is kept.
    await here.succeed()
    time.now += 5
    await there.fail()
    await there.fail()
    expect(ticket).toMatchObject({ generation: 1 })
    time.now += 5
    expect(await here.streak()).toBe(2)
    time.now += 5
    await here.succeed()
    expect(await here.fail()).toEqual({ transition: undefined, wouldOpen: undefined })
    expect(await there.streak()).toBe(1)
  })

  it("a look changes nothing of what a circuit knows of its openings", async () => {
    const cell = RedisCircuits.make(await server, upkeep, 0)(optionsOf("looked at")).single
    const key = keyOf("test", "circuit", "looked at")
    const control = (command: "open" | "close" | "isolate") =>
      decide(key, (fiber) => cell.control(command, () => 1000, fiber))
    const openings = async () => (await decide(key, () => cell.view(time.now))).openings
    await control("open")
    await control("close")
    time.now += 1000
    expect(await openings()).toBe(0)
    await control("isolate")
    await control("open")
    expect(await openings()).toBe(2)
  })
})

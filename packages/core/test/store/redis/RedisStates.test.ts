import { describe, expect, it } from "vitest"
import * as RedisStates from "../../../src/store/redis/RedisStates.ts"
import { rawServer } from "./rawServer.ts"

describe("states in Redis", () => {
  const { decide, send, server, time } = rawServer()
  const place = "{test:state:all}:texts"

  it("are there until their time is over, and then Redis forgets them", async () => {
    const states = RedisStates.make(await server)
    const set = (key: string, text: string, millis: number) =>
      decide(place, () => states.set(key, text, time.now + millis, time.now))
    await set("uploads/b", "ü\n{}", 1000)
    await set("uploads/a", "", 2000)
    await set("other", "x", 500)
    expect(await decide(place, () => states.keys("uploads/", time.now))).toEqual(["uploads/a", "uploads/b"])
    expect(await decide(place, () => states.get("uploads/b", time.now))).toBe("ü\n{}")
    expect(await decide(place, () => states.get("uploads/a", time.now))).toBe("")
    expect(await decide(place, () => states.get("nobody", time.now))).toBeUndefined()
    expect(Number(await send("PTTL", place))).toBeLessThanOrEqual(3_600_000 + 2000)
    time.now += 1000
    expect(await decide(place, () => states.get("uploads/b", time.now))).toBeUndefined()
    expect(await decide(place, () => states.keys("", time.now))).toEqual(["uploads/a"])
    await set("uploads/a", "for ever", Infinity)
    expect(await send("PTTL", place)).toBe(-1)
    time.now += 1e12
    expect(await decide(place, () => states.get("uploads/a", time.now))).toBe("for ever")
    await decide(place, () => states.remove("uploads/a"))
    expect(await send("EXISTS", place)).toBe(0)
  })
})

import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Redis } from "effect/persistence/Redis"
import * as RedisServer from "../redisServer.ts"

describe("the Redis of the tests", () => {
  it.live("is real, forgets all when it is killed, and answers nothing while it is paused", () =>
    Effect.gen(function* () {
      const server = yield* RedisServer.make()
      yield* Effect.gen(function* () {
        const redis = yield* Redis
        yield* redis.send("SET", "a", "1")
        yield* server.pause
        const waiting = yield* Effect.forkChild(redis.send("GET", "a"))
        expect(yield* Effect.timeoutOption(Fiber.join(waiting), "50 millis")).toMatchObject({ _tag: "None" })
        yield* server.resume
        expect(yield* redis.send("GET", "a")).toBe("1")
        yield* server.restart
        expect(yield* Effect.eventually(Effect.delay(redis.send("GET", "a"), "5 millis"))).toBe(null)
      }).pipe(Effect.provide(RedisServer.client(server)))
    })
  )
})

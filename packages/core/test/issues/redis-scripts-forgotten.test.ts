import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Redis, RedisError } from "effect/persistence/Redis"
import { expect, it } from "vitest"
import * as RedisLimits from "../../src/store/redis/RedisLimits.ts"
import * as Server from "../../src/store/redis/Server.ts"
import { rawServer } from "../store/redis/rawServer.ts"

const { decide, send, server } = rawServer()

const callsOf = async (command: string): Promise<number> =>
  Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(String(await send("INFO", "commandstats")))?.[1] ?? 0)

it("a server that forgot its scripts is told one of them once, however many ask at that moment", async () => {
  const limit = { _tag: "FixedWindow", name: "day", limit: 5, perMillis: 86_400_000 } as const
  const store = RedisLimits.make(await server)({ name: "storm", config: { limits: [limit] }, maxKeys: 1000 })
  const loads = "script\\|load"
  for (const round of [1, 2, 3]) {
    await send("SCRIPT", "FLUSH")
    const before = await callsOf(loads)
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => decide(`k${i}`, () => store.cell(`k${i}`).take(1, 0)))
    )
    expect(answers.map(({ _tag }) => _tag)).toEqual(answers.map(() => "Taken"))
    expect([round, (await callsOf(loads)) - before]).toEqual([round, 1])
  }
})

it("a script whose sending is never answered is sent again by those who come later", () => {
  let loads = 0
  const fail = Effect.fail(new RedisError({ cause: "unused" }))
  const redis: Redis["Service"] = {
    send: <A>(command: string) =>
      Effect.suspend(() => {
        if (command === "SCRIPT" && ++loads === 1) return Effect.never
        const reply: A = JSON.parse(command === "SCRIPT" ? '"sha"' : '["answer"]')
        return Effect.succeed(reply)
      }),
    eval: () => () => fail,
    subscribe: () => Effect.die("unused"),
    reserve: fail
  }
  return Effect.runPromise(
    Effect.gen(function* () {
      const run = (yield* Server.make({ prefix: "test" })).script("return {}")
      const lost = yield* Effect.forkChild(run([], []), { startImmediately: true })
      yield* TestClock.adjust("500 millis")
      const waiting = yield* Effect.forkChild(run([], []), { startImmediately: true })
      yield* TestClock.adjust("500 millis")
      expect(yield* run([], [])).toEqual(["answer"])
      expect(loads).toBe(2)
      yield* Fiber.interruptAll([lost, waiting])
    }).pipe(Effect.provideService(Redis, redis), Effect.provide(TestClock.layer()))
  )
})

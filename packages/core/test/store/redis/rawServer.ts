/** What the tests against the pure machines share: a server of their own, and a time they set. */
import { Clock, Context, Effect, type Fiber, ManagedRuntime } from "effect"
import { Redis } from "effect/persistence/Redis"
import { afterAll } from "vitest"
import type { RawDecision } from "../../../src/store/away/RawStores.ts"
import type { Task } from "../../../src/store/redis/Upkeep.ts"
import * as Server from "../../../src/store/redis/Server.ts"
import * as RedisServer from "../redisServer.ts"

/** More than Redis waits before it forgets what a test's time says nothing of. */
const slack = 3_600_000

/** Starts one for the tests of this file. */
export const rawServer = (options: RedisServer.Options = {}) => {
  const runtime = ManagedRuntime.make(RedisServer.layerWith(options))
  afterAll(() => runtime.dispose())
  const time = { now: 1_700_000_000_000 }
  const clock: Clock.Clock = Object.create(Context.get(Context.empty(), Clock.Clock), {
    currentTimeMillisUnsafe: { value: () => time.now }
  })
  const expiries = new Map<string, number>()
  const tasks = new Set<Task>()
  const server = runtime.runPromise(Server.make({ prefix: "test", now: () => time.now }))
  const send = (command: string, ...args: ReadonlyArray<string>) =>
    runtime.runPromise(Effect.flatMap(Redis, (redis) => redis.send(command, ...args)))
  const run = <A>(ask: (fiber: Fiber.Fiber<unknown, unknown>) => RawDecision<A>): Promise<A> =>
    runtime.runPromise(
      Effect.withFiber((fiber) => {
        const answer = ask(fiber)
        return Effect.isEffect(answer) ? answer : Effect.succeed(answer)
      }).pipe(Effect.provideService(Clock.Clock, clock))
    )
  return {
    time,
    clock,
    server,
    send,
    /** Collects what is to be done behind the callers' backs, until `catchUp`. */
    upkeep: { add: (task: Task) => void tasks.add(task) },
    catchUp: async (): Promise<void> => {
      const now = [...tasks]
      tasks.clear()
      for (const task of now) await run(() => Effect.asVoid(task))
    },
    /** Forgets a key as Redis would if the test's time were its own; `true` when it did. */
    expire: async (key: string): Promise<boolean> => {
      if ((expiries.get(key) ?? Infinity) > time.now) return false
      expiries.delete(key)
      await send("DEL", key)
      return true
    },
    /** Decides, and notes when Redis would forget the key. */
    decide: async <A>(key: string, decision: (fiber: Fiber.Fiber<unknown, unknown>) => RawDecision<A>): Promise<A> => {
      const askedAt = performance.now()
      const value = await run(decision)
      const ttl = Number(await send("PTTL", key))
      // Redis counts down meanwhile, and the time of the test stands still.
      const left = ttl < 0 ? ttl : ttl + Math.ceil(performance.now() - askedAt)
      if (left > 0) expiries.set(key, time.now + Math.max(1, left - slack))
      else expiries.delete(key)
      return value
    }
  }
}

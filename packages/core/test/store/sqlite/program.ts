/** A program that shares a file with the tests. It reads commands, and says one line for each. */
import { writeSync } from "node:fs"
import { basename, dirname } from "node:path"
import { createInterface } from "node:readline"
import * as sqlite from "node:sqlite"
import { Effect, Exit, Layer, Logger } from "effect"
import * as CircuitBreaker from "../../../src/policy/CircuitBreaker.ts"
import * as RateLimiter from "../../../src/policy/RateLimiter.ts"
import { FileDatabase } from "../../../src/store/sqlite/DatabaseNode.ts"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"

const [, , file = ""] = process.argv

// The pipe is written in place, so that even a program that never comes back to its event loop is heard.
const say = (line: string): void => void writeSync(1, `${line}\n`)

const open = (): FileDatabase =>
  new FileDatabase({ sqlite, file, busyMillis: 2000, now: Date.now, warn: (text) => say(text) })

const put =
  "INSERT INTO states (key, value, expires_at) VALUES (?, ?, 9e999) ON CONFLICT DO UPDATE SET value = excluded.value"

const program = Effect.gen(function* () {
  const breaker = yield* CircuitBreaker.make({
    name: "shared",
    consecutiveFailures: 2,
    openFor: "1 second",
    successThreshold: 1
  })
  const limiter = yield* RateLimiter.make({
    name: "shared",
    limits: RateLimiter.slidingWindow({ limit: 3, per: "1 day" }),
    maxWait: 0
  })
  const commands: Readonly<Record<string, Effect.Effect<string>>> = {
    call: Effect.map(Effect.exit(Effect.void.pipe(breaker)), (exit) => (Exit.isSuccess(exit) ? "done" : "refused")),
    probe: Effect.as(Effect.forkDetach(Effect.never.pipe(breaker), { startImmediately: true }), "probing"),
    state: Effect.map(breaker.view, ({ state }) => state),
    reset: Effect.as(breaker.reset, "reset"),
    take: Effect.map(Effect.exit(limiter.tryAcquire()), (exit) => (Exit.isSuccess(exit) ? "taken" : "refused")),
    // Two rows that are always the same, changed as fast as it goes.
    count: Effect.sync(() => {
      const database = open()
      for (let n = 1; ; n++) {
        database.write((sql) => {
          sql.run(put, "one", String(n))
          sql.run(put, "other", String(n))
        })
        say(String(n))
      }
    }),
    // A transaction that has written and does not end.
    hang: Effect.sync(() =>
      open().write((sql) => {
        sql.run(put, "half", "written")
        say("hanging")
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      })
    )
  }
  const run = yield* Effect.context()
  yield* Effect.promise(async () => {
    for await (const line of createInterface({ input: process.stdin })) {
      say(await Effect.runPromiseWith(run)(commands[line] ?? Effect.succeed("?")))
    }
  })
})

const layer = SqliteStores.layer({ directory: dirname(file), file: basename(file) })
// What it is warned of must not be taken for an answer.
await Effect.runPromise(Effect.provide(program, Layer.provideMerge(Layer.orDie(layer), Logger.layer([]))))

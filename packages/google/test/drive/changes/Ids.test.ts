/** Ids from Drive: each once, one request at a time, and none that is old. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as Api from "../../../src/drive/Api.ts"
import * as Ids from "../../../src/drive/changes/Ids.ts"
import * as Connection from "../../../src/drive/Connection.ts"
import { DriveTest, type TestOptions } from "../../../src/drive/DriveTest.ts"
import * as TestWorld from "../../../src/drive/TestWorld.ts"

const ids = Effect.map(
  Effect.suspend(() => Api.make(Connection.of({}))),
  Ids.make
)

const world = (options: TestOptions = {}) => Layer.fresh(TestWorld.layer(options))

/** The lots that were asked for. */
const lots = Effect.map(DriveTest, ({ requests }) =>
  requests().map(({ query }) => new URLSearchParams(query).get("count"))
)

describe("ids", () => {
  it.live("are given to many at once, each once, by few requests", () =>
    Effect.gen(function* () {
      const { next } = yield* ids
      const given = yield* Effect.all(
        Array.from({ length: 150 }, () => next),
        { concurrency: "unbounded" }
      )
      expect(new Set(given).size).toBe(150)
      expect((yield* lots).length).toBeLessThanOrEqual(4)
    }).pipe(Effect.provide(world()))
  )

  it.live("fail together: those who wait share one request, and the next one asks again", () =>
    Effect.gen(function* () {
      const { next } = yield* ids
      const { faults, requests } = yield* DriveTest
      faults.set(Fault.always(Fault.status(503)))
      const failed = yield* Effect.all(
        Array.from({ length: 10 }, () => Effect.flip(next)),
        { concurrency: "unbounded" }
      )
      expect(new Set(failed).size).toBe(1)
      expect(requests()).toHaveLength(3)
      faults.set(Fault.none)
      expect(yield* next).toHaveLength(33)
    }).pipe(Effect.provide(world()))
  )

  it.live("come to those who wait when the one who asks goes away", () =>
    Effect.gen(function* () {
      const { next } = yield* ids
      const { faults } = yield* DriveTest
      faults.set(Fault.once(Fault.hang))
      const gone = yield* Effect.forkChild(next, { startImmediately: true })
      const waiting = yield* Effect.forkChild(next, { startImmediately: true })
      yield* Effect.yieldNow
      yield* Fiber.interrupt(gone)
      expect(yield* Fiber.join(waiting)).toHaveLength(33)
    }).pipe(Effect.provide(world()))
  )

  it.effect("are dropped when they are older than an hour", () =>
    Effect.gen(function* () {
      const { next } = yield* ids
      yield* next
      yield* TestClock.adjust("1 hour")
      yield* next
      expect(yield* lots).toEqual(["20"])
      yield* TestClock.adjust("1 second")
      yield* next
      expect(yield* lots).toEqual(["20", "20"])
    }).pipe(Effect.provide(world()))
  )

  it.live("are none when the answer has none", () =>
    Effect.gen(function* () {
      const { next } = yield* ids
      const { faults } = yield* DriveTest
      faults.set(Fault.always(Fault.status(200, { body: '{"ids":[]}' })))
      expect(yield* Effect.flip(next)).toMatchObject({ reason: "unexpectedAnswer", operation: "generateIds" })
    }).pipe(Effect.provide(world()))
  )
})

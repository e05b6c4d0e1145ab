/** When Google is asked while somebody picks, with the policies of the catalog and under the clock of the test. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Deferred, Effect, Fiber, Schedule, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { pass, settle, within } from "./clock.ts"
import { inMemory } from "./support.ts"

const nobody = { onPickerUri: () => Effect.void }

/** When Google was asked for the session, in seconds. */
const asked = Effect.map(PhotosTest, ({ requests }) =>
  requests()
    .filter(({ method, path }) => method === "GET" && path.startsWith("/v1/sessions/"))
    .map(({ at }) => at / 1000)
)

const world = (options: Parameters<typeof inMemory>[0] = {}) => Effect.provide(inMemory(options))

const waiting = (options: { readonly timeout?: "18 seconds" | "1 hour" } = {}) =>
  Effect.exit(
    Photos.use(({ withSelection }) => withSelection({ ...nobody, ...options }, ({ media }) => Stream.runCount(media)))
  )

describe("waiting for a selection", () => {
  it.effect("asks as often as Google says, the first time after that", () =>
    Effect.gen(function* () {
      const exit = yield* within("2 minutes", waiting())
      expect(exit).toMatchObject({ _tag: "Success", value: 3 })
      expect(yield* asked).toEqual([7, 14, 21])
    }).pipe(world({ picksAfter: 3, pollInterval: "7 seconds" }))
  )

  it.effect("asks a last time when Google's time is over", () =>
    Effect.gen(function* () {
      const exit = yield* within("2 minutes", waiting())
      expect(exit._tag).toBe("Failure")
      expect(yield* asked).toEqual([5, 10, 12])
      expect((yield* PhotosTest).sessions()).toEqual([])
    }).pipe(world({ pollTimeout: "12 seconds" }))
  )

  it.effect("asks a last time when the caller's time is over", () =>
    Effect.gen(function* () {
      const exit = yield* within("2 minutes", waiting({ timeout: "18 seconds" }))
      expect(exit._tag).toBe("Failure")
      expect(yield* asked).toEqual([5, 10, 15, 18])
    }).pipe(world())
  )

  it.effect("gives what was picked at the last moment", () =>
    Effect.gen(function* () {
      const exit = yield* within("2 minutes", waiting({ timeout: "18 seconds" }))
      expect(exit).toMatchObject({ _tag: "Success", value: 3 })
    }).pipe(world({ picksAfter: 4 }))
  )

  it.effect("stops when the session ends", () =>
    Effect.gen(function* () {
      const exit = yield* within("2 minutes", waiting({ timeout: "1 hour" }))
      expect(exit._tag).toBe("Failure")
      expect(yield* asked).toEqual([5, 8])
    }).pipe(world({ sessionLifetime: "8 seconds" }))
  )

  it.effect("goes on through an outage of minutes, leaves Google alone meanwhile, and finds what was picked", () =>
    Effect.gen(function* () {
      const { faults } = yield* PhotosTest
      const fiber = yield* Effect.forkChild(waiting())
      yield* pass(fiber, "1 second", "8 seconds")
      faults.set(Fault.always(Fault.status(503)))
      yield* pass(fiber, "1 second", "2 minutes")
      const during = (yield* asked).filter((at) => at > 8 && at < 120)
      expect(during.length).toBeLessThanOrEqual(5)
      faults.set(Fault.none)
      yield* pass(fiber, "1 second", "10 minutes")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Success", value: 3 })
      expect((yield* PhotosTest).sessions()).toEqual([])
    }).pipe(world({ picksAfter: 2 }))
  )

  it.effect("deletes the session past an open circuit", () =>
    Effect.gen(function* () {
      const { faults, sessions } = yield* PhotosTest
      const fiber = yield* Effect.forkChild(waiting())
      yield* pass(fiber, "1 second", "3 seconds")
      faults.set(Fault.when({ method: "GET" }, Fault.always(Fault.status(503))))
      yield* pass(fiber, "1 second", "1 minute")
      expect(sessions()).toHaveLength(1)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* pass(interrupting, "1 second", "5 seconds")
      expect(interrupting.pollUnsafe()).toBeDefined()
      expect(sessions()).toEqual([])
    }).pipe(world())
  )

  it.effect("ends in a while when the session cannot be deleted, and says which one is left", () =>
    Effect.gen(function* () {
      const { faults, sessions } = yield* PhotosTest
      faults.set(Fault.when({ method: "DELETE" }, Fault.always(Fault.hang)))
      const exit = yield* within("5 minutes", waiting())
      expect(exit).toMatchObject({ _tag: "Success", value: 3 })
      expect(sessions()).toHaveLength(1)
    }).pipe(world({ picksAfter: 1 }))
  )

  it.effect("ends at once when it is interrupted before anything was sent", () =>
    Effect.gen(function* () {
      const { requests, sessions } = yield* PhotosTest
      const photos = yield* Photos
      // The limit of a minute is used up, so the next one has to wait.
      yield* Effect.repeat(photos.deleteSession({ sessionId: "none" }), Schedule.recurs(29))
      const before = requests().length
      const fiber = yield* Effect.forkChild(waiting())
      yield* settle
      yield* Fiber.interrupt(fiber)
      expect([requests().length, sessions()]).toEqual([before, []])
    }).pipe(world())
  )

  it.effect("waits for the answer when it is interrupted while a session is created, and deletes it then", () =>
    Effect.gen(function* () {
      const { faults, requests, sessions } = yield* PhotosTest
      faults.set(Fault.when({ method: "POST" }, Fault.always(Fault.delay("4 seconds"))))
      const fiber = yield* Effect.forkChild(waiting())
      yield* settle
      expect(sessions()).toHaveLength(1)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* pass(interrupting, "1 second", "10 seconds")
      expect(requests().map(({ at, method }) => [method, at])).toEqual([
        ["POST", 0],
        ["DELETE", 4000]
      ])
      expect(sessions()).toEqual([])
    }).pipe(world())
  )

  it.effect("does not repeat a creation it was interrupted in", () =>
    Effect.gen(function* () {
      const { faults, requests } = yield* PhotosTest
      faults.set(Fault.always(Fault.status(429, { headers: { "retry-after": "20" } })))
      const fiber = yield* Effect.forkChild(waiting())
      yield* settle
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* settle
      expect(interrupting.pollUnsafe()).toBeDefined()
      yield* TestClock.adjust("1 minute")
      yield* settle
      expect(requests()).toHaveLength(1)
    }).pipe(world())
  )

  it.effect("begins to wait when the one who is told is done", () =>
    Effect.gen(function* () {
      const shown = yield* Deferred.make<void>()
      const { withSelection } = yield* Photos
      const fiber = yield* Effect.forkChild(
        withSelection({ onPickerUri: () => Deferred.await(shown) }, () => Effect.void)
      )
      yield* pass(fiber, "1 second", "10 seconds")
      expect(yield* asked).toEqual([])
      yield* Deferred.succeed(shown, undefined)
      yield* pass(fiber, "1 second", "6 seconds")
      expect(yield* asked).toEqual([15])
      yield* Fiber.interrupt(fiber)
    }).pipe(world())
  )
})

/** What every Photos must do while somebody picks, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { flip, log, refusal, type Test } from "./support.ts"

const nobody = { onPickerUri: () => Effect.void }

export const waits = (test: Test): void => {
  test(
    "waits until somebody has picked, gives what it was, and deletes the session",
    { picksAfter: 3 },
    Effect.gen(function* () {
      const uris: Array<string> = []
      const names = yield* Photos.use(({ withSelection }) =>
        withSelection(
          { maxItemCount: 2, onPickerUri: (uri) => Effect.sync(() => void uris.push(uri)) },
          ({ media, session }) =>
            Effect.map(Stream.runCollect(media), (items) => [session.maxItemCount, ...items.map(Photos.safeName)])
        )
      )
      expect(names).toEqual([2, "sea.jpg", "hill.mp4"])
      expect(uris).toEqual([expect.stringMatching(/^https:\/\/photos\.google\.com\/picker\//)])
      expect((yield* PhotosTest).sessions()).toEqual([])
      expect(yield* log).toEqual([
        "POST /v1/sessions 200",
        ...Array<string>(3).fill("GET /v1/sessions 200"),
        "GET /v1/mediaItems 200",
        "DELETE /v1/sessions 200"
      ])
    })
  )

  test(
    "keeps the session until the scope ends",
    { picksAfter: 1 },
    Effect.gen(function* () {
      const { sessions } = yield* PhotosTest
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { media } = yield* Photos.use(({ waitForSelection }) => waitForSelection(nobody))
          expect(sessions()).toHaveLength(1)
          expect(yield* Stream.runCollect(media)).toHaveLength(3)
        })
      )
      expect(sessions()).toEqual([])
    })
  )

  test(
    "stops when Google says so, and leaves no session",
    { pollTimeout: "20 millis" },
    Effect.gen(function* () {
      const error = yield* refusal(({ withSelection }) => withSelection(nobody, () => Effect.void))
      expect(error).toMatchObject({ reason: "pickingTimedOut", operation: "waitForSelection" })
      expect((yield* PhotosTest).sessions()).toEqual([])
    })
  )

  test(
    "stops after the time it is given, and leaves no session",
    {},
    Effect.gen(function* () {
      const options = { ...nobody, timeout: "30 millis" } as const
      const error = yield* refusal(({ withSelection }) => withSelection(options, () => Effect.void))
      expect(error.reason).toBe("pickingTimedOut")
      expect((yield* PhotosTest).sessions()).toEqual([])
    })
  )

  test(
    "goes on when a question fails for a while",
    {
      picksAfter: 1,
      faults: Fault.when({ method: "GET", path: "/v1/sessions" }, Fault.times(3, Fault.status(503)))
    },
    Effect.gen(function* () {
      const count = yield* Photos.use(({ withSelection }) =>
        withSelection(nobody, ({ media }) => Stream.runCount(media))
      )
      expect(count).toBe(3)
      expect((yield* PhotosTest).sessions()).toEqual([])
    })
  )

  test(
    "fails when a question is refused, with the refusal",
    { faults: Fault.when({ method: "GET" }, Fault.always(Fault.status(403))) },
    Effect.gen(function* () {
      const error = yield* flip(({ withSelection }) => withSelection(nobody, () => Effect.void))
      expect(error).toMatchObject({ _tag: "PhotosError", status: 403 })
      expect((yield* PhotosTest).sessions()).toEqual([])
    })
  )

  test(
    "leaves no session when whoever is told where to pick fails, or what is done with it",
    { picksAfter: 1 },
    Effect.gen(function* () {
      const { sessions } = yield* PhotosTest
      const { withSelection } = yield* Photos
      const told = withSelection({ onPickerUri: () => Effect.fail("no browser") }, () => Effect.void)
      expect(yield* Effect.flip(told)).toBe("no browser")
      const used = withSelection(nobody, () => Effect.fail("no disk"))
      expect(yield* Effect.flip(used)).toBe("no disk")
      expect(sessions()).toEqual([])
    })
  )

  test(
    "leaves no session when it is interrupted while it waits",
    {},
    Effect.gen(function* () {
      const told = yield* Deferred.make<void>()
      const { withSelection } = yield* Photos
      const waiting = withSelection({ onPickerUri: () => Deferred.succeed(told, undefined) }, () => Effect.void)
      const fiber = yield* Effect.forkChild(waiting)
      yield* Deferred.await(told)
      expect((yield* PhotosTest).sessions()).toHaveLength(1)
      yield* Fiber.interrupt(fiber)
      expect((yield* PhotosTest).sessions()).toEqual([])
    })
  )

  test(
    "leaves no session when it is interrupted while one is created",
    { faults: Fault.when({ method: "POST" }, Fault.always(Fault.delay("50 millis"))) },
    Effect.gen(function* () {
      const { requests, sessions } = yield* PhotosTest
      const { withSelection } = yield* Photos
      const fiber = yield* Effect.forkChild(withSelection(nobody, () => Effect.void))
      yield* Effect.repeat(Effect.sleep("1 millis"), { until: () => requests().length > 0 })
      expect(sessions()).toHaveLength(1)
      yield* Fiber.interrupt(fiber)
      expect(sessions()).toEqual([])
    })
  )

  test(
    "refuses a number and a time that cannot be right before anything is sent",
    {},
    Effect.gen(function* () {
      const errors = yield* Effect.all([
        flip(({ withSelection }) => withSelection({ ...nobody, maxItemCount: 0 }, () => Effect.void)),
        flip(({ withSelection }) => withSelection({ ...nobody, timeout: 0 }, () => Effect.void))
      ])
      expect(errors.map((error) => error._tag === "InvalidInputError" && error.field)).toEqual([
        "maxItemCount",
        "timeout"
      ])
      expect(yield* log).toEqual([])
    })
  )
}

/** What every Photos must do with sessions and what was picked in them, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { DateTime, Duration, Effect, Stream } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { flip, log, pickedSession, refusal, type Test } from "./support.ts"

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ filename: `IMG_${index + 1}.jpg` }))

export const sessions = (test: Test): void => {
  test(
    "creates a session, and tells where to pick, how to ask and when it ends",
    {},
    Effect.gen(function* () {
      const session = yield* Photos.use(({ createSession }) => createSession({ maxItemCount: 7 }))
      const [emulated] = (yield* PhotosTest).sessions()
      expect(session.sessionId).toBe(emulated!.id)
      expect(session.pickerUri).toBe(`https://photos.google.com/picker/${emulated!.id}`)
      expect(session.autocloseUri).toBe(`${session.pickerUri}/autoclose`)
      expect(session).toMatchObject({ mediaItemsSet: false, maxItemCount: 7 })
      expect(Duration.toMillis(session.polling!.pollInterval)).toBe(5)
      expect(Duration.toMinutes(session.polling!.timeoutIn!)).toBe(30)
      expect(DateTime.toEpochMillis(session.expiresAt!)).toBe(emulated!.createdAt + 24 * 3_600_000)
      const [request] = (yield* PhotosTest).requests()
      expect(request!.headers).toMatchObject({ authorization: "Bearer token-of-a-test", accept: "application/json" })
      expect(request!.headers["user-agent"]).toMatch(/^skippy\/\d/)
      expect(JSON.parse(request!.body)).toEqual({ pickingConfig: { maxItemCount: "7" } })
    })
  )

  test(
    "says whether somebody is done",
    {},
    Effect.gen(function* () {
      const { checkSession, createSession, getSession } = yield* Photos
      const { sessionId } = yield* createSession()
      expect(yield* checkSession({ sessionId })).toMatchObject({ sessionId, mediaItemsSet: false })
      const { pick } = yield* PhotosTest
      pick(sessionId, ["sea"])
      const done = yield* getSession({ sessionId })
      expect(done).toMatchObject({ sessionId, mediaItemsSet: true })
      expect(done).not.toHaveProperty("polling")
      expect(yield* log).toEqual(["POST /v1/sessions 200", "GET /v1/sessions 200", "GET /v1/sessions 200"])
    })
  )

  test(
    "deletes a session, and one that is not there, too",
    {},
    Effect.gen(function* () {
      const { createSession, deleteSession } = yield* Photos
      const { sessionId } = yield* createSession()
      expect(yield* deleteSession({ sessionId })).toEqual({ sessionId })
      expect((yield* PhotosTest).sessions()).toEqual([])
      expect(yield* deleteSession({ sessionId })).toEqual({ sessionId })
      expect(yield* log).toEqual(["POST /v1/sessions 200", "DELETE /v1/sessions 200", "DELETE /v1/sessions 404"])
    })
  )

  test(
    "deletes a session once when the answer to that was lost",
    {},
    Effect.gen(function* () {
      const { createSession, deleteSession } = yield* Photos
      const { sessionId } = yield* createSession()
      const { faults, sessions } = yield* PhotosTest
      faults.set(Fault.once(Fault.lostAnswer))
      expect(yield* deleteSession({ sessionId })).toEqual({ sessionId })
      expect(sessions()).toEqual([])
    })
  )

  test(
    "creates no second session when the answer to the first was lost, and says so",
    { faults: Fault.once(Fault.lostAnswer) },
    Effect.gen(function* () {
      const error = yield* refusal(({ createSession }) => createSession())
      expect(error).toMatchObject({ reason: "unknownOutcome", category: "transient", retryable: false })
      expect(error.message).toContain("a session may have been created")
      expect((yield* PhotosTest).createdCount()).toBe(1)
      expect(yield* Photos.use(({ createSession }) => createSession())).toMatchObject({ mediaItemsSet: false })
    })
  )

  test(
    "creates a session after all when Google had too many requests before",
    { faults: Fault.once(Fault.status(429, { headers: { "retry-after": "0" } })) },
    Effect.gen(function* () {
      yield* Photos.use(({ createSession }) => createSession())
      expect((yield* PhotosTest).createdCount()).toBe(1)
      expect(yield* log).toEqual(["POST /v1/sessions 429", "POST /v1/sessions 200"])
    })
  )

  test(
    "lists what was picked, with what is known of it",
    {},
    Effect.gen(function* () {
      const sessionId = yield* pickedSession("sea", "hill", "raw")
      const { hasMore, items } = yield* Photos.use(({ selectedMedia }) => selectedMedia({ sessionId }))
      expect(hasMore).toBe(false)
      expect(items[0]).toMatchObject({
        id: "sea",
        sessionId,
        type: "photo",
        mimeType: "image/jpeg",
        filename: "sea.jpg",
        width: 4000,
        height: 3000,
        cameraMake: "SONY"
      })
      expect(DateTime.formatIso(items[0]!.createTime!)).toBe("2026-03-01T09:00:00.000Z")
      expect(items[1]).toMatchObject({ id: "hill", type: "video", fps: 30, processing: "ready" })
      expect(items[2]).toMatchObject({
        id: "raw",
        type: "video",
        mimeType: "video/quicktime",
        processing: "processing"
      })
      const [request] = (yield* PhotosTest).requests()
      expect(request!.query).toEqual({ sessionId, pageSize: "100" })
    })
  )

  test(
    "follows pages as far as is needed, and says whether there is more",
    { media: many(230) },
    Effect.gen(function* () {
      const ids = (yield* PhotosTest).media().map(({ id }) => id)
      const sessionId = yield* pickedSession(...ids)
      const { media, selectedMedia } = yield* Photos
      const some = yield* selectedMedia({ sessionId, maxResults: 100 })
      expect([some.items.length, some.hasMore]).toEqual([100, true])
      expect((yield* PhotosTest).requests()).toHaveLength(1)
      const all = yield* selectedMedia({ sessionId, maxResults: 230 })
      expect([all.items.map(({ id }) => id), all.hasMore]).toEqual([ids, false])
      const streamed = yield* Stream.runCollect(media(sessionId))
      expect(streamed.map(({ id }) => id)).toEqual(ids)
      const { clear, requests } = yield* PhotosTest
      clear()
      yield* Stream.runCollect(Stream.take(media(sessionId), 100))
      expect(requests()).toHaveLength(1)
    })
  )

  test(
    "answers an empty list when nothing was picked",
    {},
    Effect.gen(function* () {
      const sessionId = yield* pickedSession()
      expect(yield* Photos.use(({ selectedMedia }) => selectedMedia({ sessionId }))).toEqual({
        sessionId,
        items: [],
        hasMore: false
      })
    })
  )

  test(
    "keeps nothing: a list is asked for anew each time",
    {},
    Effect.gen(function* () {
      const sessionId = yield* pickedSession("sea")
      const { selectedMedia } = yield* Photos
      yield* selectedMedia({ sessionId })
      yield* selectedMedia({ sessionId })
      expect(yield* log).toHaveLength(2)
    })
  )

  test(
    "refuses what cannot be right before anything is sent",
    {},
    Effect.gen(function* () {
      const errors = yield* Effect.all([
        flip(({ createSession }) => createSession({ maxItemCount: 2001 })),
        flip(({ createSession }) => createSession({ maxItemCount: 1.5 })),
        flip(({ getSession }) => getSession({ sessionId: "a/b" })),
        flip(({ deleteSession }) => deleteSession({ sessionId: "" })),
        flip(({ selectedMedia }) => selectedMedia({ sessionId: "s", maxResults: 0 })),
        flip(({ media }) => Stream.runDrain(media("a b")))
      ])
      expect(errors.map((error) => error._tag === "InvalidInputError" && [error.operation, error.field])).toEqual([
        ["Photos.createSession", "maxItemCount"],
        ["Photos.createSession", "maxItemCount"],
        ["Photos.getSession", "sessionId"],
        ["Photos.deleteSession", "sessionId"],
        ["Photos.selectedMedia", "maxResults"],
        ["Photos.media", "sessionId"]
      ])
      expect(errors[0]!.message).toBe("Photos.createSession: maxItemCount is 2001; give a whole number from 1 to 2000")
      expect(yield* log).toEqual([])
    })
  )
}

/** What must never happen: a secret that is told, a file that is made and forgotten, one that is taken for another. */
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { StateStore, StateStoreError, Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { Fault } from "@skippy/http/testing"
import { Cause, Effect, Fiber, FileSystem, Layer, Logger, Redacted, References } from "effect"
import { TestClock } from "effect/testing"
import * as StaticToken from "../../../src/auth/StaticToken.ts"
import { TokenProvider } from "../../../src/auth/TokenProvider.ts"
import { Drive } from "../../../src/drive/Drive.ts"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { inMemory } from "../support.ts"
import { Files } from "@skippy/http/authoring"
import { fileOf, inWorld, large, log, noise, stored, test, unbroken, uploads, Uploading } from "./support.ts"

const content = noise(large)

/** All that is inside of a value, as text. */
const textOf = (value: unknown): string => inspect(value, { depth: 30, showHidden: true, maxArrayLength: null })

describe("the session of an upload", () => {
  const troubles: ReadonlyArray<Fault.Fault> = [
    Fault.reset,
    Fault.cutRequest(1_000_000),
    Fault.truncate(),
    ...[200, 201, 302, 308, 400, 401, 403, 404, 409, 410, 412, 416, 429, 500, 503].map((status) =>
      Fault.status(status, { body: "no" })
    )
  ]

  it.live(
    "is in no error, span, event, log or answer",
    () => {
      const { spans, tracer } = SpanProbe.make()
      const probe = EventProbe.make()
      const told: Array<unknown> = []
      const logger = Logger.make((options) => told.push(Logger.formatStructured.log(options)))
      const secrets = new Set<string>()
      const run = (fault: Fault.Fault) =>
        inWorld(
          { faults: Fault.when({ method: "PUT" }, Fault.always(fault)) },
          Effect.gen(function* () {
            const path = yield* fileOf(content)
            yield* Uploading.use(({ uploadFile }) => uploadFile({ path })).pipe(
              Effect.tapCause((cause) =>
                Effect.andThen(
                  Effect.logError("it failed", cause),
                  Effect.sync(() =>
                    told.push(cause, Cause.pretty(cause), ...cause.reasons.map((one) => JSON.stringify(one)))
                  )
                )
              ),
              Effect.ignore
            )
            const program = yield* uploads
            const unfinished = yield* program.unfinishedUploads
            told.push(unfinished, program)
            const drive = yield* DriveTest
            for (const { id } of drive.sessions()) secrets.add(id)
            yield* Effect.forEach(unfinished, ({ key }) => program.abandonUpload({ key }))
          })
        ).pipe(Effect.provide(Layer.merge(probe.layer, Tracing.layer)))
      return Effect.gen(function* () {
        yield* Effect.forEach(troubles, run)
        // They were there to be told.
        expect(secrets.size).toBeGreaterThan(0)
        expect(spans.length).toBeGreaterThan(50)
        expect(told.length).toBeGreaterThan(50)
        const exported = spans.map(({ attributes, events, links, name, status }) => [
          attributes,
          events,
          links,
          name,
          status
        ])
        const texts = [...exported, ...told, ...probe.events()].map(textOf)
        const leaks = texts.filter((text) => text.includes("upload_id") || [...secrets].some((id) => text.includes(id)))
        expect(leaks).toEqual([])
      }).pipe(
        Effect.withTracer(tracer),
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "All")
      )
    },
    60_000
  )

  test(
    "is kept, for whoever goes on with it, and for nobody else",
    { faults: Fault.when({ method: "PUT" }, Fault.times(3, Fault.reset)) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      yield* Effect.flip(Uploading.use(({ uploadFile }) => uploadFile({ path })))
      const store = yield* StateStore
      const [key = ""] = yield* store.keys("")
      expect(key).toMatch(/^drive\/uploads\/[0-9a-f]{64}$/)
      expect(yield* store.get(key)).toContain("upload_id")
      const other = StaticToken.make(Redacted.make("token-of-a-test"), { identity: "somebody else" })
      const stranger = yield* Effect.provideService(uploads, TokenProvider, other)
      expect(yield* stranger.unfinishedUploads).toEqual([])
      expect(yield* Effect.flip(stranger.resumeUpload({ key }))).toMatchObject({ field: "key" })
      expect(yield* Effect.flip(stranger.abandonUpload({ key }))).toMatchObject({ field: "key" })
    })
  )
})

describe("an upload whose state cannot be kept", () => {
  const full = Effect.fail(
    new StateStoreError({ operation: "set", category: "fatal", directory: "/state", code: "ENOSPC" })
  )
  const broken = Layer.succeed(StateStore, {
    get: () => Effect.undefined,
    set: () => full,
    remove: () => full,
    keys: () => full
  })

  for (const bytes of [content, noise(10)]) {
    test(
      `is not begun, with ${bytes.length} bytes`,
      { store: broken },
      Effect.gen(function* () {
        const path = yield* fileOf(bytes)
        const error = yield* Effect.flip(Uploading.use(({ uploadFile }) => uploadFile({ path })))
        expect(error).toMatchObject({ _tag: "StateStoreError", code: "ENOSPC" })
        expect(yield* log).toEqual(["GET /drive/v3/files/generateIds 200"])
      })
    )
  }
})

describe("a file whose checksum is not that on the disk", () => {
  for (const bytes of [content, noise(10)]) {
    test(
      `is an error that names it, and stays as it is, with ${bytes.length} bytes`,
      {},
      Effect.gen(function* () {
        const drive = yield* DriveTest
        const md5Checksum = "0".repeat(32)
        drive.faults.set(
          Fault.when(
            { path: /^\/upload\//, method: bytes.length > 10 ? "PUT" : "POST" },
            Fault.once(
              Fault.status(200, { body: JSON.stringify({ id: "1", size: String(bytes.length), md5Checksum }) })
            )
          )
        )
        const path = yield* fileOf(bytes)
        const error = yield* Effect.flip(Uploading.use(({ uploadFile }) => uploadFile({ path })))
        expect(error).toMatchObject({ _tag: "UploadError", reason: "checksum", path })
        expect(error.message).toMatch(/look at the file .* in Drive and put it into the trash/)
        expect((yield* log).filter((line) => line.startsWith("DELETE") || line.startsWith("PATCH"))).toEqual([])
        // The next call is another upload, with another id.
        const { fileId } = yield* (yield* uploads).uploadFile({ path })
        expect((yield* stored).map(({ id }) => id)).toEqual([fileId])
      })
    )
  }
})

describe("a file that was put into the trash after an upload nobody knows of", () => {
  it.live("is uploaded again, as another one", () =>
    Effect.gen(function* () {
      const drive = yield* Drive
      const test = yield* DriveTest
      test.faults.set(Fault.when({ method: "POST" }, Fault.times(3, Fault.lostAnswer)))
      const path = yield* fileOf("lost")
      yield* Effect.flip(drive.uploadFile({ path }))
      const [first] = test.files()
      yield* drive.trashFile({ fileId: String(first?.["id"]) })
      const { fileId, trashed } = yield* drive.uploadFile({ path })
      expect(fileId).not.toBe(first?.["id"])
      expect(trashed).toBe(false)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(Drive.layerTest(), Files.layer)))
  )
})

describe("a connection that takes nothing", () => {
  /** Lets the disk and the emulator work, which no clock stops. */
  const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

  for (const bytes of [content, noise(10)]) {
    it.effect(`is given up after 30 seconds, and the upload goes on, with ${bytes.length} bytes`, () =>
      Effect.gen(function* () {
        const { requests } = yield* DriveTest
        const path = yield* fileOf(bytes)
        const upload = yield* Effect.forkChild(Drive.use((drive) => drive.uploadFile({ path })))
        const sent = () => requests().filter(({ path }) => path.startsWith("/upload/"))
        const hanging = bytes.length > 10 ? 2 : 1
        while (sent().length < hanging) yield* turn
        for (let turns = 0; turns < 2000; turns++) yield* turn
        yield* TestClock.adjust("29 seconds")
        for (let turns = 0; turns < 2000; turns++) yield* turn
        expect(sent()).toHaveLength(hanging)
        yield* TestClock.adjust("2 seconds")
        expect((yield* Fiber.join(upload)).size).toBe(bytes.length)
        expect(sent().map(({ status }) => status)).toEqual(
          bytes.length > 10 ? [200, undefined, 308, 200] : [undefined, 200]
        )
      }).pipe(
        Effect.scoped,
        Effect.provide(
          Layer.merge(
            inMemory({
              policies: unbroken,
              faults: Fault.when(
                { path: /^\/upload\//, method: bytes.length > 10 ? "PUT" : "POST" },
                Fault.once(Fault.hang)
              )
            }),
            Files.layer
          )
        )
      )
    )
  }
})

describe("a file that cannot be read to its end", () => {
  test(
    "is an error, and is not stored",
    {},
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* fileOf(content)
      const error = yield* Effect.flip(
        Uploading.use(({ uploadFile }) =>
          uploadFile({
            path,
            onProgress: ({ bytes }) => (bytes === 0 ? Effect.orDie(fs.truncate(path, 100)) : Effect.void)
          })
        )
      )
      expect(error).toMatchObject({ _tag: "UploadError", reason: "changed" })
      expect(yield* stored).toEqual([])
    })
  )
})

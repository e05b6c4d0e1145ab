/** A program that ends between any two steps of an upload: the next one finishes it, and there is one file. */
import { describe, expect, it } from "@effect/vitest"
import { StateStore } from "@skippy/core"
import { Effect, FileSystem } from "effect"
import { HttpClient } from "effect/http"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import type { Uploads } from "../../../src/drive/upload/Uploads.ts"
import { fileOf, inWorld, large, noise, stored, uploads } from "./support.ts"

const killed = new Error("killed")

/** Counts the steps of a program, and ends it before one of them: from then on nothing it does has an effect. */
const lifeOf = (steps: number) => {
  let left = steps
  const step = Effect.suspend(() => (left-- > 0 ? Effect.void : Effect.die(killed)))
  /** The end may also be between the effect and what the program learns of it. */
  const around = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.tap(Effect.andThen(step, effect), () => step)
  return {
    isOver: () => left < 0,
    client: (client: HttpClient.HttpClient) => HttpClient.transform(client, (effect) => around(effect)),
    store: ({ get, keys, remove, set }: StateStore["Service"]): StateStore["Service"] => ({
      get: (key) => around(get(key)),
      set: (key, text, options) => around(set(key, text, options)),
      remove: (key) => around(remove(key)),
      keys: (prefix) => around(keys(prefix))
    })
  }
}

/** Runs a program that ends after so many steps; whether it came to its end by itself. */
const livesFor = <A>(steps: number, run: (program: Uploads) => Effect.Effect<A, unknown>) =>
  Effect.gen(function* () {
    const life = lifeOf(steps)
    const client = life.client(yield* HttpClient.HttpClient)
    const store = life.store(yield* StateStore)
    const upload = Effect.flatMap(uploads, run).pipe(
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provideService(StateStore, store)
    )
    const exit = yield* Effect.exit(upload)
    return !life.isOver() && exit._tag === "Success"
  })

/** Whether the upload was over: from when its record is removed on, the next call is another upload. */
const isKnown = Effect.gen(function* () {
  const records = yield* StateStore.use((store) => store.keys(""))
  return (yield* DriveTest).createdCount() > 0 && records.length === 0
})

/** Ends programs one after another, each a step later than the one before, until one comes to its end. */
const endsAnywhere = (size: number, chunkSize?: number) =>
  Effect.gen(function* () {
    const bytes = noise(size)
    let ends = 0
    for (let first = 0; ; first++) {
      const isDone = yield* inWorld(
        {},
        Effect.gen(function* () {
          const path = yield* fileOf(bytes)
          const upload = ({ uploadFile }: Uploads) => uploadFile({ path, chunkSize })
          const wasDone = yield* livesFor(first, upload)
          // The second one may be ended as well, a few steps later.
          if (!(yield* isKnown)) yield* livesFor(first % 7, upload)
          const program = yield* uploads
          const drive = yield* DriveTest
          if (!(yield* isKnown)) {
            const file = yield* upload(program)
            expect(drive.files().map(({ id }) => id)).toEqual([file.fileId])
          }
          expect(drive.createdCount()).toBe(1)
          expect(yield* program.unfinishedUploads).toEqual([])
          const [file] = drive.files()
          expect(Buffer.from(drive.content(String(file?.["id"])) ?? []).equals(bytes)).toBe(true)
          return wasDone
        })
      )
      if (isDone) break
      ends += 1
    }
    return ends
  })

describe("an upload whose program ends between any two steps", () => {
  it.live("is there once, with one request", () =>
    Effect.map(endsAnywhere(1000), (ends) => expect(ends).toBeGreaterThan(8))
  )

  it.live(
    "is there once, with a session and chunks",
    () => Effect.map(endsAnywhere(large, 4 * 1_048_576), (ends) => expect(ends).toBeGreaterThan(12)),
    60_000
  )
})

describe("a batch whose program ends between any two steps", () => {
  it.live(
    "is finished by the next run, and each file is there once",
    () =>
      Effect.gen(function* () {
        const contents: Readonly<Record<string, Uint8Array>> = {
          a: noise(10),
          b: noise(30),
          c: noise(20),
          d: noise(0)
        }
        const names = Object.keys(contents)
        let isDone = false
        let ends = 0
        for (; !isDone; ends++) {
          isDone = yield* inWorld(
            {},
            Effect.gen(function* () {
              const fs = yield* FileSystem.FileSystem
              const directory = yield* fs.makeTempDirectoryScoped()
              for (const name of names) yield* fs.writeFile(`${directory}/${name}`, contents[name] ?? new Uint8Array())
              const batch = ({ batchUpload }: Uploads) => batchUpload({ directory, concurrency: 2 })
              const wasDone = yield* livesFor(ends, batch)
              const program = yield* uploads
              const { counts } = yield* batch(program)
              expect(counts.uploaded + counts.identical).toBe(names.length)
              expect((yield* stored).map(({ name }) => name).sort()).toEqual(names)
              for (const { content, name } of yield* stored) {
                expect(Buffer.from(content ?? []).equals(contents[name] ?? new Uint8Array())).toBe(true)
              }
              expect((yield* DriveTest).createdCount()).toBe(names.length)
              expect(yield* program.unfinishedUploads).toEqual([])
              return wasDone
            })
          )
        }
        expect(ends).toBeGreaterThan(20)
      }),
    60_000
  )
})

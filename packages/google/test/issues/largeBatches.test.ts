/** A batch of more files than the policies let through in a minute waits for its turn: nothing of it fails for that. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Fault } from "@skippy/http/testing"
import { Effect, Fiber, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Drive } from "../../src/drive/Drive.ts"
import { directory, inMemory } from "../drive/support.ts"

const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

/** The disk and the emulator do all they can before a second passes. */
const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    for (let second = 0; second < 3600 && fiber.pollUnsafe() === undefined; second++) {
      for (let turns = 0; turns < 300; turns++) yield* turn
      yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })

const batchOf = (files: number, concurrency: number, faults = Fault.none) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const at = yield* directory
    for (let n = 0; n < files; n++) yield* fs.writeFile(`${at}/${n}.txt`, new Uint8Array(10).fill(n))
    return yield* patiently(
      Drive.use((drive) => drive.batchUpload({ directory: at, concurrency, idleTimeout: "10 minutes" }))
    )
  }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(inMemory({ faults }), NodeFileSystem.layer, NodePath.layer)))

describe("a batch", () => {
  for (const concurrency of [4, 32]) {
    it.effect(`of 150 small files is uploaded as fast as the quota allows, ${concurrency} at the same time`, () =>
      Effect.map(batchOf(150, concurrency), ({ counts }) => {
        expect(counts).toMatchObject({ uploaded: 150, failed: 0 })
      })
    )
  }

  it.effect(
    "of files that take their time waits for the lane of uploads, however many are to be at the same time",
    () =>
      Effect.map(
        batchOf(20, 20, Fault.when({ path: /^\/upload\// }, Fault.always(Fault.delay("5 minutes")))),
        ({ counts }) => {
          expect(counts).toMatchObject({ uploaded: 20, failed: 0 })
        }
      )
  )
})

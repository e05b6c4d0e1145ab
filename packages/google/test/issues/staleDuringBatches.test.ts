/** A batch forgets what was read with each file it moves: it may take half an hour, and searches go on meanwhile. */
import { expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, Fiber } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { folder } from "../drive/changes/support.ts"

const ids = ["a", "b"]
const files = [folder("inbox"), folder("archive"), ...ids.map((id) => ({ id, name: id, parents: ["inbox"] }))]

it.live("what a running batch has moved is seen where it is", () =>
  Effect.gen(function* () {
    const drive = yield* Drive
    const { children, faults } = yield* DriveTest
    const names = Effect.map(drive.listFolder({ folderId: "inbox" }), (list) => list.files.map(({ name }) => name))
    // The second file never gets an answer.
    faults.set(Fault.when({ method: "PATCH", path: /b$/ }, Fault.always(Fault.hang)))
    expect((yield* names).toSorted()).toEqual(["a", "b"])
    const batch = yield* Effect.forkChild(drive.batchMove({ fileIds: ids, destinationId: "archive", concurrency: 1 }))
    while (children("archive").length === 0)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    for (let turn = 0; turn < 50; turn++) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    expect(yield* names).toEqual(["b"])
    yield* Fiber.interrupt(batch)
  }).pipe(Effect.provide(Drive.layerTest({ files })))
)

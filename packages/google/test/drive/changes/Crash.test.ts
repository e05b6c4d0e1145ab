/** Batches that are broken off, and stores that do not work. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem } from "@effect/platform-node"
import { StateStore, StateStoreError } from "@skippy/core"
import { Fault } from "@skippy/http/testing"
import { Effect, Fiber, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import { emulated, folder, over, program } from "./support.ts"

const ids = ["a", "b", "c", "d", "e", "f"]
const files = [folder("inbox"), folder("archive"), ...ids.map((id) => ({ id, name: id, parents: ["inbox"] }))]
const move = { fileIds: ids, destinationId: "archive", concurrency: 2 }

/** Waits until something has happened. */
const until = (holds: () => boolean) =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.fail("not yet"))).pipe(
    Effect.tapError(() => Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))),
    Effect.retry({ times: 10_000 })
  )

describe("a batch", () => {
  it.live("that a program leaves in the middle is finished by the next one, and can be undone by a third", () =>
    Effect.gen(function* () {
      const directory = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
      const drive = emulated({ files })
      const inside = (id: string) => drive.children(id).map((file) => file["id"])
      /** A program of its own, which knows only what is on the disk. */
      const next = Effect.provide(program, Layer.fresh(Layer.merge(over(drive), StateStore.layerFiles(directory))))

      const first = yield* next
      // The fourth move is carried out, and its answer never comes.
      drive.faults.set(
        Fault.when({ method: "PATCH" }, (_, count) =>
          count < 3 ? undefined : count === 3 ? Fault.delay(Infinity) : Fault.hang
        )
      )
      const running = yield* Effect.forkChild(first.batchMove(move))
      yield* until(() => inside("archive").length === 4)
      yield* Fiber.interrupt(running)
      drive.faults.set(Fault.none)

      const second = yield* next
      const unfinished = yield* second.unfinishedMoves
      expect(unfinished).toMatchObject([{ operation: "batchMove", total: 6 }])
      const { id, left } = unfinished[0]!
      const resumed = yield* second.resumeMoves({ id })
      expect(resumed.items).toHaveLength(left)
      expect(resumed.counts).toMatchObject({ failed: 0, notTried: 0 })
      expect(inside("archive")).toHaveLength(6)
      expect(yield* second.unfinishedMoves).toEqual([])

      const third = yield* next
      const undone = yield* third.undoMoves({ id })
      expect(undone.counts).toMatchObject({ moved: 6 })
      expect(inside("inbox")).toEqual(expect.arrayContaining(ids))
      expect(inside("archive")).toEqual([])
      expect(drive.createdCount()).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.live("leaves alone what somebody moved before it is resumed", () =>
    Effect.gen(function* () {
      const drive = emulated({ files: [...files, folder("desk")] })
      const policies = { rateLimit: false, retry: false, circuitBreaker: false } as const
      const changes = yield* Effect.provide(program, Layer.merge(over(drive, policies), StateStore.layerMemory))
      drive.faults.set(Fault.when({ method: "PATCH" }, Fault.always(Fault.status(503))))
      const batch = yield* changes.batchMove({ ...move, fileIds: ["a", "b"] })
      expect(batch.counts).toMatchObject({ failed: 2 })
      expect(batch.items[0]?.problem).toMatchObject({ retryable: true })
      drive.faults.set(Fault.none)
      yield* changes.moveFile({ fileId: "a", destinationId: "desk" })
      const resumed = yield* changes.resumeMoves({ id: batch.id! })
      expect(resumed.items.map(({ status }) => status)).toEqual(["failed", "moved"])
      expect(yield* changes.unfinishedMoves).toEqual([])
    })
  )

  it.live("leaves alone what somebody moves while it runs", () =>
    Effect.gen(function* () {
      const drive = emulated({ files: [...files, folder("desk")] })
      const changes = yield* Effect.provide(program, Layer.merge(over(drive), StateStore.layerMemory))
      const headers = { authorization: "Bearer token-of-a-test", "content-type": "application/json" }
      const url = new URL("https://www.googleapis.com/drive/v3/files/b?addParents=desk&removeParents=inbox")
      // Somebody else is quicker, after the plan.
      drive.faults.set(({ method, url: { pathname } }) => {
        if (method === "PATCH" && pathname.endsWith("/a")) {
          drive.handle({ method: "PATCH", url, headers, body: new TextEncoder().encode("{}") }, 0)
        }
        return undefined
      })
      const batch = yield* changes.batchMove({ ...move, concurrency: 1 })
      expect(batch.counts).toMatchObject({ moved: 5, failed: 1 })
      expect(batch.items[1]?.problem?.message).toContain("it is in desk now")
      expect(drive.file("b")?.["parents"]).toEqual(["desk"])
    })
  )

  it.live("does not go on against an open circuit", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      const policies = { rateLimit: false, retry: false, circuitBreaker: { consecutiveFailures: 2 } } as const
      const changes = yield* Effect.provide(program, Layer.merge(over(drive, policies), StateStore.layerMemory))
      drive.faults.set(Fault.when({ method: "PATCH" }, Fault.always(Fault.status(503))))
      const batch = yield* changes.batchMove({ ...move, concurrency: 1 })
      expect(batch.items.map(({ status }) => status)).toEqual([
        "failed",
        "failed",
        "failed",
        "notTried",
        "notTried",
        "notTried"
      ])
      expect(batch.items[2]?.problem).toMatchObject({ tag: "CircuitOpenError", retryable: true })
      expect(drive.requests().filter(({ method }) => method === "PATCH")).toHaveLength(2)
      expect(yield* changes.unfinishedMoves).toMatchObject([{ left: 6 }])
    })
  )

  it.live("plans no further when nobody is signed in", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      const changes = yield* Effect.provide(program, Layer.merge(over(drive), StateStore.layerMemory))
      drive.faults.set(({ url }) => (url.pathname.endsWith("/b") ? Fault.status(401) : undefined))
      const batch = yield* changes.batchMove({ ...move, concurrency: 1 })
      expect(batch).toMatchObject({ id: null, counts: { failed: 1, notTried: 5 } })
      expect(batch.summary).toContain("run it again")
      expect(drive.requests().every(({ method }) => method === "GET")).toBe(true)
    })
  )

  it.effect("is remembered for 30 days", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      const changes = yield* Effect.provide(program, over(drive))
      const { id } = yield* changes.batchMove(move)
      yield* TestClock.adjust("29 days")
      expect((yield* changes.undoMoves({ id: id!, dryRun: true })).counts).toMatchObject({ planned: 6 })
      yield* TestClock.adjust("1 day")
      expect(yield* Effect.flip(changes.undoMoves({ id: id! }))).toMatchObject({ field: "id" })
    }).pipe(Effect.provide(StateStore.layerMemory))
  )

  const full = new StateStoreError({ operation: "set", category: "fatal", directory: "/state", code: "ENOSPC" })

  it.live("does not begin when it cannot be written down", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      const broken = Layer.effect(
        StateStore,
        Effect.map(StateStore, (store) => ({ ...store, set: () => Effect.fail(full) }))
      ).pipe(Layer.provide(StateStore.layerMemory))
      const changes = yield* Effect.provide(program, Layer.merge(over(drive), broken))
      expect(yield* Effect.flip(changes.batchMove(move))).toBe(full)
      expect(drive.children("archive")).toEqual([])
    })
  )

  it.live("goes on when the store breaks later, and can be resumed and undone all the same", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      let written = 0
      const breaking = Layer.effect(
        StateStore,
        Effect.map(StateStore, (store) => ({
          ...store,
          set: (...args: Parameters<typeof store.set>) => (++written === 1 ? store.set(...args) : Effect.fail(full))
        }))
      ).pipe(Layer.provide(StateStore.layerMemory))
      const changes = yield* Effect.provide(program, Layer.merge(over(drive), breaking))
      const batch = yield* changes.batchMove(move)
      expect(batch.counts).toMatchObject({ moved: 6 })
      expect(yield* changes.unfinishedMoves).toMatchObject([{ id: batch.id, left: 6 }])
      written = 0
      expect((yield* changes.resumeMoves({ id: batch.id! })).counts).toMatchObject({ already: 6 })
      written = 0
      expect((yield* changes.undoMoves({ record: batch.record! })).counts).toMatchObject({ moved: 6 })
    })
  )

  it.live("writes down nothing secret, and that under its id", () =>
    Effect.gen(function* () {
      const drive = emulated({ files })
      const store = yield* StateStore
      const changes = yield* Effect.provide(program, over(drive))
      const { id } = yield* changes.batchMove(move)
      expect(yield* store.keys("")).toEqual([`drive/moves/${id}`])
      expect(yield* store.get(`drive/moves/${id}`)).not.toContain("token-of-a-test")
    }).pipe(Effect.provide(StateStore.layerMemory))
  )
})

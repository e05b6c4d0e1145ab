/**
 * Any changes in any order, while a third of the requests fail in every way: what was reported is there once, and what failed
 * is there once or not at all. The tree of Drive is compared with a naive one after every step.
 */
import { describe, expect, it } from "@effect/vitest"
import { categoryOf, StateStore } from "@skippy/core"
import { InvalidInputError } from "@skippy/http"
import { Fault } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import * as fc from "fast-check"
import type { Changes } from "../../../src/drive/changes/Changes.ts"
import { emulated, folder, over, program } from "./support.ts"

type Step =
  | { readonly _tag: "create"; readonly parent: number; readonly name: string }
  | { readonly _tag: "copy"; readonly file: number; readonly to: number }
  | { readonly _tag: "move"; readonly file: number; readonly to: number }
  | { readonly _tag: "rename"; readonly file: number; readonly name: string }
  | { readonly _tag: "trash"; readonly file: number }
  | { readonly _tag: "share"; readonly file: number; readonly email: string }
  | { readonly _tag: "batch"; readonly files: ReadonlyArray<number>; readonly to: number }
  | { readonly _tag: "undo" }
  | { readonly _tag: "resume" }

const index = fc.nat(20)
const name = fc.constantFrom("Rows", "Ada's", "a \\ b")
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ _tag: fc.constant("create" as const), parent: index, name }),
  fc.record({ _tag: fc.constant("copy" as const), file: index, to: index }),
  fc.record({ _tag: fc.constant("move" as const), file: index, to: index }),
  fc.record({ _tag: fc.constant("rename" as const), file: index, name }),
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("trash" as const), file: index }) },
  fc.record({ _tag: fc.constant("share" as const), file: index, email: fc.constantFrom("a@b.example", "c@d.example") }),
  fc.record({ _tag: fc.constant("batch" as const), files: fc.array(index, { minLength: 1, maxLength: 5 }), to: index }),
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("undo" as const) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("resume" as const) }) }
)

/** What a naive Drive knows of a file. */
interface Node {
  readonly name: string
  readonly parent: string
  readonly trashed: boolean
}
type Tree = ReadonlyMap<string, Node>

const documentType = "application/vnd.google-apps.document"
const folders = ["f0", "f1", "f2"]
const seeds = [
  ...folders.map((id) => folder(id)),
  ...["a", "b", "c"].map((id) => ({ id, name: id, content: id, parents: ["f0"] })),
  ...["d", "e"].map((id) => ({ id, name: id, content: id, mimeType: documentType, parents: ["f1"] }))
]

/** Everything that may go wrong with a request, carried out or not. */
const faults = [
  Fault.lostAnswer,
  Fault.truncate(),
  Fault.reset,
  Fault.status(500),
  Fault.status(503),
  Fault.status(429),
  Fault.status(403, { body: '{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}],"message":"Slow"}}' }),
  Fault.status(502, { body: "<html>Bad Gateway</html>" })
]

const policies = {
  rateLimit: false,
  budget: false,
  circuitBreaker: false,
  retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 }
} as const

/** What it answers; what fails does so because of the faults, and not because it was made before. */
const tried = <A, E>(effect: Effect.Effect<A, E>) =>
  effect.pipe(
    Effect.tapError((error) =>
      Effect.sync(() => {
        if (!(error instanceof InvalidInputError)) expect(["transient", "throttled"]).toContain(categoryOf(error))
      })
    ),
    Effect.option
  )

const put = (tree: Tree, id: string, change: Partial<Node>): Tree => {
  const node = tree.get(id)
  return node === undefined ? tree : new Map(tree).set(id, { ...node, ...change })
}

const run = (steps: ReadonlyArray<Step>, rate: number, seed: number) =>
  Effect.gen(function* () {
    const drive = emulated({ files: seeds })
    const changes: Changes = yield* Effect.provide(program, Layer.merge(over(drive, policies), StateStore.layerMemory))
    drive.faults.set(Fault.share(rate, faults, seed))

    const look = (): Tree =>
      new Map(
        drive.files().map((file) => {
          const [parent] = (file["parents"] as ReadonlyArray<string> | undefined) ?? []
          return [
            String(file["id"]),
            { name: String(file["name"]), parent: parent ?? "", trashed: file["trashed"] === true }
          ]
        })
      )
    const grants = () => drive.files().flatMap(({ id }) => drive.permissions(String(id))).length

    let tree = look()
    const batches: Array<string> = []
    let failures = 0
    const files = () => [...tree.keys()].filter((id) => !folders.includes(id))
    const fileAt = (n: number) => files()[n % files().length] ?? "a"
    const folderAt = (n: number) => folders[n % folders.length] ?? "f0"

    /** After a failure, everything is as before, or as it would be after success. */
    const settle = (ok: boolean, expected: Tree) => {
      const now = look()
      if (!ok) failures += 1
      if (ok || [...now].some(([id, node]) => JSON.stringify(node) !== JSON.stringify(tree.get(id)))) {
        expect(now).toEqual(expected)
      }
      tree = now
    }

    for (const step of steps) {
      const before = look()
      const count = drive.createdCount()
      switch (step._tag) {
        case "create":
        case "copy": {
          const parent = folderAt(step._tag === "create" ? step.parent : step.to)
          const source = step._tag === "copy" ? fileAt(step.file) : undefined
          const name = step._tag === "create" ? step.name : `Copy of ${tree.get(source ?? "")?.name}`
          const made = yield* tried(
            step._tag === "create"
              ? changes.createFolder({ name, parentId: parent })
              : changes.copyFile({ fileId: source ?? "", destinationId: parent })
          )
          const isMade = made._tag === "Some"
          const more = drive.createdCount() - count
          expect(isMade ? more === 1 : more <= 1).toBe(true)
          const fresh = [...look()].filter(([id]) => !before.has(id))
          expect(fresh.map(([, node]) => node)).toEqual(fresh.map(() => ({ name, parent, trashed: false })))
          if (isMade) expect(fresh.map(([id]) => id)).toEqual([made.value.fileId])
          // What was there is as it was.
          expect(new Map([...look()].filter(([id]) => before.has(id)))).toEqual(before)
          tree = look()
          break
        }
        case "move": {
          const [file, to] = [fileAt(step.file), folderAt(step.to)]
          const moved = yield* tried(changes.moveFile({ fileId: file, destinationId: to }))
          settle(moved._tag === "Some", put(before, file, { parent: to }))
          break
        }
        case "rename": {
          const file = fileAt(step.file)
          const renamed = yield* tried(changes.renameFile({ fileId: file, name: step.name }))
          settle(renamed._tag === "Some", put(before, file, { name: step.name }))
          break
        }
        case "trash": {
          const file = fileAt(step.file)
          const trashed = yield* tried(changes.trashFile({ fileId: file }))
          settle(trashed._tag === "Some", put(before, file, { trashed: true }))
          break
        }
        case "share": {
          const [file, mails, there] = [fileAt(step.file), drive.notifications().length, grants()]
          const isThere = drive.permissions(file).some(({ emailAddress }) => emailAddress === step.email)
          const shared = yield* tried(changes.shareFile({ fileId: file, type: "user", email: step.email }))
          // A permission that was there already covers what is asked for, so an e-mail is not certain then.
          expect(drive.notifications().length - mails).toBeLessThanOrEqual(1)
          expect(grants() - there).toBeLessThanOrEqual(1)
          if (shared._tag === "Some") {
            expect(drive.permissions(file).filter(({ emailAddress }) => emailAddress === step.email)).toHaveLength(1)
            if (!isThere) expect(drive.notifications().length - mails).toBe(1)
          }
          expect(look()).toEqual(before)
          break
        }
        case "batch": {
          const [chosen, to] = [step.files.map(fileAt), folderAt(step.to)]
          const batch = yield* tried(changes.batchMove({ fileIds: chosen, destinationId: to }))
          const now = look()
          if (batch._tag === "Some") {
            const { id, items } = batch.value
            if (id !== null) batches.push(id)
            expect(items.map(({ fileId }) => fileId)).toEqual([...new Set(chosen)])
            for (const { fileId, status } of items) {
              if (status === "moved" || status === "already") expect(now.get(fileId)?.parent).toBe(to)
              else expect([to, before.get(fileId)?.parent]).toContain(now.get(fileId)?.parent)
            }
          }
          for (const [id, node] of now) if (!chosen.includes(id)) expect(node).toEqual(before.get(id))
          tree = now
          break
        }
        case "undo":
        case "resume": {
          const id = batches.at(-1)
          if (id === undefined) break
          const done = yield* tried(step._tag === "undo" ? changes.undoMoves({ id }) : changes.resumeMoves({ id }))
          const now = look()
          if (done._tag === "Some") {
            for (const { fileId, status, to } of done.value.items) {
              if (status === "moved" || status === "already") expect(now.get(fileId)?.parent).toBe(to)
            }
            const touched = new Set(done.value.items.map(({ fileId }) => fileId))
            for (const [id, node] of now) if (!touched.has(id)) expect(node).toEqual(before.get(id))
          } else expect(now).toEqual(before)
          tree = now
          break
        }
      }
    }
    return failures
  })

describe("changes", () => {
  it("are made once or not at all, whatever fails", { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(), (steps, seed) =>
        Effect.runPromise(Effect.asVoid(run(steps, 0.3, seed)))
      ),
      { numRuns: 40 }
    )
  )

  it("are made as a naive tree says when nothing fails", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        expect(await Effect.runPromise(run(steps, 0, 0))).toBe(0)
      }),
      { numRuns: 20 }
    ))
})

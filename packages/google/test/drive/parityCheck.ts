/** Does an operation with both clients, each at a Drive of its own, and compares what they send. */
import type { drive_v3 } from "@googleapis/drive"
import { expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Effect, type FileSystem, Layer, type Path, type Scope } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest, type TestOptions } from "../../src/drive/DriveTest.ts"
import * as Wire from "../../src/drive/Wire.ts"
import { served } from "./officialSupport.ts"
import { type Difference, differences, sentOf } from "./parity.ts"

/** A difference, and why there is one. */
export type Listed = readonly [difference: Difference, reason: string]

type Disk = FileSystem.FileSystem | Path.Path | Scope.Scope

/** An operation, done with both clients. */
export interface Operation {
  readonly what: string
  readonly world?: TestOptions
  /** Uploads take the address with each call. */
  readonly theirs: (official: drive_v3.Drive, at: { readonly rootUrl: string }) => Promise<unknown>
  readonly ours: (drive: Drive["Service"]) => Effect.Effect<unknown, unknown, Disk>
  readonly listed?: ReadonlyArray<Listed>
}

/** Both know of shared drives, and both ask for the same fields. */
export const all = { supportsAllDrives: true }
/** The same for what answers a file. */
export const file = { ...all, fields: Wire.fileFields }

/** What both Drives have. */
const files = [
  { id: "folder-a", name: "A", mimeType: Wire.folderType },
  { id: "folder-b", name: "B", mimeType: Wire.folderType },
  { id: "notes", name: "notes.txt", content: "hello", parents: ["folder-a"] },
  {
    id: "doc",
    name: "Plan",
    mimeType: "application/vnd.google-apps.document",
    content: "the plan",
    exports: { "text/markdown": "# the plan" }
  }
]

/** An item that is looked at before anything is done. */
export const readsFirst = (id: string, why: string): Listed => [`GET /drive/v3/files/${id}: ours only`, why]

const disk = Layer.merge(NodeFileSystem.layer, NodePath.layer)

/** Fails for a difference that is not listed, and for one that is listed and not there. */
export const check = ({ listed = [], ours, theirs, what, world = {} }: Operation): void => {
  it.live(what, () =>
    Effect.gen(function* () {
      const options: TestOptions = { files, ...world }
      const { at, official, server } = yield* served(options)
      yield* Effect.promise(() => theirs(official, at))
      const own = yield* Effect.gen(function* () {
        yield* ours(yield* Drive)
        return (yield* DriveTest).requests()
      }).pipe(Effect.provide(Drive.layerTest(options)))
      const other = server.requests()
      expect(other.length).toBeGreaterThan(0)
      const found = differences(own.map(sentOf), other.map(sentOf))
      expect(found).toEqual(listed.map(([difference]) => difference).sort())
    }).pipe(Effect.scoped, Effect.provide(disk))
  )
}

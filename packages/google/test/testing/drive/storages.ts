import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import * as Drive from "../../../src/testing/DriveEmulator.ts"

/** A directory that is removed with its scope. */
export const directory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "drive-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export type Make = (options?: Drive.Options) => Effect.Effect<Drive.DriveEmulator, Drive.StorageError, Scope.Scope>

const onDisk: Make = (options) => Effect.flatMap(directory, (path) => Drive.open({ ...options, directory: path }))

export const storages: ReadonlyArray<readonly [string, Make]> = [
  ["in memory", (options) => Effect.sync(() => Drive.make(options))],
  ["on disk", onDisk]
]

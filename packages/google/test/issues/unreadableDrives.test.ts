/** A directory of the emulator with rows it cannot read is refused, and nothing of it stays open; it stayed open before. */
import { readdirSync, readlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem } from "@effect/platform-node"
import { Effect } from "effect"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"
import { directory } from "../drive/support.ts"

const opened = (path: string) => Effect.scoped(DriveEmulator.open({ directory: path }))

/** What this process has open in a directory. */
const openIn = (path: string) =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path)
    } catch {
      return false
    }
  })

describe.skipIf(process.platform !== "linux")("a drive on disk", () => {
  it.effect("with a row of another form is refused, and closed", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened(path)
      const db = new DatabaseSync(join(path, "drive.sqlite"))
      db.exec("INSERT INTO rows (kind, key, value, seq) VALUES ('files', 'x', '{}', 1000000)")
      db.close()
      expect(yield* Effect.flip(opened(path))).toMatchObject({ reason: "unusable", directory: path })
      expect(openIn(path)).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.effect("that is no database is refused, and closed", () =>
    Effect.gen(function* () {
      const path = yield* directory
      writeFileSync(join(path, "drive.sqlite"), "not a database, but long enough to be looked at".repeat(100))
      expect(yield* Effect.flip(opened(path))).toMatchObject({ reason: "unusable", directory: path })
      expect(openIn(path)).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})

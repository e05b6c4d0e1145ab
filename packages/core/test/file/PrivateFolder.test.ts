import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as PrivateFolder from "../../src/file/PrivateFolder.ts"

const inFolder = <A>(use: (folder: string) => A) =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "skippy-folder-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ).pipe(Effect.map(use))

describe("a private folder", () => {
  it.live("is entered by its owner only, and git leaves out what is in it", () =>
    Effect.gen(function* () {
      const folder = yield* inFolder((folder) => join(folder, "a", "b"))
      yield* PrivateFolder.make(folder)
      yield* PrivateFolder.make(folder)
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n")
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )

  it.live("that is there already stays as it is: git must not lose sight of somebody's project", () =>
    Effect.gen(function* () {
      const folder = yield* inFolder((folder) => folder)
      yield* PrivateFolder.make(folder)
      expect(existsSync(join(folder, ".gitignore"))).toBe(false)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})

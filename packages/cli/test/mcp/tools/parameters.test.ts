import { mkdirSync, readdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { Effect, FileSystem } from "effect"
import { describe, expect, it } from "vitest"
import { fileToWrite } from "../../../src/mcp/tools/parameters.ts"
import * as Support from "./support.ts"

const inside = (root: string) => Effect.provide(Support.uses(Effect.succeed({}), root))

describe("where a file is written", () => {
  it("has its folder made, and nothing more", () => {
    const root = Support.folder()
    return Effect.runPromise(
      Effect.gen(function* () {
        expect(yield* fileToWrite("output_path", "a/b/c.txt")).toBe(join(root, "a/b/c.txt"))
        expect(readdirSync(join(root, "a/b"))).toEqual([])
      }).pipe(inside(root))
    )
  })

  it("is not elsewhere though a link has come in the place of a folder while it was made", () => {
    const root = Support.folder()
    const elsewhere = Support.folder()
    return Effect.runPromise(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const racing: typeof fs = {
          ...fs,
          makeDirectory: (path) =>
            Effect.sync(() => {
              if (path === join(root, "a")) symlinkSync(elsewhere, path)
              else mkdirSync(path)
            })
        }
        const error = yield* Effect.flip(
          Effect.provideService(fileToWrite("output_path", "a/b/c.txt"), FileSystem.FileSystem, racing)
        )
        expect(error.message).toContain('output_path is "a/b/c.txt"; it is, or leads, outside')
      }).pipe(inside(root))
    )
  })
})

import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Folder } from "@skippy/core"
import { FolderNode } from "@skippy/core/node"
import { Effect, FileSystem, PlatformError } from "effect"
import { describe, expect, it } from "vitest"

const within = async (test: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "skippy-folder-"))
  try {
    await test(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const make = (directory: string, mode?: number) =>
  Effect.runPromiseExit(Folder.make(directory, mode).pipe(Effect.provide(NodeFileSystem.layer)))

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe("a folder", () => {
  it("is made with those above it, and left as it is when it is there", () =>
    within(async (directory) => {
      const below = join(directory, "a", "b", "c")
      expect(await make(`${below}/`, 0o700)).toMatchObject({ _tag: "Success" })
      expect([modeOf(join(directory, "a")), modeOf(below)]).toEqual([0o700, 0o700])
      expect(await make(below, 0o755)).toMatchObject({ _tag: "Success" })
      expect(modeOf(below)).toBe(0o700)
      expect(FolderNode.make(below, 0o755)).toBe(false)
      expect(FolderNode.make(join(below, "d", "e"), 0o700)).toBe(true)
      expect(modeOf(join(below, "d"))).toBe(0o700)
    }))

  it("is made once by many at once", () =>
    within(async (directory) => {
      const below = join(directory, "a", "b")
      const exits = await Promise.all(Array.from({ length: 20 }, () => make(below)))
      expect(exits.every(({ _tag }) => _tag === "Success")).toBe(true)
    }))

  it("is refused, and not waited for, below a file and where a system has no folders to give", () =>
    within(async (directory) => {
      writeFileSync(join(directory, "file"), "")
      expect(await make(join(directory, "file", "below"))).toMatchObject({ _tag: "Failure" })
      expect(() => FolderNode.make(join(directory, "file", "below"))).toThrow("ENOTDIR")
      if (process.platform !== "linux") return
      expect(await make("/proc/none/below")).toMatchObject({ _tag: "Failure" })
      expect(() => FolderNode.make("/proc/none/below")).toThrow("ENOENT")
    }))

  it("of a name alone is made where the program is", async () => {
    const made: Array<string> = []
    const fs = FileSystem.layerNoop({
      exists: () => Effect.succeed(false),
      makeDirectory: (path) =>
        Effect.suspend(() => {
          made.push(path)
          return made.length < 2
            ? Effect.void
            : Effect.fail(
                PlatformError.systemError({ _tag: "AlreadyExists", module: "FileSystem", method: "makeDirectory" })
              )
        })
    })
    await Effect.runPromise(Folder.make("one").pipe(Effect.provide(fs)))
    // Another program makes it between the look and the making.
    await Effect.runPromise(Folder.make("two").pipe(Effect.provide(fs)))
    expect(made).toEqual(["one", "two"])
  })
})

import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, FileSystem, PlatformError } from "effect"
import { TestClock } from "effect/testing"
import * as AtomicFile from "../../src/file/AtomicFile.ts"

const inFolder = <A, E>(
  body: (folder: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, FileSystem.FileSystem>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* body(yield* fs.makeTempDirectoryScoped(), fs)
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const problem = (tag: "NotFound" | "AlreadyExists" | "Unknown", method: string) =>
  PlatformError.systemError({ _tag: tag, module: "FileSystem", method })

const modeOf = (fs: FileSystem.FileSystem, path: string) => Effect.map(fs.stat(path), ({ mode }) => mode & 0o777)

describe("a file that is written at once", () => {
  it.effect("is for its owner only, whatever was there, or as it is told", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const path = `${folder}/a`
        yield* fs.writeFileString(path, "old and longer", { mode: 0o666 })
        yield* AtomicFile.write(path, "grüße")
        expect([yield* fs.readFileString(path), yield* modeOf(fs, path)]).toEqual(["grüße", 0o600])
        yield* AtomicFile.write(path, "", { mode: 0o640 })
        expect([yield* fs.readFileString(path), yield* modeOf(fs, path)]).toEqual(["", 0o640])
        expect(yield* fs.readDirectory(folder)).toEqual(["a"])
      })
    )
  )

  it.effect("replaces a link, not what it leads to", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(`${folder}/elsewhere`, "theirs")
        yield* fs.symlink(`${folder}/elsewhere`, `${folder}/a`)
        yield* AtomicFile.write(`${folder}/a`, "ours")
        expect(yield* fs.readFileString(`${folder}/elsewhere`)).toBe("theirs")
        expect(yield* fs.readFileString(`${folder}/a`)).toBe("ours")
      })
    )
  )

  it.effect("fails where there is no directory, or a directory of that name, and leaves nothing", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const missing = yield* Effect.flip(AtomicFile.write(`${folder}/none/a`, "text"))
        expect(missing.reason._tag).toBe("NotFound")
        yield* fs.makeDirectory(`${folder}/full/inner`, { recursive: true })
        expect(yield* Effect.isFailure(AtomicFile.write(`${folder}/full`, "text"))).toBe(true)
        expect(yield* fs.readDirectory(folder)).toEqual(["full"])
      })
    )
  )

  it.effect.each(["write", "sync", "rename"] as const)("keeps the old text when the disk fails at %s", (step) =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* AtomicFile.write(`${folder}/a`, "old")
        const full = Effect.fail(problem("Unknown", step))
        const broken: FileSystem.FileSystem = {
          ...fs,
          open: (path, options) =>
            Effect.map(fs.open(path, options), (file): FileSystem.File =>
              Object.create(
                file,
                step === "write"
                  ? { writeAll: { value: () => full } }
                  : step === "sync"
                    ? { sync: { value: full } }
                    : {}
              )
            ),
          ...(step === "rename" ? { rename: () => full } : {})
        }
        const written = Effect.provideService(AtomicFile.write(`${folder}/a`, "new"), FileSystem.FileSystem, broken)
        expect((yield* Effect.flip(written)).reason._tag).toBe("Unknown")
        expect(yield* fs.readFileString(`${folder}/a`)).toBe("old")
        expect(yield* fs.readDirectory(folder)).toEqual(["a"])
      })
    )
  )

  it.effect("is written though another one is in the way, or takes its beginning for a leftover", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const tries: Array<string> = []
        const crowded: FileSystem.FileSystem = {
          ...fs,
          open: (path, options) => {
            if (options?.flag === "wx") tries.push(path)
            return tries.length === 1 ? Effect.fail(problem("AlreadyExists", "open")) : fs.open(path, options)
          },
          rename: (from, to) =>
            Effect.suspend(() =>
              tries.length === 2 ? Effect.andThen(fs.remove(from), fs.rename(from, to)) : fs.rename(from, to)
            )
        }
        yield* Effect.provideService(AtomicFile.write(`${folder}/a`, "text"), FileSystem.FileSystem, crowded)
        expect(new Set(tries).size).toBe(3)
        expect(yield* fs.readFileString(`${folder}/a`)).toBe("text")
        expect(yield* fs.readDirectory(folder)).toEqual(["a"])
      })
    )
  )

  it.effect("is the old one after a crash in the middle, and what the crash left is swept away later", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* AtomicFile.write(`${folder}/a`, "old")
        const killed: FileSystem.FileSystem = { ...fs, rename: () => Effect.die("killed") }
        const written = Effect.provideService(AtomicFile.write(`${folder}/a`, "new"), FileSystem.FileSystem, killed)
        expect(Exit.hasDies(yield* Effect.exit(written))).toBe(true)
        expect(yield* fs.readFileString(`${folder}/a`)).toBe("old")
        const left = (yield* fs.readDirectory(folder)).filter((name) => name !== "a")
        expect(left).toHaveLength(1)
        yield* fs.utimes(`${folder}/${left[0]}`, 100, 100)
        yield* TestClock.setTime(109_000)
        yield* AtomicFile.sweep(folder)
        expect(yield* fs.readDirectory(folder)).toHaveLength(2)
        yield* TestClock.setTime(111_000)
        yield* AtomicFile.sweep(folder)
        yield* AtomicFile.sweep(`${folder}/none`)
        expect(yield* fs.readDirectory(folder)).toEqual(["a"])
      })
    )
  )

  it.effect("is always one of the texts, whole, while many write and read", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const texts = ["a", "b", "c", "d"].map((letter) => letter.repeat(20_000))
        yield* AtomicFile.write(`${folder}/a`, texts[0]!)
        const write = (text: string) => Effect.repeat(AtomicFile.write(`${folder}/a`, text), { times: 10 })
        const read = Effect.repeat(
          Effect.map(fs.readFileString(`${folder}/a`), (text) => expect(texts.includes(text)).toBe(true)),
          { times: 40 }
        )
        yield* Effect.all([read, ...texts.map(write)], { concurrency: "unbounded" })
        expect(yield* fs.readDirectory(folder)).toEqual(["a"])
      })
    )
  )
})

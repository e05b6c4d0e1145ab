import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Option, PlatformError, type Scope } from "effect"
import * as LineFile from "../../src/file/LineFile.ts"
import { encode } from "../../src/file/Utf8.ts"

const temporary = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped())
const options = { name: "x", maxBytes: 1e6, maxAgeMillis: 1e12, maxTotalBytes: 1e9, compress: undefined } as const
const scoped = <A, E>(effect: Effect.Effect<A, E, FileSystem.FileSystem | Scope.Scope>) =>
  Effect.scoped(effect).pipe(Effect.provide(NodeFileSystem.layer))
const decode = (line: string) => Option.some(line)
const denied = PlatformError.systemError({
  _tag: "PermissionDenied",
  module: "FileSystem",
  method: "remove",
  description: "no"
})

describe("a file of lines", () => {
  it.effect("takes lines although an old file cannot be removed", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        const file = yield* LineFile.make({ ...options, directory, maxBytes: 10, maxTotalBytes: 0 }).pipe(
          Effect.provideService(FileSystem.FileSystem, { ...fs, remove: () => Effect.fail(denied) })
        )
        yield* file.append(encode("123456789\n"), 1000)
        yield* file.append(encode("abcdefghi\n"), 2000)
        expect(yield* fs.readFileString(`${directory}/x.jsonl`)).toBe("abcdefghi\n")
      })
    )
  )

  it.effect("can be read while it is set aside", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        const file = yield* LineFile.make({ ...options, directory, maxBytes: 15 })
        yield* file.append(encode("one\n"), 1000)
        yield* file.append(encode("two\n"), 1000)
        let first = true
        const busy: FileSystem.FileSystem = {
          ...fs,
          readFileString: (path, encoding) =>
            Effect.suspend(() => {
              const due = first
              first = false
              // Between the look into the folder and the reading, the writer goes on.
              const write = due ? Effect.ignore(file.append(encode("three, and more\n"), 2000)) : Effect.void
              return Effect.andThen(write, fs.readFileString(path, encoding))
            })
        }
        const { values } = yield* LineFile.read({ directory, name: "x", decode }).pipe(
          Effect.provideService(FileSystem.FileSystem, busy)
        )
        expect(values).toEqual(expect.arrayContaining(["one", "two"]))
      })
    )
  )

  it.effect("is not larger than it may because its letters are", () =>
    scoped(
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const directory = yield* temporary
        const file = yield* LineFile.make({ ...options, directory, maxBytes: 1000 })
        for (let n = 0; n < 4; n++) yield* file.append(encode(`${"語".repeat(200)}\n`), 1000 + n)
        for (const name of yield* fs.readDirectory(directory)) {
          expect(Number((yield* fs.stat(`${directory}/${name}`)).size)).toBeLessThanOrEqual(1000)
        }
      })
    )
  )
})

import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Option } from "effect"
import * as fc from "fast-check"
import * as LineFile from "../../src/file/LineFile.ts"
import * as LineFollower from "../../src/file/LineFollower.ts"

const decode = Option.some<string>
const decompress = (bytes: Uint8Array) => Effect.succeed(new TextDecoder().decode(bytes).slice(1))
/** Packs recognizably: nobody takes it for lines. */
const compress = (bytes: Uint8Array) => Effect.succeed(new Uint8Array([33, ...bytes]))
const encode = (text: string) => new TextEncoder().encode(text)

const options = { name: "x", maxBytes: 24, maxAgeMillis: Infinity, maxTotalBytes: 60, compress }

const inFolder = <A>(
  body: (directory: string, fs: FileSystem.FileSystem) => Effect.Effect<A, unknown, FileSystem.FileSystem>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      return yield* body(yield* fs.makeTempDirectoryScoped(), fs)
    })
  ).pipe(Effect.provide(NodeFileSystem.layer))

type Step = "append" | "look" | "begin" | "end"

describe("following a file of lines", () => {
  it.effect("gives each line once, in order, although files are set aside, packed and removed meanwhile", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom<Step>("append", "append", "append", "look", "begin", "end"), { maxLength: 40 }),
          (steps) =>
            Effect.runPromise(
              inFolder((directory, fs) =>
                Effect.gen(function* () {
                  const file = yield* LineFile.make({ directory, ...options })
                  const look = yield* LineFollower.make({ directory, name: "x", decode, decompress })
                  const written: Array<string> = []
                  const given: Array<string> = []
                  let sinceLook = 0
                  let isHalf = false
                  const take = Effect.map(look, ({ values }) => {
                    given.push(...values)
                    sinceLook = 0
                  })
                  for (const [n, step] of steps.entries()) {
                    // What was removed before anybody looked cannot be given: 60 bytes stay, and what is written now.
                    if (step !== "look" && ++sinceLook > 4) yield* take
                    if (step === "look") yield* take
                    else if (step === "append" && !isHalf) {
                      yield* file.append(encode(`line ü ${n}\n`), n)
                      written.push(`line ü ${n}`)
                    } else if (step === "begin" && !isHalf) {
                      // Another process writes, and somebody looks in the middle of it.
                      yield* fs.writeFileString(`${directory}/x.jsonl`, `half ${n}`, { flag: "a" })
                      written.push(`half ${n}`)
                      isHalf = true
                    } else if (step === "end" && isHalf) {
                      yield* fs.writeFileString(`${directory}/x.jsonl`, "\n", { flag: "a" })
                      isHalf = false
                    }
                  }
                  if (isHalf) yield* fs.writeFileString(`${directory}/x.jsonl`, "\n", { flag: "a" })
                  yield* take
                  expect(given).toEqual(written)
                })
              )
            )
        ),
        { numRuns: 60 }
      )
    )
  )

  it.effect("begins anew when the folder is made anew, and gives nothing again that was taken back", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        const path = `${directory}/x.jsonl`
        const look = yield* LineFollower.make({ directory, name: "x", decode })
        expect((yield* look).values).toEqual([])
        yield* fs.writeFileString(path, "one\ntwo\nthree\n")
        expect((yield* look).values).toEqual(["one", "two", "three"])
        yield* fs.truncate(path, 4)
        expect((yield* look).values).toEqual([])
        yield* fs.writeFileString(path, "four\n", { flag: "a" })
        expect((yield* look).values).toEqual(["four"])
        yield* fs.writeFileString(`${path}.new`, "five\n")
        yield* fs.rename(`${path}.new`, path)
        expect((yield* look).values).toEqual(["five"])
      })
    )
  )

  it.effect("gives all lines of another file, also one that has the size and the number of the one before", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        const path = `${directory}/x.jsonl`
        const look = yield* LineFollower.make({ directory, name: "x", decode })
        yield* fs.writeFileString(path, "one 1\ntwo 2\n")
        yield* look
        // Emptied and written again, as a tool that rotates logs by copying them does.
        for (const text of ["short\n", "longer 1\nlonger 2\nlonger 3\n", "other 1\nother 2\nother 33\n"]) {
          yield* fs.writeFileString(path, text)
          expect((yield* look).values).toEqual(text.trim().split("\n"))
        }
        // Many file systems give a new file the number of the one that was removed before.
        yield* fs.remove(path)
        yield* fs.writeFileString(path, "new\n")
        expect((yield* look).values).toEqual(["new"])
        expect((yield* look).values).toEqual([])
      })
    )
  )

  it.effect("hands over line by line, and none twice when a file cannot be read for a while", () =>
    inFolder((directory, fs) =>
      Effect.gen(function* () {
        const taken: Array<string> = []
        const scan = yield* LineFollower.scan({
          directory,
          name: "x",
          decode: (line) => (line === "torn" ? Option.none() : Option.some(line))
        })
        const look = scan((value) => taken.push(Option.getOrElse(value, () => "nothing")))
        yield* fs.writeFileString(`${directory}/x.jsonl`, "1\n2\n")
        yield* look
        yield* fs.writeFileString(`${directory}/x.jsonl`, "torn\n3", { flag: "a" })
        const aside = (n: number) => `${directory}/x-20261116T14302512${n}Z.jsonl`
        yield* fs.rename(`${directory}/x.jsonl`, aside(1))
        // Nobody can read a folder as a file.
        yield* fs.makeDirectory(aside(2))
        yield* fs.writeFileString(`${directory}/x.jsonl`, "6\n")
        for (let tries = 0; tries < 2; tries++) {
          expect((yield* Effect.flip(look)).message).toContain("BadResource")
          expect(taken).toEqual(["1", "2", "nothing", "3"])
        }
        yield* fs.remove(aside(2), { recursive: true })
        yield* fs.writeFileString(aside(2), "4\n5\n")
        yield* look
        yield* look
        expect(taken).toEqual(["1", "2", "nothing", "3", "4", "5", "6"])
      })
    )
  )
})

import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Option } from "effect"
import * as LineFile from "../../src/file/LineFile.ts"
import * as LineFollower from "../../src/file/LineFollower.ts"
import { encode } from "../../src/file/Utf8.ts"

const files = { name: "x", maxBytes: 40, maxAgeMillis: Infinity, maxTotalBytes: 1000, compress: undefined }

/** A file that is written, and somebody who came late and reads at most twenty bytes at once. */
const follow = <A>(
  body: (file: {
    readonly append: (text: string) => Effect.Effect<void, unknown>
    readonly raw: (text: string) => Effect.Effect<void, unknown>
    readonly setAside: (stamp: string) => Effect.Effect<void, unknown>
    readonly look: Effect.Effect<LineFile.Lines<string>, unknown>
  }) => Effect.Effect<A, unknown>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    const file = yield* LineFile.make({ directory, ...files })
    let now = 0
    return yield* body({
      append: (text) => Effect.suspend(() => file.append(encode(text), ++now)),
      raw: (text) => fs.writeFileString(`${directory}/x.jsonl`, text, { flag: "a" }),
      setAside: (stamp) => fs.rename(`${directory}/x.jsonl`, `${directory}/x-${stamp}.jsonl`),
      look: yield* LineFollower.make({ directory, name: "x", decode: Option.some<string>, maxBytes: 20 })
    })
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const nothing = { values: [], broken: 0 }

describe("following the newest lines of a file", () => {
  it.effect("begins with the last whole lines", () =>
    follow(({ append, look }) =>
      Effect.gen(function* () {
        yield* append("0123456789 0123456789 0123456789\n")
        // This sets the first aside.
        yield* append("one 456789\ntwo 456789\nthree\n")
        expect(yield* look).toEqual({ values: ["two 456789", "three"], broken: 0 })
        expect(yield* look).toEqual(nothing)
      })
    )
  )

  it.effect("begins with what was set aside when that is among the newest", () =>
    follow(({ append, look }) =>
      Effect.gen(function* () {
        yield* append("a 3456789 a 3456789\nb 3456789\nc\n")
        // This sets the first aside.
        yield* append("d 3456789\n")
        expect(yield* look).toEqual({ values: ["c", "d 3456789"], broken: 0 })
        expect(yield* look).toEqual(nothing)
        yield* append("g\n")
        expect((yield* look).values).toEqual(["g"])
      })
    )
  )

  it.effect("begins with the last lines of what was set aside when there is nothing else yet", () =>
    follow(({ append, look, setAside }) =>
      Effect.gen(function* () {
        yield* append("one\n")
        yield* setAside("20261116T143025122Z")
        yield* append("two 456789\nthree\n")
        yield* setAside("20261116T143025123Z")
        expect((yield* look).values).toEqual(["two 456789", "three"])
        expect(yield* look).toEqual(nothing)
        yield* append("four\n")
        expect((yield* look).values).toEqual(["four"])
      })
    )
  )

  it.effect("waits for a line that is longer than what is read at once to end, and goes on after it", () =>
    follow(({ look, raw }) =>
      Effect.gen(function* () {
        yield* raw("one\n")
        expect((yield* look).values).toEqual(["one"])
        yield* raw("a line that is much too long and not yet")
        expect(yield* look).toEqual(nothing)
        yield* raw(" over\ntwo\n")
        expect(yield* look).toEqual({ values: ["two"], broken: 0 })
      })
    )
  )

  it.effect("goes on with each line once, also over a file that is set aside, and waits for a torn one", () =>
    follow(({ append, look, raw }) =>
      Effect.gen(function* () {
        expect(yield* look).toEqual(nothing)
        yield* append("first\n")
        expect((yield* look).values).toEqual(["first"])
        yield* raw("torn ü")
        expect(yield* look).toEqual(nothing)
        yield* raw(" whole\n")
        expect((yield* look).values).toEqual(["torn ü whole"])
        yield* append("before 789\n")
        yield* append("after the rotation\n")
        expect((yield* look).values).toEqual(["before 789", "after the rotation"])
      })
    )
  )

  it.effect("leaves out what is too much to be read at once", () =>
    follow(({ append, look }) =>
      Effect.gen(function* () {
        yield* append("0\n")
        expect((yield* look).values).toEqual(["0"])
        yield* append("a 3456789\nb 3456789\nc\n")
        expect((yield* look).values).toEqual(["b 3456789", "c"])
        yield* append("d\n")
        expect((yield* look).values).toEqual(["d"])
      })
    )
  )
})

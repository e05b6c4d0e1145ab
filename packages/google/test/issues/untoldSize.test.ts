/** A file of a kernel (`/proc/cpuinfo`) says it has no bytes, and has some: it was uploaded as an empty one. */
import { expect } from "@effect/vitest"
import { ByteSize, Effect, FileSystem } from "effect"
import { fileOf, log, test, uploads } from "../drive/upload/support.ts"

test(
  "a file that does not tell its size is refused, and nothing is sent",
  {},
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* fileOf("a processor")
    const stat: FileSystem.FileSystem["stat"] = (at) =>
      Effect.map(fs.stat(at), (info) => ({ ...info, size: ByteSize.fromInputUnsafe(0) }))
    const program = yield* Effect.provideService(uploads, FileSystem.FileSystem, { ...fs, stat })
    const error = yield* Effect.flip(program.uploadFile({ path }))
    expect(error).toMatchObject({ _tag: "InvalidInputError", field: "path" })
    expect(error.message).toContain("it does not tell its size")
    expect(yield* log).toEqual([])
  })
)

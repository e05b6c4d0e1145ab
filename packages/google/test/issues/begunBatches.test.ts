/** A batch finishes what was begun, and nothing else: a file that somebody else brought there meanwhile was made twice. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem } from "effect"
import { large, noise, stored, test, uploads, Uploading } from "../drive/upload/support.ts"

test(
  "a file that was begun, and is there by other means, is not uploaded again",
  { faults: Fault.when({ method: "PUT" }, Fault.times(3, Fault.reset)) },
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const [directory, elsewhere] = [yield* fs.makeTempDirectoryScoped(), yield* fs.makeTempDirectoryScoped()]
    for (const at of [directory, elsewhere]) yield* fs.writeFile(`${at}/film.mp4`, noise(large))
    const first = yield* Uploading.use(({ batchUpload }) => batchUpload({ directory }))
    expect(first.counts.failed).toBe(1)
    const program = yield* uploads
    const { fileId } = yield* program.uploadFile({ path: `${elsewhere}/film.mp4` })
    const { items } = yield* program.batchUpload({ directory })
    expect(items).toMatchObject([{ status: "identical", fileId }])
    expect(yield* stored).toHaveLength(1)
  })
)

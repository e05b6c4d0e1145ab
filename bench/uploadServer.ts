/** A Drive on loopback that keeps its files on disk; prints its address and ends, with all it kept, when its parent does. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DriveEmulator } from "@skippy/google/testing"
import { EmulatorServer } from "@skippy/http/testing"
import { Effect } from "effect"

const directory = mkdtempSync(join(tmpdir(), "skippy-upload-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
process.on("disconnect", () => process.exit(0))

const program = Effect.gen(function* () {
  const { handle, receive } = yield* DriveEmulator.open({ directory })
  const { url } = yield* EmulatorServer.start({ handle, receive })
  process.send?.(url)
  return yield* Effect.never
})

await Effect.runPromise(Effect.scoped(program))

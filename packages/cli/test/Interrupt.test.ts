/** Ctrl-C, a system that wants the program to end, and a terminal that goes away, in the middle of something long. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DriveEmulator } from "@skippy/google/testing"
import { EmulatorServer, Fault } from "@skippy/http/testing"
import { Deferred, Effect } from "effect"
import { describe, expect, it } from "vitest"
import { bundled, decoded, ended, folder, run, shell, start } from "./support.ts"

const program = bundled()
const chunk = 262_144
const size = 24 * chunk
const args = ["drive", "upload", "talk.bin", "--chunk-size", String(chunk), "--json"]

/** An emulated Drive that never answers the eighth chunk of the first upload, and says when that is. */
const hanging = Effect.gen(function* () {
  const path = folder()
  yield* Effect.promise(() => writeFile(join(path, "talk.bin"), Buffer.alloc(size, "talk")))
  const reached = yield* Deferred.make<void>()
  let chunks = 0
  const drive = DriveEmulator.make()
  const server = yield* EmulatorServer.start(drive, {
    faults: ({ method }) => {
      if (method !== "PUT" || ++chunks !== 8) return undefined
      Deferred.doneUnsafe(reached, Effect.void)
      return Fault.hang
    }
  })
  const variables = { SKIPPY_GOOGLE_DRIVE_URL: server.url, SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test" }
  return { path, drive, options: { path, variables, program }, reached: Deferred.await(reached) }
})

const interrupted = (signal: NodeJS.Signals) =>
  Effect.gen(function* () {
    const { drive, options, path, reached } = yield* hanging
    const child = start(args, options)
    const first = ended(child)
    yield* reached
    child.kill(signal)
    const { code, err, out } = yield* Effect.promise(() => first)
    expect({ code, out }).toEqual({ code: 130, out: "" })
    expect(err).toContain(`"tag":"Interrupted"`)
    return { drive, options, path }
  })

describe("an upload in its middle", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "is left to be gone on with by the same command after %s",
    async (signal) => {
      const program = Effect.gen(function* () {
        const { drive, options, path } = yield* interrupted(signal)
        const [left] = yield* Effect.promise(() => decoded(["drive", "uploads"], options))
        expect(left).toMatchObject([{ path: join(path, "talk.bin"), size, hasSession: true }])
        const second = yield* Effect.promise(() => run(args, options))
        expect(second.code).toBe(0)
        expect(JSON.parse(second.out)).toMatchObject({ name: "talk.bin", size, resumedFrom: 7 * chunk })
        expect(drive.createdCount()).toBe(1)
      })
      await Effect.runPromise(Effect.scoped(program))
    }
  )

  it("is gone on with by its key, or forgotten", async () => {
    const program = Effect.gen(function* () {
      const { drive, options } = yield* interrupted("SIGINT")
      const json = (line: ReadonlyArray<string>, of = options) => Effect.promise(() => decoded(line, of))
      const [[{ key }]] = yield* json(["drive", "uploads"])
      expect(yield* json(["drive", "resume-upload", key])).toMatchObject([{ size, resumedFrom: 7 * chunk }])
      expect(drive.createdCount()).toBe(1)
      expect(yield* json(["drive", "uploads"])).toEqual([[]])

      const other = yield* interrupted("SIGINT")
      const [[left]] = yield* json(["drive", "uploads"], other.options)
      expect(yield* json(["drive", "abandon-upload", left.key], other.options)).toEqual([{ key: left.key }])
      expect(yield* json(["drive", "uploads"], other.options)).toEqual([[]])
    })
    await Effect.runPromise(Effect.scoped(program))
  })
})

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}

describe("a download in its middle", () => {
  it("leaves no half of a file where it was to be, and is not put together with another one", async () => {
    const path = folder()
    const options = { path, program, variables: { SKIPPY_SANDBOX: "1" } }
    const line = (bytes: number) => ["http", "download", `https://example.com/bytes/${bytes}`, "data.bin", "--json"]
    const child = start(line(900_000_000), options)
    const end = ended(child)
    await until(async () => (await readdir(path)).includes("data.bin.skippy-part"))
    child.kill("SIGINT")
    expect(await end).toMatchObject({ code: 130, out: "" })
    expect(await readdir(path)).not.toContain("data.bin")
    expect(await run(line(1000), options)).toMatchObject({ code: 0 })
    expect((await readFile(join(path, "data.bin"))).length).toBe(1000)
  })
})

describe("a second Ctrl-C", () => {
  it("ends a command at once that takes its time to end", async () => {
    const path = folder()
    const metrics = join(path, "state", "sandbox", "metrics")
    await mkdir(metrics, { recursive: true })
    // The journal is a pipe nobody reads: the command waits for ever until it is written.
    await shell(`mkfifo '${join(metrics, "performance.jsonl")}'`)
    const child = start(["http", "get", "https://example.com/", "--sandbox"], { path, program })
    const end = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)))
    await new Promise((resolve) => child.stdout!.once("data", resolve))
    let asked = 0
    const again = setInterval(() => {
      asked++
      child.kill("SIGINT")
    }, 100)
    // By the signal, which a shell tells as 130.
    expect(await end).toBe("SIGINT")
    clearInterval(again)
    expect(asked).toBeGreaterThanOrEqual(2)
  })
})

/** Where a file is put, and what is beside it, may be odd or hostile. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { linkSync, rmSync, symlinkSync } from "node:fs"
import { HttpService } from "../../src/HttpService.ts"
import type { Emulator } from "../../src/testing/Emulator.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as FileEmulator from "../../src/testing/FileEmulator.ts"
import { files, folder, live, noise, ranges } from "../httpServiceSupport.ts"

const content = noise(100_000)
const part = "file.bin.skippy-part"
const sidecar = `${part}.json`
const world = Layer.merge(live(), files)

const start = (faults: Fault.FaultPlan = Fault.none) =>
  Effect.gen(function* () {
    const { handle } = FileEmulator.make({ "/file.bin": { content } })
    let meanwhile = () => {}
    const emulator: Emulator = {
      handle: (request, now) => {
        meanwhile()
        return handle(request, now)
      }
    }
    const server = yield* EmulatorServer.start(emulator, { faults })
    const onRequest = (act: () => void) => {
      meanwhile = act
    }
    const fs = yield* FileSystem.FileSystem
    const { download } = yield* HttpService
    return { ...(yield* folder), download, fs, onRequest, server, url: `${server.url}/file.bin` }
  })

/** What a call leaves that broke off in the middle. */
const left = Effect.gen(function* () {
  const started = yield* start(Fault.always(Fault.truncate()))
  const { at, download, names, server, url } = started
  yield* Effect.flip(download({ url, path: at("file.bin") }))
  expect(yield* names).toEqual([part, sidecar])
  server.faults.set(Fault.none)
  server.clear()
  return started
})

describe("a place for a file", () => {
  it.live("that a link takes which leads nowhere is refused before anything is sent", () =>
    Effect.gen(function* () {
      const { at, download, fs, names, server, url } = yield* start()
      yield* fs.symlink(at("nowhere"), at("file.bin"))
      const error = yield* Effect.flip(download({ url, path: at("file.bin") }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "exists" })
      expect(server.counts().connections).toBe(0)
      expect(yield* names).toEqual(["file.bin"])
      yield* download({ url, path: at("file.bin"), overwrite: true })
      expect(yield* fs.readLink(at("file.bin")).pipe(Effect.isFailure)).toBe(true)
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live.each([255, 240])("may have a name as long as a name may be: %d bytes", (length) =>
    Effect.gen(function* () {
      const { at, download, names, read, server, url } = yield* start(Fault.once(Fault.truncate()))
      const name = `${"ü".repeat(100)}${"x".repeat(length - 204)}.bin`
      yield* download({ url, path: at(name) })
      expect(ranges(server.requests())).toEqual([undefined, "bytes=50000-"])
      expect(yield* names).toEqual([name])
      expect(yield* read(name)).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("keeps who may read it when its file is replaced", () =>
    Effect.gen(function* () {
      const { at, download, fs, read, url, write } = yield* start()
      yield* write("file.bin", "for me only")
      for (const mode of [0o600, 0o640, 0o666]) {
        yield* fs.chmod(at("file.bin"), mode)
        const seen: Array<number> = []
        const look = Effect.map(Effect.orDie(fs.stat(at(part))), (info) => seen.push(info.mode & 0o777))
        yield* download({ url, path: at("file.bin"), overwrite: true }, { onProgress: () => Effect.asVoid(look) })
        expect((yield* fs.stat(at("file.bin"))).mode & 0o777).toBe(mode)
        expect(seen.filter((seen) => (seen & ~mode) !== 0)).toEqual([])
        expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      }
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a note beside a part", () => {
  it.live.each(["a\r\nx-injected: 1", "", 'W/"1"', '"ü€"'])("that says %j is worth nothing", (validator) =>
    Effect.gen(function* () {
      const { at, download, read, server, text, url, write } = yield* left
      yield* write(sidecar, JSON.stringify({ ...JSON.parse(yield* text(sidecar)), validator }))
      yield* download({ url, path: at("file.bin") })
      expect(ranges(server.requests())).toEqual([undefined])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("that is no file is not read", () =>
    Effect.gen(function* () {
      const { at, download, fs, names, read, server, url } = yield* left
      yield* fs.remove(at(sidecar))
      execFileSync("mkfifo", [at(sidecar)])
      yield* download({ url, path: at("file.bin") }, { idleTimeout: "2 seconds" })
      expect(ranges(server.requests())).toEqual([undefined])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a link put in place of a part while the server is asked", () => {
  it.live.each([
    ["symbolic", symlinkSync],
    ["hard", linkSync]
  ] as const)("leads to nothing that is written: %s", ([, link]) =>
    Effect.gen(function* () {
      const { at, download, names, onRequest, text, url, write } = yield* left
      yield* write("precious", "p".repeat(100_000))
      onRequest(() => {
        rmSync(at(part))
        link(at("precious"), at(part))
      })
      const error = yield* Effect.flip(download({ url, path: at("file.bin") }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "busy" })
      expect(yield* text("precious")).toBe("p".repeat(100_000))
      expect(yield* names).not.toContain("file.bin")
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

/** What replaces a file takes over who may read it, on any file system; limits hold for what was there before. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, PlatformError } from "effect"
import { HttpClient } from "effect/http"
import { createServer, type Server } from "node:http"
import { HttpService } from "../../src/HttpService.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as FileEmulator from "../../src/testing/FileEmulator.ts"
import { files, folder, live, noise, policies, ranges } from "../httpServiceSupport.ts"

const content = noise(100_000)
const part = "file.bin.skippy-part"
const world = Layer.merge(live(), files)

const start = (faults: Fault.FaultPlan = Fault.none) =>
  Effect.gen(function* () {
    const server = yield* EmulatorServer.start(FileEmulator.make({ "/file.bin": { content } }), { faults })
    const fs = yield* FileSystem.FileSystem
    const { download } = yield* HttpService
    const place = yield* folder
    const modeOf = (name: string) => Effect.map(Effect.orDie(fs.stat(place.at(name))), ({ mode }) => mode & 0o777)
    return { ...place, download, fs, modeOf, server, url: `${server.url}/file.bin` }
  })

describe("a file that is replaced", () => {
  it.live("may be for reading only: what is on its way can be written by its owner all the same", () =>
    Effect.gen(function* () {
      const { at, download, fs, modeOf, read, url, write } = yield* start()
      yield* write("file.bin", "old")
      yield* fs.chmod(at("file.bin"), 0o440)
      const seen: Array<number> = []
      const onProgress = () => Effect.map(modeOf(part), (mode) => void seen.push(mode))
      yield* download({ url, path: at("file.bin"), overwrite: true }, { onProgress })
      expect(seen[0]).toBe(0o640)
      expect(yield* modeOf("file.bin")).toBe(0o440)
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("may have come after the part that is gone on with", () =>
    Effect.gen(function* () {
      const { at, download, fs, modeOf, read, server, url, write } = yield* start(Fault.always(Fault.truncate()))
      yield* Effect.flip(download({ url, path: at("file.bin") }))
      expect(yield* modeOf(part)).not.toBe(0o600)
      server.faults.set(Fault.none)
      server.clear()
      yield* write("file.bin", "for me only")
      yield* fs.chmod(at("file.bin"), 0o600)
      const seen: Array<number> = []
      const onProgress = () => Effect.map(modeOf(part), (mode) => void seen.push(mode))
      yield* download({ url, path: at("file.bin"), overwrite: true }, { onProgress })
      expect(ranges(server.requests())[0]).toMatch(/^bytes=\d+-$/)
      expect(seen[0]).toBe(0o600)
      expect(yield* modeOf("file.bin")).toBe(0o600)
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

/** Node's files, on a file system that lacks something. */
const without = (missing: "chmod" | "link") =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => {
      const refused = PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: missing })
      return { ...fs, [missing]: () => Effect.fail(refused) }
    })
  )

const on = (missing: "chmod" | "link", input: { readonly path: string; readonly overwrite?: boolean }) =>
  HttpService.use(({ download }) => download({ url: "http://files.example/file.bin", ...input })).pipe(
    Effect.provide(
      HttpService.layerNoDeps().pipe(Layer.provide([policies, Layer.provideMerge(without(missing), files)]))
    ),
    Effect.provideService(
      HttpClient.HttpClient,
      EmulatorClient.make(FileEmulator.make({ "/file.bin": { content } })).client
    )
  )

describe("a file system", () => {
  it.live("that knows nothing of modes takes files all the same", () =>
    Effect.gen(function* () {
      const { at, names, read, write } = yield* folder
      yield* write("file.bin", "old")
      yield* on("chmod", { path: at("file.bin"), overwrite: true })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("that has no links takes files all the same", () =>
    Effect.gen(function* () {
      const { at, names, read } = yield* folder
      yield* on("link", { path: at("file.bin") })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(files))
  )
})

/** Breaks off after ten bytes, and says then that this was all of it. */
const wholeAtSecondSight = Effect.map(
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer(({ headers }, response) => {
        if (headers.range !== undefined) return response.writeHead(416, { "content-range": "bytes */10" }).end()
        response.writeHead(200, { etag: '"1"' })
        return response.write("0123456789", () => setImmediate(() => response.destroy()))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ),
  (server) => {
    const address = server.address()
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`
  }
)

it.live("a part of an earlier call is measured by the limit of this one", () =>
  Effect.gen(function* () {
    const url = yield* wholeAtSecondSight
    const { at, names } = yield* folder
    const { download } = yield* HttpService
    const once = Effect.provide(
      HttpService.use(({ download }) => download({ url, path: at("file") })),
      live({ policies: { retry: false, rateLimit: false } })
    )
    yield* Effect.flip(once)
    expect(yield* names).toEqual(["file.skippy-part", "file.skippy-part.json"])
    const error = yield* Effect.flip(download({ url, path: at("file"), maxBytes: 9 }))
    expect(error).toMatchObject({ _tag: "DownloadError", reason: "tooLarge" })
    expect(yield* names).toEqual([])
  }).pipe(Effect.scoped, Effect.provide(world))
)

it.live.each([0, "0 seconds", -1] as const)(
  "an idle timeout of %s is refused, before anything is sent",
  (idleTimeout) =>
    Effect.gen(function* () {
      const { at, download, names, server, url } = yield* start()
      const error = yield* Effect.flip(download({ url, path: at("file.bin") }, { idleTimeout }))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "idleTimeout", category: "invalid" })
      expect(server.counts().connections).toBe(0)
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
)

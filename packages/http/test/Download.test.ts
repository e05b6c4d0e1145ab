import { it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Deferred, Effect, Fiber, FileSystem, Layer, PlatformError, Ref } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { describe, expect } from "vitest"
import { HttpService } from "../src/HttpService.ts"
import type { Progress } from "../src/service/Download.ts"
import * as EmulatorClient from "../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../src/testing/EmulatorServerNode.ts"
import * as Fault from "../src/testing/Fault.ts"
import * as FileEmulator from "../src/testing/FileEmulator.ts"
import { files, folder, live, noise, policies, quick, ranges, site } from "./httpServiceSupport.ts"

const content = noise(100_000)
const part = "file.bin.skippy-part"
const sidecar = `${part}.json`

const world = Layer.merge(live(), files)

const start = (file: Partial<FileEmulator.File> = {}, faults: Fault.FaultPlan = Fault.none) =>
  Effect.gen(function* () {
    const emulator = FileEmulator.make({ "/file.bin": { content, contentType: "image/x-noise", ...file } })
    const server = yield* EmulatorServer.start(emulator, { faults })
    const { at, names, read, text, write } = yield* folder
    const http = yield* HttpService
    const url = `${server.url}/file.bin`
    const path = at("file.bin")
    return { at, download: http.download, emulator, http, names, path, read, server, text, url, write }
  })

/** Interrupts a download when a quarter of it is on disk. */
const interruptInTheMiddle = ({ download, path, server, url }: Effect.Success<ReturnType<typeof start>>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    server.faults.set(Fault.always(Fault.hangInBody(0.25)))
    const fiber = yield* Effect.forkChild(download({ url, path }))
    yield* server.until(({ decided }) => decided === 1)
    const onDisk = Effect.map(Effect.option(fs.stat(`${path}.skippy-part`)), (info) =>
      info._tag === "Some" ? Number(info.value.size) : 0
    )
    yield* Effect.repeat(Effect.andThen(Effect.sleep(1), onDisk), { until: (bytes) => bytes === 25_000 })
    yield* Fiber.interrupt(fiber)
    server.faults.set(Fault.none)
    server.clear()
  })

describe("a download", () => {
  it.live("brings a file to the disk, whole, and tells how far it is", () =>
    Effect.gen(function* () {
      const { download, names, path, read, url } = yield* start()
      const told: Array<Progress> = []
      const file = yield* download({ url, path }, { onProgress: (progress) => Effect.sync(() => told.push(progress)) })
      expect(file).toEqual({
        path,
        bytes: 100_000,
        resumedFrom: 0,
        contentType: "image/x-noise",
        etag: '"version-1"',
        url,
        redirects: 0
      })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
      expect(told.at(0)).toEqual({ bytes: 0, total: 100_000 })
      expect(told.at(-1)).toEqual({ bytes: 100_000, total: 100_000 })
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("asks for bytes as they are, and takes none that are not", () =>
    Effect.gen(function* () {
      const { download, path, server, url } = yield* start()
      yield* download({ url, path, headers: { accept: "image/*" } })
      expect(server.requests()[0]?.headers).toMatchObject({ "accept-encoding": "identity", accept: "image/*" })
      expect(server.requests()[0]?.headers).not.toHaveProperty("range")
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("takes an empty file, and one whose length nobody says", () =>
    Effect.gen(function* () {
      const { at, download, read, url } = yield* start({ content: "" })
      expect(yield* download({ url, path: at("empty") })).toMatchObject({ bytes: 0 })
      expect(yield* read("empty")).toHaveLength(0)
      const chunked = yield* raw((response) => void response.end("one, two"))
      expect(yield* download({ url: chunked, path: at("chunked") })).toMatchObject({ bytes: 8 })
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("follows redirects, each time it asks", () =>
    Effect.gen(function* () {
      const { download, path, read, server, url } = yield* start({}, Fault.once(Fault.truncate()))
      const front = yield* EmulatorServer.start(site(() => ({ status: 302, headers: { location: `${url}?sig=a%2B` } })))
      const file = yield* download({ url: `${front.url}/get`, path, headers: { authorization: "Bearer s3cret" } })
      expect(file).toMatchObject({ url: `${url}?sig=a%2B`, redirects: 1, bytes: 100_000 })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(server.requests().map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined])
      expect(ranges(server.requests())).toEqual([undefined, "bytes=50000-"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live.each([
    [404, "notFound"],
    [403, "auth"],
    [304, "invalid"]
  ] as const)("of something that answers %i fails with its status and leaves nothing", ([status, category]) =>
    Effect.gen(function* () {
      const { download, names, path, server, url } = yield* start({}, Fault.always(Fault.status(status)))
      const error = yield* Effect.flip(download({ url: `${url}?token=s3cret`, path }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "status", status, category })
      expect(error.message).toMatch(`GET ${url} answered ${status} [req_`)
      expect(server.requests()).toHaveLength(1)
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

/** A server by hand, for answers no emulator gives. */
const raw = (answer: (response: ServerResponse, request: IncomingMessage) => void) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer((request, response) => answer(response, request))
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

describe("an attempt that breaks off", () => {
  it.live("is followed by one that asks for the rest", () =>
    Effect.gen(function* () {
      const plan = Fault.sequence([Fault.truncate(0.3), Fault.truncate(0.5)])
      const { download, names, path, read, server, url } = yield* start({}, plan)
      expect(yield* download({ url, path })).toMatchObject({ bytes: 100_000, resumedFrom: 0 })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(ranges(server.requests())).toEqual([undefined, "bytes=30000-", "bytes=65000-"])
      expect(server.requests().map(({ headers }) => headers["if-range"])).toEqual([
        undefined,
        '"version-1"',
        '"version-1"'
      ])
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("is an attempt like any other: after the third the call fails, and the next goes on", () =>
    Effect.gen(function* () {
      const { download, names, path, read, server, url } = yield* start({}, Fault.always(Fault.truncate(0.5)))
      const error = yield* Effect.flip(download({ url, path }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "body", category: "transient" })
      expect(yield* names).toEqual([part, sidecar])
      server.faults.set(Fault.none)
      server.clear()
      expect(yield* download({ url, path })).toMatchObject({ bytes: 100_000, resumedFrom: 87_500 })
      expect(ranges(server.requests())).toEqual(["bytes=87500-"])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("before a byte came is repeated, and leaves nothing", () =>
    Effect.gen(function* () {
      const plan = Fault.sequence([Fault.reset, Fault.status(503), Fault.reset])
      const { download, names, path, server, url } = yield* start({}, plan)
      const error = yield* Effect.flip(download({ url, path }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "connection" })
      expect(server.requests()).toHaveLength(3)
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("begins anew when the file has changed", () =>
    Effect.gen(function* () {
      const other = noise(80_000).toReversed()
      const { download, emulator, path, read, server, url } = yield* start()
      server.faults.set((_, count) => {
        if (count === 0) return Fault.truncate()
        emulator.put("/file.bin", { content: other, etag: '"other"' })
        return undefined
      })
      expect(yield* download({ url, path })).toMatchObject({ bytes: 80_000, etag: '"other"', resumedFrom: 0 })
      expect(yield* read("file.bin")).toEqual(Buffer.from(other))
      expect(server.requests().map(({ status }) => status)).toEqual([200, 200])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("begins anew when the server sends a part of another file", () =>
    Effect.gen(function* () {
      const other = noise(120_000).toReversed()
      const { download, emulator, path, read, server, url } = yield* start({ ifRange: false })
      server.faults.set((_, count) => {
        if (count === 0) return Fault.truncate()
        if (count === 1) emulator.put("/file.bin", { content: other, ifRange: false })
        return undefined
      })
      expect(yield* download({ url, path })).toMatchObject({ bytes: 120_000 })
      expect(yield* read("file.bin")).toEqual(Buffer.from(other))
      expect(server.requests().map(({ status }) => status)).toEqual([200, 206, 200])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("begins anew when the file has become shorter than what is there", () =>
    Effect.gen(function* () {
      const { download, emulator, path, read, server, url } = yield* start({ ifRange: false })
      server.faults.set((_, count) => {
        if (count === 0) return Fault.truncate()
        if (count === 1) emulator.put("/file.bin", { content: "short", ifRange: false })
        return undefined
      })
      expect(yield* download({ url, path })).toMatchObject({ bytes: 5 })
      expect(Buffer.from(yield* read("file.bin")).toString()).toBe("short")
      expect(server.requests().map(({ status }) => status)).toEqual([200, 416, 200])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live.each([
    ["has only a weak etag", { etag: 'W/"1"' }],
    ["has no etag and no date", { etag: false }],
    ["serves no ranges", { ranges: false }],
    ["was changed this very second", { etag: false, lastModified: Date.now() + 3_600_000 }]
  ] as const)("begins anew when the server %s", ([, file]) =>
    Effect.gen(function* () {
      const { download, names, path, read, server, url } = yield* start(file, Fault.once(Fault.truncate()))
      yield* download({ url, path })
      expect(ranges(server.requests())).toEqual([undefined, undefined])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      server.faults.set(Fault.always(Fault.truncate()))
      yield* Effect.flip(download({ url, path, overwrite: true }))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("goes on by date where there is no etag", () =>
    Effect.gen(function* () {
      const lastModified = Date.UTC(2025, 0, 2)
      const file = { etag: false, lastModified } as const
      const { download, path, read, server, url } = yield* start(file, Fault.once(Fault.truncate()))
      yield* download({ url, path })
      expect(server.requests()[1]?.headers).toMatchObject({
        range: "bytes=50000-",
        "if-range": "Thu, 02 Jan 2025 00:00:00 GMT"
      })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("gives up on a file that changes all the time", () =>
    Effect.gen(function* () {
      const { download, emulator, names, path, server, url } = yield* start({ ifRange: false })
      server.faults.set((request) => {
        emulator.put("/file.bin", { content, ifRange: false })
        return request.headers["range"] === undefined ? Fault.truncate() : undefined
      })
      const error = yield* Effect.flip(download({ url, path }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "changed", category: "conflict" })
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("what does not fit", () => {
  /** Answers the first request with half a file, and ranges as it is told. */
  const lying = (answer: Readonly<Record<string, string>>, body: string) =>
    site(({ headers }) =>
      headers["range"] === undefined
        ? { status: 200, headers: { etag: '"1"' }, body: "0123456789" }
        : { status: 206, headers: answer, body }
    )

  it.live.each([
    ["the range is not the one that was asked for", { "content-range": "bytes 0-9/10" }, "0123456789"],
    ["there is no range", {}, "56789"],
    ["the range is broken", { "content-range": "bytes 5-/10" }, "56789"],
    ["the range ends before it begins", { "content-range": "bytes 5-3/10" }, "56789"],
    ["the range is longer than the file", { "content-range": "bytes 5-10/10" }, "56789!"],
    ["the total is another one", { "content-range": "bytes 5-9/11" }, "56789"],
    ["the body is longer than the range", { "content-range": "bytes 5-9/10" }, "56789!"],
    ["the etag is another one", { "content-range": "bytes 5-9/10", etag: '"2"' }, "56789"],
    ["the part is compressed", { "content-range": "bytes 5-9/10", "content-encoding": "gzip" }, "56789"]
  ] as const)("is not used: %s", ([, headers, body]) =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(lying(headers, body), { faults: Fault.once(Fault.truncate()) })
      const { at, text } = yield* folder
      const { download } = yield* HttpService
      expect(yield* download({ url: server.url, path: at("file") })).toMatchObject({ bytes: 10 })
      expect(yield* text("file")).toBe("0123456789")
      expect(ranges(server.requests())).toEqual([undefined, "bytes=5-", undefined])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a server may send less than was asked for: the rest is asked for next", () =>
    Effect.gen(function* () {
      const slices = site(({ headers }) => {
        const from = Number(/bytes=(\d+)-/.exec(headers["range"] ?? "")?.[1] ?? Number.NaN)
        return Number.isNaN(from)
          ? { status: 200, headers: { etag: '"1"' }, body: "0123456789" }
          : {
              status: 206,
              headers: { "content-range": `bytes ${from}-${Math.min(9, from + 1)}/10` },
              body: "0123456789".slice(from, from + 2)
            }
      })
      const server = yield* EmulatorServer.start(slices, { faults: Fault.once(Fault.truncate()) })
      const { at, text } = yield* folder
      yield* (yield* HttpService).download({ url: server.url, path: at("file") })
      expect(yield* text("file")).toBe("0123456789")
      expect(ranges(server.requests())).toEqual([undefined, "bytes=5-", "bytes=7-", "bytes=9-"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a part nobody asked for is no file", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(
        site(() => ({ status: 206, headers: { "content-range": "bytes 0-1/10" }, body: "01" }))
      )
      const { at, names } = yield* folder
      const error = yield* Effect.flip((yield* HttpService).download({ url: server.url, path: at("file") }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "status", status: 206 })
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a body that is shorter than it says is no file", () =>
    Effect.gen(function* () {
      const url = yield* raw((response) => {
        response.writeHead(200, { "content-length": "10" })
        response.write("01234", () => response.destroy())
      })
      const { at, names } = yield* folder
      const error = yield* Effect.flip((yield* HttpService).download({ url, path: at("file") }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "body" })
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("whatever the client", () => {
  /** The service over a client and a file system of the test's own. */
  const over = (client: HttpClient.HttpClient, fs: Layer.Layer<FileSystem.FileSystem> = NodeFileSystem.layer) =>
    HttpService.layerNoDeps().pipe(
      Layer.provide([policies, Layer.succeed(HttpClient.HttpClient, client), fs, NodePath.layer])
    )

  it.live("a body that ends too early has not arrived", () =>
    Effect.gen(function* () {
      const client = HttpClient.make((request) =>
        Effect.succeed(
          HttpClientResponse.fromWeb(request, new Response("01234", { headers: { "content-length": "10" } }))
        )
      )
      const { at, names } = yield* folder
      const error = yield* HttpService.use(({ download }) => download({ url, path: at("file") })).pipe(
        Effect.provide(over(client)),
        Effect.flip
      )
      expect(error).toMatchObject({ _tag: "HttpError", reason: "body", category: "transient" })
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("a file is not closed while the system writes to it", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const writing = yield* Deferred.make<void>()
      const slow = Layer.effect(
        FileSystem.FileSystem,
        Effect.map(FileSystem.FileSystem, (fs) => ({
          ...fs,
          open: (path: string, options?: Parameters<typeof fs.open>[1]) =>
            fs.open(path, options).pipe(
              Effect.tap(() => Effect.addFinalizer(() => Effect.sync(() => events.push("closed")))),
              Effect.map(
                (file): FileSystem.File =>
                  new Proxy(file, {
                    get: (target, key) => (key === "writeAll" ? slowly(target) : Reflect.get(target, key))
                  })
              )
            )
        }))
      ).pipe(Layer.provide(NodeFileSystem.layer))
      const slowly = (file: FileSystem.File) => (bytes: Uint8Array) =>
        Effect.sync(() => events.push("writes")).pipe(
          Effect.andThen(Deferred.succeed(writing, undefined)),
          Effect.andThen(Effect.sleep(20)),
          Effect.andThen(file.writeAll(bytes)),
          Effect.andThen(Effect.sync(() => events.push("has written")))
        )
      const kit = EmulatorClient.make(FileEmulator.make({ "/file": { content } }))
      const { at, names } = yield* folder
      const fiber = yield* HttpService.use(({ download }) => download({ url, path: at("file") })).pipe(
        Effect.provide(over(kit.client, slow)),
        Effect.forkChild
      )
      yield* Deferred.await(writing)
      yield* Fiber.interrupt(fiber)
      expect(events).toEqual(["writes", "has written", "closed"])
      expect(yield* names).toEqual(["file.skippy-part", "file.skippy-part.json"])
    }).pipe(Effect.scoped, Effect.provide(files))
  )

  it.live("a hedge does not write to the file at the same time", () =>
    Effect.gen(function* () {
      let asked = 0
      const url = yield* raw((response) => {
        asked++
        let left = 8
        const tick = () => (left-- === 0 ? response.end() : void response.write("x", () => setTimeout(tick, 25)))
        tick()
      })
      const { at } = yield* folder
      const { download } = yield* HttpService
      expect(yield* download({ url, path: at("file") })).toMatchObject({ bytes: 8 })
      expect(asked).toBe(1)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.merge(live({ policies: { ...quick, hedge: { after: "40 millis" } } }), files))
    )
  )

  const url = "http://files.example/file"
})

describe("interrupting a download", () => {
  it.live("leaves a part that the next call goes on with, and a note that says nothing of the address", () =>
    Effect.gen(function* () {
      const started = yield* start()
      const { download, names, path, read, server, text, url } = started
      const withSecret = { ...started, url: `${url}?sig=s3cret` }
      yield* interruptInTheMiddle(withSecret)
      yield* server.until(({ openConnections }) => openConnections === 0)
      expect(yield* names).toEqual([part, sidecar])
      expect(yield* read(part)).toEqual(Buffer.from(content.subarray(0, 25_000)))
      expect(yield* text(sidecar)).not.toContain("s3cret")
      expect((yield* (yield* FileSystem.FileSystem).stat(`${path}.skippy-part.json`)).mode & 0o777).toBe(0o600)

      const told: Array<Progress> = []
      const file = yield* download(
        { url: withSecret.url, path },
        { onProgress: (progress) => Effect.sync(() => told.push(progress)) }
      )
      expect(file).toMatchObject({ bytes: 100_000, resumedFrom: 25_000 })
      expect(told[0]).toEqual({ bytes: 25_000, total: 100_000 })
      expect(ranges(server.requests())).toEqual(["bytes=25000-"])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("leaves nothing when nothing can be gone on with, or nobody wants to", () =>
    Effect.gen(function* () {
      const started = yield* start({ etag: false })
      yield* interruptInTheMiddle(started)
      expect(yield* started.names).toEqual([])
      const { download } = started
      yield* interruptInTheMiddle({ ...started, download: (input) => download({ ...input, resume: false }) })
      expect(yield* started.names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  const left = Effect.tap(start(), interruptInTheMiddle)

  it.live("a part of another address is not gone on with", () =>
    Effect.gen(function* () {
      const { download, emulator, path, read, server, url } = yield* left
      emulator.put("/other.bin", { content: "other", etag: '"version-1"' })
      yield* download({ url: url.replace("file", "other"), path })
      expect(ranges(server.requests())).toEqual([undefined])
      expect(Buffer.from(yield* read("file.bin")).toString()).toBe("other")
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a part is not gone on with when nobody wants to", () =>
    Effect.gen(function* () {
      const { download, path, read, server, url } = yield* left
      yield* download({ url, path, resume: false })
      expect(ranges(server.requests())).toEqual([undefined])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live.each([
    ["was torn", '{"version":1,"sour'],
    ["is of another version", '{"version":2,"source":"x","validator":"y"}'],
    ["is empty", ""]
  ] as const)("a note that %s is worth nothing", ([, note]) =>
    Effect.gen(function* () {
      const { download, path, read, server, url, write } = yield* left
      yield* write(sidecar, note)
      yield* download({ url, path })
      expect(ranges(server.requests())).toEqual([undefined])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a file that was put in place of the part is not written to", () =>
    Effect.gen(function* () {
      const { at, download, path, read, text, url, write } = yield* left
      const fs = yield* FileSystem.FileSystem
      yield* write("precious", "precious")
      for (const put of [fs.symlink, fs.link]) {
        yield* fs.remove(at(part), { force: true })
        yield* put(at("precious"), at(part))
        yield* download({ url, path, overwrite: true })
        expect(yield* text("precious")).toBe("precious")
        expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      }
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a part is whole when nothing is left of what has no length", () =>
    Effect.gen(function* () {
      const asked: Array<string | undefined> = []
      const url = yield* raw((response, { headers }) => {
        asked.push(headers.range)
        if (headers.range === undefined) {
          response.writeHead(200, { etag: '"1"' })
          response.write("0123456789", () => setImmediate(() => response.destroy()))
        } else response.writeHead(416, { "content-range": "bytes */10" }).end()
      })
      const { at, names, text } = yield* folder
      const { download } = yield* HttpService
      expect(yield* download({ url, path: at("file") })).toMatchObject({ bytes: 10, resumedFrom: 0 })
      expect(asked).toEqual([undefined, "bytes=10-"])
      expect(yield* text("file")).toBe("0123456789")
      expect(yield* names).toEqual(["file"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("a part that is whole is asked for its last byte, and is the file when that is unchanged", () =>
    Effect.gen(function* () {
      const { at, download, path, read, server, url } = yield* left
      yield* (yield* FileSystem.FileSystem).writeFile(at(part), content)
      expect(yield* download({ url, path })).toMatchObject({ bytes: 100_000, resumedFrom: 100_000 })
      expect(ranges(server.requests())).toEqual(["bytes=99999-"])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a path", () => {
  it.live("where no file can be put is refused before anything is sent", () =>
    Effect.gen(function* () {
      const { at, download, server, url, write } = yield* start()
      yield* write("plain", "")
      yield* (yield* FileSystem.FileSystem).makeDirectory(at("folder"))
      const cases = [
        ["", "give the path of a file"],
        [at("folder/"), "give the path of a file, this is one of a directory"],
        [at("folder"), "there is a directory of that name"],
        [at("missing/file"), "its directory does not exist; make it first"],
        [at("plain/file"), "what should be its directory is a file"],
        ["a\0b", "give the path of a file"],
        ["/dev/null", "what is there is not a file"]
      ] as const
      for (const [path, says] of cases) {
        const error = yield* Effect.flip(download({ url, path, overwrite: true }))
        expect(error).toMatchObject({ _tag: "InvalidInputError", field: "path", category: "invalid" })
        expect(error.message).toContain(says)
      }
      expect(server.counts().connections).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("where a file is keeps it, unless it is to be overwritten", () =>
    Effect.gen(function* () {
      const { download, names, path, read, server, text, url, write } = yield* start()
      yield* write("file.bin", "mine")
      const error = yield* Effect.flip(download({ url, path }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "exists", category: "conflict", path })
      expect(error.message).toBe(`${path} exists already; give another path, or overwrite: true`)
      expect(server.counts().connections).toBe(0)
      expect(yield* text("file.bin")).toBe("mine")

      server.faults.set(Fault.always(Fault.truncate()))
      yield* Effect.flip(download({ url, path, overwrite: true, resume: false }))
      expect(yield* text("file.bin")).toBe("mine")
      server.faults.set(Fault.none)
      yield* download({ url, path, overwrite: true })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("where a file was put meanwhile keeps that", () =>
    Effect.gen(function* () {
      const { download, names, path, text, url, write } = yield* start()
      const onProgress = () => Effect.orDie(write("file.bin", "mine"))
      const error = yield* Effect.flip(download({ url, path }, { onProgress }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "exists" })
      expect(yield* text("file.bin")).toBe("mine")
      expect(yield* names).toEqual(["file.bin"])
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("is for one download at a time, however it is spelled", () =>
    Effect.gen(function* () {
      const { at, download, path, read, server, url } = yield* start({}, Fault.once(Fault.hang))
      yield* (yield* FileSystem.FileSystem).symlink(at("."), at("alias"))
      const first = yield* Effect.forkChild(download({ url, path }))
      yield* server.until(({ decided }) => decided === 1)
      const error = yield* Effect.flip(download({ url, path: at("alias/../alias/file.bin") }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "busy", category: "conflict" })
      yield* download({ url, path: at("other.bin") })
      yield* Fiber.interrupt(first)
      yield* download({ url, path })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("where another program downloads to as well does not become a mixture", () =>
    Effect.gen(function* () {
      const { at, download, names, path, text, url } = yield* start()
      const fs = yield* FileSystem.FileSystem
      const onProgress = () =>
        Effect.orDie(Effect.andThen(fs.remove(at(part)), fs.writeFileString(at(part), "of somebody else")))
      const error = yield* Effect.flip(download({ url, path }, { onProgress }))
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "busy" })
      expect(yield* names).toContain(part)
      expect(yield* names).not.toContain("file.bin")
      expect(yield* text(part)).toBe("of somebody else")
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a download that stops flowing", () => {
  it.live("has failed after a while, and is gone on with", () =>
    Effect.gen(function* () {
      const plan = Fault.sequence([Fault.hang, Fault.hangInBody(0.25)])
      const { download, path, read, server, url } = yield* start({}, plan)
      yield* download({ url, path }, { idleTimeout: "50 millis" })
      expect(ranges(server.requests())).toEqual([undefined, undefined, "bytes=25000-"])
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))

      server.faults.set(Fault.always(Fault.hang))
      const error = yield* Effect.flip(download({ url, path, overwrite: true }, { idleTimeout: "50 millis" }))
      expect(error).toMatchObject({ _tag: "HttpError", reason: "connection", code: "ETIMEDOUT", category: "transient" })
      server.faults.set(Fault.always(Fault.hangInBody(0)))
      const inBody = yield* Effect.flip(download({ url, path, overwrite: true }, { idleTimeout: "50 millis" }))
      expect(inBody).toMatchObject({ _tag: "HttpError", reason: "body", code: "ETIMEDOUT" })
      yield* server.until(({ inFlight }) => inFlight === 0)
    }).pipe(Effect.scoped, Effect.provide(world))
  )

  it.live("is another thing than one that flows slowly", () =>
    Effect.gen(function* () {
      const url = yield* raw((response) => {
        let left = 12
        const tick = () => (left-- === 0 ? response.end() : void response.write("x", () => setTimeout(tick, 25)))
        tick()
      })
      const { at } = yield* folder
      const file = yield* (yield* HttpService).download({ url, path: at("slow") }, { idleTimeout: "200 millis" })
      expect(file.bytes).toBe(12)
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a limit", () => {
  it.live("is kept, whether the server says the length or not", () =>
    Effect.gen(function* () {
      const { at, download, names, url } = yield* start()
      const chunked = yield* raw((response) => {
        response.write("x".repeat(60_000))
        response.end("x".repeat(60_000))
      })
      for (const address of [url, chunked]) {
        const error = yield* Effect.flip(download({ url: address, path: at("file"), maxBytes: 99_999 }))
        expect(error).toMatchObject({ _tag: "DownloadError", reason: "tooLarge", category: "fatal" })
        expect(yield* names).toEqual([])
      }
      expect(yield* download({ url, path: at("file"), maxBytes: 100_000 })).toMatchObject({ bytes: 100_000 })
    }).pipe(Effect.scoped, Effect.provide(world))
  )
})

describe("a disk", () => {
  const full = PlatformError.systemError({
    _tag: "Unknown",
    module: "FileSystem",
    method: "writeAll",
    cause: Object.assign(new Error("no space left on device"), { code: "ENOSPC" })
  })

  /** Node's files, of which a few bytes can be written. */
  const small = (room: Ref.Ref<number>) => {
    const writing = (file: FileSystem.File) => (bytes: Uint8Array) =>
      Effect.flatMap(
        Ref.modify(room, (left) => [left, left - bytes.length]),
        (left) =>
          left >= bytes.length
            ? file.writeAll(bytes)
            : Effect.andThen(file.writeAll(bytes.subarray(0, Math.max(0, left))), Effect.fail(full))
      )
    const limited = (file: FileSystem.File): FileSystem.File =>
      new Proxy(file, {
        get: (target, key) => (key === "writeAll" ? writing(target) : Reflect.get(target, key))
      })
    return Layer.effect(
      FileSystem.FileSystem,
      Effect.map(FileSystem.FileSystem, (fs) => ({
        ...fs,
        open: (path: string, options?: Parameters<typeof fs.open>[1]) => Effect.map(fs.open(path, options), limited)
      }))
    )
  }

  it.live("that is full ends the download at once; there is no half file, and the next call goes on", () =>
    Effect.gen(function* () {
      const room = yield* Ref.make(40_000)
      const service = HttpService.layerNoDeps().pipe(Layer.provide([policies, Layer.provideMerge(small(room), files)]))
      const emulator = EmulatorClient.make(FileEmulator.make({ "/file.bin": { content } }))
      const { at, names, read } = yield* folder
      const input = { url: "http://files.example/file.bin", path: at("file.bin") }
      const call = HttpService.use(({ download }) => download(input)).pipe(
        Effect.provide(service),
        Effect.provideService(HttpClient.HttpClient, emulator.client)
      )
      const error = yield* Effect.flip(call)
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "disk", category: "fatal", code: "ENOSPC" })
      expect(error.message).toBe(`${input.path} cannot be written (ENOSPC)`)
      expect(emulator.requests()).toHaveLength(1)
      expect(yield* names).toEqual([part, sidecar])

      yield* Ref.set(room, 1_000_000)
      expect(yield* call).toMatchObject({ bytes: 100_000, resumedFrom: 40_000 })
      expect(yield* read("file.bin")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(files))
  )
})

/** A download that is compared with a checksum. */
import { createHash } from "node:crypto"
import { it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, FileSystem, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import * as fc from "fast-check"
import { describe, expect } from "vitest"
import * as Checksums from "../src/Checksums.ts"
import * as ResilientHttpClient from "../src/client/ResilientHttpClient.ts"
import * as Download from "../src/service/Download.ts"
import * as EmulatorClient from "../src/testing/EmulatorClient.ts"
import * as Fault from "../src/testing/Fault.ts"
import * as FileEmulator from "../src/testing/FileEmulator.ts"
import { files, folder, noise, ranges } from "./httpServiceSupport.ts"

const content = noise(600_000)
const url = "http://files.example/file"

const hexOf = (algorithm: Checksums.Algorithm, bytes: Uint8Array = content): string =>
  createHash(algorithm).update(bytes).digest("hex")

/** Attempts that break off are not repeated by the policies unless a test says so: each call is one request. */
const policies = (maxAttempts: number) =>
  Resilience.layer({
    services: {
      http: { circuitBreaker: false, rateLimit: false, budget: false, retry: { maxAttempts, baseDelay: 0 } }
    }
  })

/** A server with a file, a folder, and a download of it that is compared with a checksum. */
const start = ({
  algorithm = "md5",
  faults = Fault.none,
  hex = hexOf(algorithm)
}: {
  readonly algorithm?: Checksums.Algorithm
  readonly faults?: Fault.FaultPlan
  readonly hex?: string
} = {}) =>
  Effect.gen(function* () {
    const emulator = FileEmulator.make({ "/file": { content } })
    const server = EmulatorClient.make(emulator, { faults })
    const { at, names, read } = yield* folder
    const checksums = yield* Checksums.Checksums
    const client = yield* ResilientHttpClient.make().pipe(Effect.provideService(HttpClient.HttpClient, server.client))
    const sendOf = yield* Download.through(client, { operation: "fetch" })
    const download = Download.run({
      operation: "fetch",
      send: sendOf(HttpClientRequest.get(url)),
      source: url,
      path: at("file"),
      verify: { hasher: () => checksums.make(algorithm), hex }
    })
    return { at, download, emulator, names, read, server }
  })

const world = (maxAttempts = 1) => Layer.mergeAll(policies(maxAttempts), files, Layer.orDie(Checksums.layer))

describe("a download with a checksum", () => {
  it.effect.each(["md5", "sha256"] as const)("is put in its place when its %s is right", (algorithm) =>
    Effect.gen(function* () {
      const { download, names, read, server } = yield* start({ algorithm, hex: hexOf(algorithm).toUpperCase() })
      expect(yield* download).toMatchObject({ bytes: content.length, resumedFrom: 0 })
      expect(yield* names).toEqual(["file"])
      expect(yield* read("file")).toEqual(Buffer.from(content))
      expect(server.requests()).toHaveLength(1)
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("is begun anew when it is wrong, and given up when it is wrong again and again", () =>
    Effect.gen(function* () {
      const { download, names, server } = yield* start({ hex: hexOf("md5", noise(10)) })
      const error = yield* Effect.flip(download)
      expect(error).toMatchObject({ _tag: "DownloadError", reason: "checksum", category: "fatal", retryable: false })
      expect(error.message).toContain("another checksum than was given")
      expect(ranges(server.requests())).toEqual([undefined, undefined, undefined, undefined])
      expect(yield* names).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("is right in the end when only the first one was damaged on its way", () =>
    Effect.gen(function* () {
      const { download, emulator, read, server } = yield* start()
      const damaged = content.slice()
      damaged[1000]! ^= 1
      emulator.put("/file", { content: damaged })
      server.faults.set((_, count) => {
        if (count === 1) emulator.put("/file", { content })
        return undefined
      })
      yield* download
      expect(yield* read("file")).toEqual(Buffer.from(content))
      expect(server.requests()).toHaveLength(2)
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("counts what an earlier call has left, read from the disk", () =>
    Effect.gen(function* () {
      const { download, names, read, server } = yield* start({ faults: Fault.once(Fault.truncate(0.75)) })
      yield* Effect.flip(download)
      expect(yield* names).toEqual(["file.skippy-part", "file.skippy-part.json"])
      expect(yield* download).toMatchObject({ bytes: content.length, resumedFrom: 450_000 })
      expect(ranges(server.requests())).toEqual([undefined, "bytes=450000-"])
      expect(yield* read("file")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("finds out that what an earlier call has left was changed on the disk", () =>
    Effect.gen(function* () {
      const { at, download, names, read, server } = yield* start({ faults: Fault.once(Fault.truncate(0.75)) })
      yield* Effect.flip(download)
      const fs = yield* FileSystem.FileSystem
      const part = yield* read("file.skippy-part")
      part[123] = part[123]! ^ 255
      yield* fs.writeFile(at("file.skippy-part"), part)
      expect(yield* download).toMatchObject({ bytes: content.length, resumedFrom: 0 })
      expect(ranges(server.requests())).toEqual([undefined, "bytes=450000-", undefined])
      expect(yield* names).toEqual(["file"])
      expect(yield* read("file")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("compares one of which all was there already", () =>
    Effect.gen(function* () {
      const { download, emulator, read, server } = yield* start({ faults: Fault.once(Fault.truncate(0.999_999)) })
      emulator.put("/file", { content, etag: '"1"' })
      yield* Effect.flip(download)
      yield* download
      expect(ranges(server.requests())).toEqual([undefined, `bytes=${content.length - 1}-`])
      expect(yield* read("file")).toEqual(Buffer.from(content))
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  const cut = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map(Fault.truncate) },
    { weight: 1, arbitrary: fc.constantFrom(Fault.reset, Fault.lostAnswer, Fault.status(503)) }
  )

  it("is right wherever it is cut, within a call and between calls", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cut, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom("md5" as const, "sha256" as const),
        async (cuts, maxAttempts, algorithm) => {
          const program = Effect.gen(function* () {
            const { download, names, read } = yield* start({ algorithm, faults: Fault.sequence(cuts) })
            const toTheEnd: Effect.Effect<unknown, unknown, Effect.Services<typeof download>> = Effect.catchTag(
              download,
              "HttpError",
              () => toTheEnd
            )
            yield* toTheEnd
            expect(Buffer.compare(yield* read("file"), content)).toBe(0)
            expect(yield* names).toEqual(["file"])
          })
          await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(world(maxAttempts))))
        }
      ),
      { numRuns: 60 }
    )
  })
})

describe("the requests of a download", () => {
  it.effect("may go to another address each time", () =>
    Effect.gen(function* () {
      const { at, names, read, server } = yield* start({ faults: Fault.once(Fault.truncate()) })
      const client = yield* ResilientHttpClient.make().pipe(Effect.provideService(HttpClient.HttpClient, server.client))
      const sendOf = yield* Download.through(client, { operation: "fetch", weight: 3 })
      let signed = 0
      const send: Download.Send<Effect.Error<ReturnType<ReturnType<typeof sendOf>>>> = (attempt) =>
        Effect.suspend(() => sendOf(HttpClientRequest.get(`${url}?signature=${++signed}`))(attempt))
      const run = Download.run({ operation: "fetch", send, source: url, path: at("file") })
      yield* Effect.flip(run)
      expect(yield* run).toMatchObject({ resumedFrom: 300_000 })
      expect(server.requests().map(({ headers, query }) => [query["signature"], headers["range"]])).toEqual([
        ["1", undefined],
        ["2", "bytes=300000-"]
      ])
      expect(yield* read("file")).toEqual(Buffer.from(content))
      expect(yield* names).toEqual(["file"])
    }).pipe(Effect.scoped, Effect.provide(world()))
  )

  it.effect("take from the limit what they weigh", () =>
    Effect.gen(function* () {
      const { at, server } = yield* start()
      const client = yield* ResilientHttpClient.make().pipe(Effect.provideService(HttpClient.HttpClient, server.client))
      const sendOf = yield* Download.through(client, { operation: "fetch", weight: 600 })
      const run = (name: string) =>
        Download.run({ operation: "fetch", send: sendOf(HttpClientRequest.get(url)), source: url, path: at(name) })
      yield* run("a")
      expect(yield* Effect.flip(run("b"))).toMatchObject({ _tag: "RateLimitedError" })
      expect(server.requests()).toHaveLength(1)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Layer.mergeAll(
          Resilience.layer({
            services: {
              http: {
                retry: false,
                rateLimit: { limits: [{ algorithm: "fixedWindow", limit: 1000, per: "1 day" }], maxWait: 0 }
              }
            }
          }),
          files,
          Layer.orDie(Checksums.layer)
        )
      )
    )
  )
})

/** Uploads over an emulator in memory, with files on the disk. */
import { it } from "@effect/vitest"
import { type PolicyConfig, Resilience, StateStore } from "@skippy/core"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorClient, type RecordedRequest } from "@skippy/http/testing"
import { Context, Effect, FileSystem, Layer, Path, Redacted, type Scope } from "effect"
import { HttpClient } from "effect/http"
import * as StaticToken from "../../../src/auth/StaticToken.ts"
import { TokenProvider } from "../../../src/auth/TokenProvider.ts"
import * as Api from "../../../src/drive/Api.ts"
import * as Ids from "../../../src/drive/changes/Ids.ts"
import * as Places from "../../../src/drive/changes/Places.ts"
import * as Connection from "../../../src/drive/Connection.ts"
import { DriveTest, type TestOptions } from "../../../src/drive/DriveTest.ts"
import * as Items from "../../../src/drive/Items.ts"
import { policies as neverWaiting } from "../../../src/drive/TestWorld.ts"
import * as Uploads from "../../../src/drive/upload/Uploads.ts"
import * as DriveEmulator from "../../../src/testing/DriveEmulator.ts"

/** The operations of one program. */
export class Uploading extends Context.Service<Uploading, Uploads.Uploads>()("test/Uploading") {}

/** A circuit that opened would have to be waited for. */
export const unbroken: PolicyConfig.PolicyConfigInput = { ...neverWaiting, circuitBreaker: false, budget: false }

export interface Options extends TestOptions {
  readonly policies?: PolicyConfig.PolicyConfigInput
  readonly store?: Layer.Layer<StateStore>
}

/** The operations of a program that knows nothing but what is kept: each time it is another one. */
export const uploads = Effect.gen(function* () {
  const api = yield* Api.make(Connection.of({}))
  const tokens = yield* TokenProvider
  return yield* Uploads.make({ api, ids: Ids.make(api), places: Places.make(Items.make(api)), tokens })
})

type World = Uploading | DriveTest | StateStore | Files.Files | Scope.Scope | Needs
type Needs = HttpClient.HttpClient | Resilience | TokenProvider | Checksums.Checksums

const layer = ({ policies = unbroken, store = StateStore.layerMemory, ...options }: Options) => {
  const { handle, receive, ...state } = DriveEmulator.make(options)
  const { client, ...served } = EmulatorClient.make({ handle, receive }, { faults: options.faults })
  const needs = Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, client),
    StaticToken.layer(Redacted.make(options.token ?? "token-of-a-test")),
    Resilience.layer({ services: { "google-drive": policies } }),
    Files.layer,
    Checksums.layer,
    store
  )
  return Layer.effect(Uploading, uploads).pipe(
    Layer.provideMerge(needs),
    Layer.merge(Layer.succeed(DriveTest, { ...state, ...served }))
  )
}

/** A program in a world of its own. */
export const inWorld = <A, E>(options: Options, body: Effect.Effect<A, E, World>): Effect.Effect<A, unknown> =>
  Effect.scoped(Effect.provide(body, layer(options)))

export const test = (sentence: string, options: Options, body: Effect.Effect<void, unknown, World>): void => {
  it.live(sentence, () => inWorld(options, body))
}

/** Bytes that look like nothing, the same each time. */
export const noise = (length: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length)
  let state = seed >>> 0 || 1
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state & 0xff
  }
  return bytes
}

/** The largest that goes with one request, and a byte more. */
export const large = 5_000_001

/** A file on the disk that is gone after the test. */
export const fileOf = (content: string | Uint8Array, name = "report.bin") =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const path = paths.join(yield* fs.makeTempDirectoryScoped(), name)
    yield* typeof content === "string" ? fs.writeFileString(path, content) : fs.writeFile(path, content)
    return path
  })

/** What is in Drive: names and whether the content is this. */
export const stored = Effect.map(DriveTest, (drive) =>
  drive.files().map(({ id, name }) => ({ id: String(id), name: String(name), content: drive.content(String(id)) }))
)

/** The requests so far, in short: method, how it is uploaded or which bytes, status. */
export const log = Effect.map(DriveTest, ({ requests }) =>
  requests().map(({ headers, method, path, query, status }: RecordedRequest) =>
    [method, headers["content-range"] ?? query["uploadType"] ?? path, status ?? "none"].join(" ")
  )
)

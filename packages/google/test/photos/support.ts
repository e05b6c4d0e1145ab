/** Worlds in which the service is tested, and what several tests share. */
import { it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Files } from "@skippy/http/authoring"
import { EmulatorClient, EmulatorServer } from "@skippy/http/testing"
import { ConfigProvider, Effect, FileSystem, Layer, type Path, type Scope, Stream } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import * as StaticToken from "../../src/auth/StaticToken.ts"
import type { TokenProvider } from "../../src/auth/TokenProvider.ts"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosError } from "../../src/photos/PhotosError.ts"
import { PhotosTest, type TestOptions } from "../../src/photos/PhotosTest.ts"
import { policies as neverWaiting, tokenOf } from "../../src/photos/TestWorld.ts"
import * as PhotosEmulator from "../../src/testing/PhotosEmulator.ts"

/** The service and a handle on what is behind it. */
export type World = (options?: TestOptions) => Layer.Layer<Photos | PhotosTest, unknown>

const resilience = (policies: PolicyConfig.PolicyConfigInput = neverWaiting) =>
  Resilience.layer({ services: { "google-photos": policies } })

/** The service as programs build it, over sockets. */
const overSockets =
  (client: Layer.Layer<HttpClient.HttpClient, unknown>): World =>
  (options = {}) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const { handle, ...state } = PhotosEmulator.make(options)
        const server = yield* EmulatorServer.start({ handle }, { faults: options.faults })
        return Photos.layerNoDeps.pipe(
          Layer.provide([
            client,
            resilience(),
            StaticToken.layer(tokenOf(options)),
            Files.layer,
            ConfigProvider.layer(ConfigProvider.fromEnv({ env: { SKIPPY_GOOGLE_PHOTOS_URL: server.url } }))
          ]),
          Layer.merge(Layer.succeed(PhotosTest, { ...state, ...server }))
        )
      })
    )

export const worlds: ReadonlyArray<readonly [name: string, world: World]> = [
  ["its test layer", Photos.layerTest],
  ["sockets and fetch", overSockets(FetchHttpClient.layer)],
  ["sockets and the transport", overSockets(Transport.layer)]
]

/** What a test may use beside the service: the disk, and a scope that ends with it. */
export type Disk = FileSystem.FileSystem | Path.Path | Scope.Scope

/** Runs a test in a world whose library is `library`. */
export type Test = (
  sentence: string,
  options: TestOptions,
  body: Effect.Effect<void, unknown, Photos | PhotosTest | Disk>
) => void

export const library: ReadonlyArray<PhotosEmulator.MediaOptions> = [
  { id: "sea", filename: "sea.jpg", content: "the sea, as it was", cameraMake: "SONY" },
  { id: "hill", filename: "hill.mp4", content: "a hill in the wind", fps: 30 },
  { id: "raw", filename: "raw.mov", processingStatus: "PROCESSING" }
]

const disk = Layer.merge(NodeFileSystem.layer, NodePath.layer)

export const testsIn =
  (world: World): Test =>
  (sentence, options, body) =>
    it.live(sentence, () =>
      Effect.scoped(
        Effect.provide(body, Layer.merge(world({ media: library, pollInterval: "5 millis", ...options }), disk))
      )
    )

/** A directory that is gone after the test. */
export const directory = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** What an operation fails with. */
export const flip = <A, E, R>(effect: (photos: Photos["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.flip(Photos.use(effect))

/** The refusal of Google Photos; any other failure fails the test. */
export const refusal = <A, E, R>(effect: (photos: Photos["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.map(flip(effect), (error) => {
    if (!(error instanceof PhotosError)) throw new Error(`it failed with ${String(error)}`)
    return error
  })

/** The requests so far, in short; ids in paths are left out. */
export const log = Effect.map(PhotosTest, ({ requests }) =>
  requests().map(({ method, path, status }) => `${method} ${path.split("/").slice(0, 3).join("/")} ${status ?? "none"}`)
)

/** The id of a session in which these were picked. */
export const pickedSession = (...ids: ReadonlyArray<string | PhotosEmulator.MediaOptions>) =>
  Effect.gen(function* () {
    const { sessionId } = yield* Photos.use(({ createSession }) => createSession())
    const { clear, pick } = yield* PhotosTest
    pick(sessionId, ids)
    clear()
    return sessionId
  })

/** What was picked in a new session, all of it. */
export const pickedItems = (...ids: ReadonlyArray<string | PhotosEmulator.MediaOptions>) =>
  Effect.gen(function* () {
    const sessionId = yield* pickedSession(...ids)
    const items = yield* Stream.runCollect((yield* Photos).media(sessionId))
    const { clear } = yield* PhotosTest
    clear()
    return items
  })

/** In memory with other policies, under the clock of the test; without any, those of the catalog. */
export const inMemory = (
  given: TestOptions & {
    readonly policies?: PolicyConfig.PolicyConfigInput
    readonly url?: string
    readonly tokensOf?: Layer.Layer<TokenProvider>
  } = {},
  wrap: (client: HttpClient.HttpClient) => HttpClient.HttpClient = (client) => client
): Layer.Layer<Photos | PhotosTest | Resilience, unknown> => {
  const { policies, tokensOf = StaticToken.layer(tokenOf(given)), url, ...options } = given
  const { handle, ...state } = PhotosEmulator.make({ media: library, ...options })
  const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
  return Photos.layerWith({ url }).pipe(
    Layer.provide([Layer.succeed(HttpClient.HttpClient, wrap(client)), tokensOf, Files.layer]),
    Layer.provideMerge(resilience(policies ?? {})),
    Layer.merge(Layer.succeed(PhotosTest, { ...state, ...served }))
  )
}

/** Worlds in which the service is tested, and what several tests share. */
import { it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { type PolicyConfig, Resilience, StateStore } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorClient, EmulatorServer } from "@skippy/http/testing"
import { ConfigProvider, Duration, Effect, Fiber, FileSystem, Layer, type Path, type Scope } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import * as StaticToken from "../../src/auth/StaticToken.ts"
import type { TokenProvider } from "../../src/auth/TokenProvider.ts"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveError } from "../../src/drive/DriveError.ts"
import { DriveTest, type TestOptions } from "../../src/drive/DriveTest.ts"
import { policies as neverWaiting, tokenOf } from "../../src/drive/TestWorld.ts"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"

/** The service and a handle on what is behind it. */
export type World = (options?: TestOptions) => Layer.Layer<Drive | DriveTest, unknown>

const resilience = (policies: PolicyConfig.PolicyConfigInput = neverWaiting) =>
  Resilience.layer({ services: { "google-drive": policies } })

/** What is here: the disk, checksums, and what is left unfinished. */
const local = Layer.mergeAll(Files.layer, Checksums.layer, StateStore.layerMemory)

/** The service as programs build it, over sockets. */
const overSockets =
  (client: Layer.Layer<HttpClient.HttpClient, unknown>): World =>
  (options = {}) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const { handle, receive, ...state } = DriveEmulator.make(options)
        const server = yield* EmulatorServer.start({ handle, receive }, { faults: options.faults })
        const env = {
          SKIPPY_GOOGLE_DRIVE_URL: server.url,
          ...(options.quota === undefined ? {} : { SKIPPY_GOOGLE_DRIVE_QUOTA: options.quota })
        }
        return Drive.layerNoDeps.pipe(
          Layer.provide([
            client,
            resilience(),
            StaticToken.layer(tokenOf(options)),
            local,
            ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
          ]),
          Layer.merge(Layer.succeed(DriveTest, { ...state, ...server }))
        )
      })
    )

export const worlds: ReadonlyArray<readonly [name: string, world: World]> = [
  ["its test layer", Drive.layerTest],
  ["sockets and fetch", overSockets(FetchHttpClient.layer)],
  ["sockets and the transport", overSockets(Transport.layer)]
]

/** What a test may use beside the service: the disk, and a scope that ends with it. */
export type Disk = FileSystem.FileSystem | Path.Path | Scope.Scope

/** Runs a test in a world. */
export type Test = (
  sentence: string,
  options: TestOptions,
  body: Effect.Effect<void, unknown, Drive | DriveTest | Disk>
) => void

const disk = Layer.merge(NodeFileSystem.layer, NodePath.layer)

export const testsIn =
  (world: World): Test =>
  (sentence, options, body) =>
    it.live(sentence, () => Effect.scoped(Effect.provide(body, Layer.merge(world(options), disk))))

/** A directory that is gone after the test. */
export const directory = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** What an operation fails with. */
export const flip = <A, E>(effect: (drive: Drive["Service"]) => Effect.Effect<A, E>) => Effect.flip(Drive.use(effect))

/** The refusal of Drive; any other failure fails the test. */
export const refusal = <A, E>(effect: (drive: Drive["Service"]) => Effect.Effect<A, E>) =>
  Effect.map(flip(effect), (error) => {
    if (!(error instanceof DriveError)) throw new Error(`it failed with ${String(error)}`)
    return error
  })

/** The requests so far, in short. */
export const log = Effect.map(DriveTest, ({ requests }) =>
  requests().map(({ method, path, status }) => `${method} ${path} ${status ?? "none"}`)
)

/** In memory with other policies, under the clock of the test; without any, those of the catalog. */
export const inMemory = (
  given: TestOptions & {
    readonly policies?: PolicyConfig.PolicyConfigInput
    readonly url?: string
    readonly tokensOf?: Layer.Layer<TokenProvider>
    /** Policies that others go through, too. */
    readonly sharing?: Layer.Layer<Resilience>
  } = {},
  wrap: (client: HttpClient.HttpClient) => HttpClient.HttpClient = (client) => client
): Layer.Layer<Drive | DriveTest | Resilience, unknown> => {
  const {
    policies = {},
    sharing = resilience(policies),
    tokensOf = StaticToken.layer(tokenOf(given)),
    url,
    ...options
  } = given
  const { handle, receive, ...state } = DriveEmulator.make(options)
  const { client, ...served } = EmulatorClient.make({ handle, receive }, { faults: options.faults })
  return Drive.layerWith({ url, quota: options.quota }).pipe(
    Layer.provide([Layer.succeed(HttpClient.HttpClient, wrap(client)), tokensOf, local]),
    Layer.provideMerge(sharing),
    Layer.merge(Layer.succeed(DriveTest, { ...state, ...served }))
  )
}

/** Lets everything happen that waits for no clock: bodies are read in promises. */
const settle = Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(Effect.repeat({ times: 5 }))

/** Runs an effect while the clock goes on second by second. */
export const within = <A, E, R>(duration: Duration.Input, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    for (let second = 0; second < Duration.toSeconds(duration); second++) {
      yield* settle
      if (fiber.pollUnsafe() !== undefined) break
      yield* TestClock.adjust("1 second")
    }
    yield* settle
    return yield* Fiber.join(fiber)
  })

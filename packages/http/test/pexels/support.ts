/** Worlds in which the service is tested, and what several tests share. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it } from "@effect/vitest"
import { type PolicyConfig, Resilience } from "@skippy/core"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import * as Files from "../../src/Files.ts"
import type { PexelsFailure } from "../../src/pexels/Operations.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { PexelsTest, type TestOptions } from "../../src/pexels/PexelsTest.ts"
import { keyOf, policies as neverWaiting } from "../../src/pexels/TestWorld.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as PexelsEmulator from "../../src/testing/PexelsEmulator.ts"
import * as Transport from "../../src/Transport.ts"

/** The service and a handle on what is behind it. */
export type World = (options?: TestOptions) => Layer.Layer<Pexels | PexelsTest, unknown>

const resilience = (policies: PolicyConfig.PolicyConfigInput = neverWaiting) =>
  Resilience.layer({ services: { pexels: policies, http: neverWaiting } })

/** The service as programs build it, over sockets. */
const overSockets =
  (client: Layer.Layer<HttpClient.HttpClient, unknown>): World =>
  (options = {}) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const { handle, ...state } = PexelsEmulator.make(options)
        const server = yield* EmulatorServer.start({ handle }, { faults: options.faults })
        const env = { SKIPPY_PEXELS_URL: server.url, SKIPPY_PEXELS_API_KEY: Redacted.value(keyOf(options)) }
        return Pexels.layerNoDeps.pipe(
          Layer.provide([client, resilience(), Files.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))]),
          Layer.merge(Layer.succeed(PexelsTest, { ...state, ...server }))
        )
      })
    )

export const worlds: ReadonlyArray<readonly [name: string, world: World]> = [
  ["its test layer", Pexels.layerTest],
  ["sockets and fetch", overSockets(FetchHttpClient.layer)],
  ["sockets and the transport", overSockets(Transport.layer)]
]

/** What a world begins with. */
export const start = { keys: ["canary-key"], topics: { ocean: 40, "black cat": 20 } }

/** Runs a test in a world with forty oceans and twenty cats. */
export type Test = (
  sentence: string,
  options: TestOptions,
  body: Effect.Effect<void, unknown, Pexels | PexelsTest>
) => void

export const testsIn =
  (world: World): Test =>
  (sentence, options, body) =>
    it.live(sentence, () => Effect.provide(body, world({ ...start, ...options })))

/** What an operation fails with. */
export const flip = <A, E>(effect: (pexels: Pexels["Service"]) => Effect.Effect<A, E>) =>
  Effect.flip(Pexels.use(effect))

/** The refusal of Pexels; any other failure fails the test. */
export const refusal = <E extends { readonly _tag: string }>(
  effect: (pexels: Pexels["Service"]) => Effect.Effect<unknown, PexelsFailure | E>
) =>
  Effect.map(flip(effect), (error) => {
    if (error._tag !== "PexelsError") throw new Error(`it failed with ${error._tag}`)
    return error
  })

/** The requests so far, in short. */
export const log = Effect.map(PexelsTest, ({ requests }) =>
  requests().map(({ method, path, status }) => `${method} ${path} ${status ?? "none"}`)
)

/** In memory with other policies, under the clock of the test; without any, those of the catalog. */
export const inMemory = (
  options: TestOptions & { readonly policies?: PolicyConfig.PolicyConfigInput; readonly url?: string } = {},
  wrap: (emulator: HttpClient.HttpClient) => HttpClient.HttpClient = (client) => client
): Layer.Layer<Pexels | PexelsTest | Resilience, unknown> => {
  const begun = { ...start, ...options }
  const { handle, ...state } = PexelsEmulator.make(begun)
  const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
  return Pexels.layerWith({ key: keyOf(begun), url: options.url }).pipe(
    Layer.provide([Layer.succeed(HttpClient.HttpClient, wrap(client)), Files.layer]),
    Layer.provideMerge(resilience(options.policies ?? {})),
    Layer.merge(Layer.succeed(PexelsTest, { ...state, ...served }))
  )
}

/** A directory of its own, gone with the scope. */
export const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "skippy-pexels-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

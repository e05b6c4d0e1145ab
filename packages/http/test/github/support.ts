/** Worlds in which the service is tested, and what several tests share. */
import { it } from "@effect/vitest"
import { type PolicyConfig, Resilience } from "@skippy/core"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { FetchHttpClient, HttpClient } from "effect/http"
import { GitHub } from "../../src/github/GitHub.ts"
import type { GitHubFailure } from "../../src/github/Operations.ts"
import { GitHubTest, type TestOptions } from "../../src/github/GitHubTest.ts"
import { policies as neverWaiting, tokenOf } from "../../src/github/TestWorld.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import * as Transport from "../../src/Transport.ts"

/** The service and a handle on what is behind it. */
export type World = (options?: TestOptions) => Layer.Layer<GitHub | GitHubTest, unknown>

const resilience = (policies: PolicyConfig.PolicyConfigInput = neverWaiting) =>
  Resilience.layer({ services: { github: policies } })

/** The service as programs build it, over sockets. */
const overSockets =
  (client: Layer.Layer<HttpClient.HttpClient, unknown>): World =>
  (options = {}) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const { handle, ...state } = GitHubEmulator.make(options)
        const server = yield* EmulatorServer.start({ handle }, { faults: options.faults })
        const token = tokenOf(options)
        const env = {
          SKIPPY_GITHUB_URL: server.url,
          ...(token === undefined ? {} : { SKIPPY_GITHUB_TOKEN: Redacted.value(token) })
        }
        return GitHub.layerNoDeps.pipe(
          Layer.provide([client, resilience(), ConfigProvider.layer(ConfigProvider.fromEnv({ env }))]),
          Layer.merge(Layer.succeed(GitHubTest, { ...state, ...server }))
        )
      })
    )

export const worlds: ReadonlyArray<readonly [name: string, world: World]> = [
  ["its test layer", GitHub.layerTest],
  ["sockets and fetch", overSockets(FetchHttpClient.layer)],
  ["sockets and the transport", overSockets(Transport.layer)]
]

/** Somebody with a token, and a repository of theirs. */
export const ada = { token: "ghp_ada", login: "ada" }
export const engine = { owner: "ada", name: "engine", branches: ["notes", "plans"] }
export const repository = "ada/engine"

export const moved = {
  repositories: [{ ...engine, renamedFrom: ["ada/old"], pulls: [{ title: "First", head: "notes" }] }]
}
export const pull = { repository, title: "Notes", head: "notes" }
export const issue = { repository, title: "It leaks" }

/** Runs a test in a world that begins with Ada and her repository. */
export type Test = (
  sentence: string,
  options: TestOptions,
  body: Effect.Effect<void, unknown, GitHub | GitHubTest>
) => void

export const testsIn =
  (world: World): Test =>
  (sentence, options, body) =>
    it.live(sentence, () => Effect.provide(body, world({ tokens: [ada], repositories: [engine], ...options })))

/** What an operation fails with. */
export const flip = <A, E>(effect: (github: GitHub["Service"]) => Effect.Effect<A, E>) =>
  Effect.flip(GitHub.use(effect))

/** The refusal of GitHub; any other failure fails the test. */
export const refusal = (effect: (github: GitHub["Service"]) => Effect.Effect<unknown, GitHubFailure>) =>
  Effect.map(flip(effect), (error) => {
    if (error._tag !== "GitHubError") throw new Error(`it failed with ${error._tag}`)
    return error
  })

/** The requests so far, in short. */
export const log = Effect.map(GitHubTest, ({ requests }) =>
  requests().map(({ method, path, status }) => `${method} ${path} ${status ?? "none"}`)
)

/** In memory with other policies, under the clock of the test; without any, those of the catalog. */
export const inMemory = (
  given: TestOptions & { readonly policies?: PolicyConfig.PolicyConfigInput; readonly url?: string } = {},
  wrap: (client: HttpClient.HttpClient) => HttpClient.HttpClient = (client) => client
): Layer.Layer<GitHub | GitHubTest | Resilience, unknown> => {
  const options = { tokens: [ada], repositories: [engine], ...given }
  const { handle, ...state } = GitHubEmulator.make(options)
  const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
  return GitHub.layerWith({ token: tokenOf(options), url: options.url }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, wrap(client))),
    Layer.provideMerge(resilience(options.policies ?? {})),
    Layer.merge(Layer.succeed(GitHubTest, { ...state, ...served }))
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

/** A moment of these days; at the beginning of time, a reset looks like a number of seconds. */
export const today = TestClock.setTime(1_790_000_000_000)

/**
 * GitHub as a service: pull requests, issues, repositories, through the policies of the service `github`.
 *
 * @example
 * ```ts
 * import { GitHub } from "@skippy/http"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const github = yield* GitHub
 *   const pull = { repository: "ada/engine", title: "Notes", head: "notes" }
 *   const { created, number } = yield* github.createPullRequest(pull)
 *   console.log(number, created, (yield* github.createPullRequest(pull)).created)
 * })
 *
 * const layer = GitHub.layerTest({ repositories: [{ owner: "ada", name: "engine", branches: ["notes"] }] })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * 1 true false
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { type Config, Context, Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import * as Transport from "../Transport.ts"
import * as Connection from "./Connection.ts"
import type { GitHubTest, TestOptions } from "./GitHubTest.ts"
import * as Operations from "./Operations.ts"

const make = (connection: Connection.Connection) => Effect.map(Operations.make(connection), GitHub.of)

/** GitHub. */
export class GitHub extends Context.Service<GitHub, Operations.Shape>()("@skippy/http/github/GitHub") {
  /** For a connection the program knows; one that makes no sense is a defect (`InvalidOptionError`). */
  static readonly layerWith = (
    options: Connection.Options
  ): Layer.Layer<GitHub, never, HttpClient.HttpClient | Resilience> =>
    Layer.effect(
      GitHub,
      Effect.suspend(() => make(Connection.of(options)))
    )

  /**
   * For the connection of the environment: the token in `SKIPPY_GITHUB_TOKEN`, else `GITHUB_TOKEN`, else `GH_TOKEN`, and
   * the address in `SKIPPY_GITHUB_URL`.
   */
  static readonly layerNoDeps: Layer.Layer<GitHub, Config.ConfigError, HttpClient.HttpClient | Resilience> =
    Layer.effect(GitHub, Effect.flatMap(Connection.config, make))

  /** The same with `Transport.layer` and the policies of the catalog. */
  static readonly layer: Layer.Layer<GitHub, PolicyConfig.PolicyConfigError | Transport.TransportProblem> =
    Layer.provide(GitHub.layerNoDeps, Layer.merge(Transport.layer, Resilience.layer()))

  /**
   * For tests: the same service over an emulator in memory, with policies that never wait. `GitHubTest` shows what is in
   * the emulator and what it was asked, and lets requests fail.
   */
  static readonly layerTest = (options: TestOptions = {}): Layer.Layer<GitHub | GitHubTest> =>
    Layer.unwrap(
      Effect.map(
        // Programs that test nothing do not load the emulator.
        Effect.promise(() => import("./TestWorld.ts")),
        ({ layer, tokenOf }) => Layer.provideMerge(GitHub.layerWith({ token: tokenOf(options) }), layer(options))
      )
    )
}

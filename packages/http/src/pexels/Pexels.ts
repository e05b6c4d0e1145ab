/**
 * Pexels as a service: photos to search, to look at and to download, each with the credit that has to be shown with it,
 * through the policies of the service `pexels`. Both of its quotas are kept, 200 requests an hour and 20,000 a month
 * (https://www.pexels.com/api/documentation/#guidelines), and answers are kept for a day
 * (https://help.pexels.com/hc/en-us/articles/900006470063).
 *
 * @example
 * ```ts
 * import { Pexels } from "@skippy/http"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const pexels = yield* Pexels
 *   const { photos, totalResults } = yield* pexels.search({ query: "ocean", perPage: 2 })
 *   console.log(totalResults, photos.map(({ attribution }) => attribution.text))
 *   console.log((yield* pexels.search({ query: "  Ocean", perPage: 2 })).fromCache)
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(Pexels.layerTest({ topics: { ocean: 20 } }))))
 * ```
 *
 * ```text
 * 20 [ 'Photo by Ada Byron on Pexels', 'Photo by Grace Murray on Pexels' ]
 * true
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { type Config, Context, Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import * as Files from "../Files.ts"
import * as Transport from "../Transport.ts"
import * as Connection from "./Connection.ts"
import * as Operations from "./Operations.ts"
import type { PexelsError } from "./PexelsError.ts"
import { PexelsTest, type TestOptions } from "./PexelsTest.ts"

/** What `Pexels` needs. */
type Needs = Files.Files | HttpClient.HttpClient | Resilience

const make = (connection: Connection.Connection) => Effect.map(Operations.make(connection), Pexels.of)

/** Pexels. */
export class Pexels extends Context.Service<Pexels, Operations.Shape>()("@skippy/http/pexels/Pexels") {
  /** For a connection the program knows; one that makes no sense is a defect (`InvalidOptionError`). */
  static readonly layerWith = (options: Connection.Options): Layer.Layer<Pexels, never, Needs> =>
    Layer.effect(
      Pexels,
      Effect.suspend(() => make(Connection.of(options)))
    )

  /**
   * For the connection of the environment: the key in `SKIPPY_PEXELS_API_KEY`, else `PEXELS_API_KEY`, and the address in
   * `SKIPPY_PEXELS_URL`. Without a key it fails with a `PexelsError` that says where to get one.
   */
  static readonly layerNoDeps: Layer.Layer<Pexels, Config.ConfigError | PexelsError, Needs> = Layer.effect(
    Pexels,
    Effect.flatMap(Connection.config, make)
  )

  /** The same with connections and files of Node, and the policies of the catalog. */
  static readonly layer: Layer.Layer<
    Pexels,
    PexelsError | PolicyConfig.PolicyConfigError | Transport.TransportProblem
  > = Pexels.layerNoDeps.pipe(Layer.provide([Transport.layer, Files.layer, Resilience.layer()]))

  /**
   * For tests: the same service over an emulator in memory, with policies that never wait; downloads are written to the
   * disk. `PexelsTest` shows what the emulator has and what it was asked, and lets requests fail.
   */
  static readonly layerTest = (options: TestOptions = {}): Layer.Layer<Pexels | PexelsTest> =>
    Layer.unwrap(
      Effect.map(
        // Programs that test nothing do not load the emulator.
        Effect.promise(() => import("./TestWorld.ts")),
        ({ keyOf, layer }) =>
          Layer.merge(Pexels.layerWith({ key: keyOf(options) }), Layer.effect(PexelsTest, PexelsTest)).pipe(
            Layer.provide(layer(options))
          )
      )
    )
}

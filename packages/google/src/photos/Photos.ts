/**
 * Google Photos as a service: somebody picks photos and videos in a browser, and the program lists and downloads what was
 * picked, through the policies of the service `google-photos`. It is the Picker API, the only one that reaches a person's
 * own library (https://developers.google.com/photos/picker/guides/get-started-picker).
 *
 * @example
 * ```ts
 * import { Photos, PhotosTest } from "@skippy/google"
 * import { Effect, Stream } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const photos = yield* Photos
 *   const { pick, sessions } = yield* PhotosTest
 *   const names = yield* photos.withSelection(
 *     {
 *       // In a program: show the address, or open a browser.
 *       onPickerUri: (_, { sessionId }) => Effect.sync(() => pick(sessionId, ["sea", "hill"]))
 *     },
 *     ({ media }) => Stream.runCollect(Stream.map(media, Photos.safeName))
 *   )
 *   console.log(names, sessions().length, "sessions left")
 * })
 *
 * const media = [{ id: "sea", filename: "sea.jpg" }, { id: "hill", filename: "hill.mp4" }]
 * const layer = Photos.layerTest({ media, pollInterval: "10 millis" })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * [ 'sea.jpg', 'hill.mp4' ] 0 sessions left
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Files } from "@skippy/http/authoring"
import { type Config, Context, Effect, Layer } from "effect"
import * as Tokens from "../auth/Tokens.ts"
import * as Connection from "./Connection.ts"
import * as Operations from "./Operations.ts"
import { PhotosTest, type TestOptions } from "./PhotosTest.ts"
import { safeName } from "./SafeName.ts"

const make = (connection: Connection.Connection) => Effect.map(Operations.make(connection), Photos.of)

/** Google Photos, what somebody picks of it. */
export class Photos extends Context.Service<Photos, Operations.Shape>()("@skippy/google/photos/Photos") {
  /** For a connection the program knows; one that makes no sense is a defect (`InvalidOptionError`). */
  static readonly layerWith = (options: Connection.Options = {}): Layer.Layer<Photos, never, Operations.Needs> =>
    Layer.effect(
      Photos,
      Effect.suspend(() => make(Connection.of(options)))
    )

  /** For the connection of the environment: `SKIPPY_GOOGLE_PHOTOS_URL`. */
  static readonly layerNoDeps: Layer.Layer<Photos, Config.ConfigError, Operations.Needs> = Layer.effect(
    Photos,
    Effect.flatMap(Connection.config, make)
  )

  /**
   * The same with nothing left to be given: connections and files of Node, the tokens of the environment (`Tokens.layer`),
   * and the policies of the catalog.
   */
  static readonly layer: Layer.Layer<
    Photos,
    Config.ConfigError | PolicyConfig.PolicyConfigError | Transport.TransportProblem
  > = Photos.layerNoDeps.pipe(
    Layer.provide(Tokens.layerNoDeps),
    Layer.provide([Transport.layer, Files.layer, Resilience.layer()])
  )

  /**
   * For tests: the same service over an emulator in memory, with policies that never wait; downloads are written to the
   * disk. `PhotosTest` picks, shows what the emulator has and what it was asked, and lets requests fail.
   */
  static readonly layerTest = (options: TestOptions = {}): Layer.Layer<Photos | PhotosTest> =>
    Layer.unwrap(
      Effect.map(
        // Programs that test nothing do not load the emulator.
        Effect.promise(() => import("./TestWorld.ts")),
        ({ layer }) =>
          Layer.merge(Photos.layerWith(), Layer.effect(PhotosTest, PhotosTest)).pipe(Layer.provide(layer(options)))
      )
    )

  /** The name of a file for an item, safe to be put behind a folder; the item's own name is none. */
  static readonly safeName = safeName
}

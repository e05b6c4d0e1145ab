/**
 * Google Drive as a service: files found, read, brought to the disk, put into folders, shared and uploaded, through the
 * policies of the service `google-drive`.
 *
 * @example
 * ```ts
 * import { Drive, Query } from "@skippy/google"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const drive = yield* Drive
 *   const { files } = yield* drive.searchFiles({ query: Query.name("contains", "report") })
 *   console.log(files.map(({ kind, name }) => `${kind} ${name}`))
 *   const [first] = files
 *   if (first !== undefined) console.log((yield* drive.readDocument({ fileId: first.fileId })).text)
 * })
 *
 * const layer = Drive.layerTest({ files: [{ name: "report.txt", content: "42 rows and a sum" }, { name: "sea.jpg" }] })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(layer)))
 * ```
 *
 * ```text
 * [ 'file report.txt' ]
 * 42 rows and a sum
 * ```
 *
 * @module
 */
import { type PolicyConfig, Resilience, StateStore } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Checksums, Files } from "@skippy/http/authoring"
import { type Config, Context, Effect, Layer } from "effect"
import * as Tokens from "../auth/Tokens.ts"
import { service } from "./Api.ts"
import * as Connection from "./Connection.ts"
import { DriveTest, type TestOptions } from "./DriveTest.ts"
import * as Operations from "./Operations.ts"
import * as Quota from "./Quota.ts"

const make = (connection: Connection.Connection) => Effect.map(Operations.make(connection), Drive.of)

/** The policies of the catalog; those that count units when the environment asks for that. */
const policies = Layer.unwrap(
  Effect.map(Connection.config, ({ quota }) =>
    Resilience.layer(quota === "units" ? { services: { [service]: Quota.units } } : {})
  )
)

/** Google Drive. */
export class Drive extends Context.Service<Drive, Operations.Shape>()("@skippy/google/drive/Drive") {
  /** For a connection the program knows; one that makes no sense is a defect (`InvalidOptionError`). */
  static readonly layerWith = (options: Connection.Options = {}): Layer.Layer<Drive, never, Operations.Needs> =>
    Layer.effect(
      Drive,
      Effect.suspend(() => make(Connection.of(options)))
    )

  /** For the connection of the environment: `SKIPPY_GOOGLE_DRIVE_URL` and `SKIPPY_GOOGLE_DRIVE_QUOTA`. */
  static readonly layerNoDeps: Layer.Layer<Drive, Config.ConfigError, Operations.Needs> = Layer.effect(
    Drive,
    Effect.flatMap(Connection.config, make)
  )

  /**
   * The same with nothing left to be given: connections and files of Node, the tokens of the environment (`Tokens.layer`),
   * and the policies of the catalog, or `DriveQuota.units` with `SKIPPY_GOOGLE_DRIVE_QUOTA=units`. What is left unfinished
   * is known as long as the program runs; `layerNoDeps` with `StateStore.layerFiles` knows it longer.
   */
  static readonly layer: Layer.Layer<
    Drive,
    Config.ConfigError | PolicyConfig.PolicyConfigError | Transport.TransportProblem
  > = Drive.layerNoDeps.pipe(
    Layer.provide(Tokens.layerNoDeps),
    Layer.provide([Transport.layer, Files.layer, Checksums.layer, StateStore.layerMemory, policies])
  )

  /**
   * For tests: the same service over an emulator in memory, with policies that never wait; files are read from and written
   * to the disk. `DriveTest` shows what the emulator has and what it was asked, and lets requests fail.
   */
  static readonly layerTest = (options: TestOptions = {}): Layer.Layer<Drive | DriveTest> =>
    Layer.unwrap(
      Effect.map(
        // Programs that test nothing do not load the emulator.
        Effect.promise(() => import("./TestWorld.ts")),
        ({ layer }) =>
          Layer.merge(Drive.layerWith({ quota: options.quota }), Layer.effect(DriveTest, DriveTest)).pipe(
            Layer.provide(layer(options))
          )
      )
    )
}

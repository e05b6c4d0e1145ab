/**
 * Everything that watches a program, in one layer: metrics, traces, a journal and an alert history in files, alerts,
 * health and the live snapshot.
 *
 * Below `path` it writes `metrics/*.jsonl` (the journal) and `logs/alerts.jsonl`; silences are in the `StateStore`, when
 * there is one. Provide it together with `Resilience`,
 * and build pipelines on `Tracing.layer` if their calls shall have spans.
 *
 * @example
 * ```ts
 * import { EventBus, Health, Operations, Resilience, Snapshot } from "@skippy/core"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import { Effect, FileSystem, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const fs = yield* FileSystem.FileSystem
 *   const path = yield* fs.makeTempDirectoryScoped()
 *   const layer = Operations.layer({ path }).pipe(
 *     Layer.provideMerge(Resilience.layer()),
 *     Layer.provideMerge(EventBus.layer())
 *   )
 *   yield* Effect.gen(function* () {
 *     yield* Effect.succeed("report").pipe(Resilience.call({ service: "reports", operation: "fetch" }))
 *     const { status } = yield* (yield* Health.Health).check
 *     const { services } = yield* (yield* Snapshot.Live).current
 *     console.log(status, services.find(({ service }) => service === "reports")?.latency?.calls)
 *   }).pipe(Effect.provide(layer))
 *   console.log((yield* fs.readDirectory(`${path}/metrics`)).join(", "))
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
 * ```
 *
 * ```text
 * ok 1
 * performance.jsonl, statistics.jsonl
 * ```
 *
 * @module
 */
import { type Effect, type FileSystem, Layer, type Scope } from "effect"
import * as AlertManager from "../alert/AlertManager.ts"
import * as FileSink from "../alert/sink/FileSink.ts"
import * as Journal from "../observe/Journal.ts"
import * as Metrics from "../observe/Metrics.ts"
import * as TraceStore from "../observe/TraceStore.ts"
import type { Resilience } from "../pipeline/Resilience.ts"
import * as Health from "./Health.ts"
import * as HealthChecks from "./HealthChecks.ts"
import * as SharedSilences from "./SharedSilences.ts"
import * as Snapshot from "./Snapshot.ts"

/** What is watched, and where it is written. */
export interface Options<S = AlertManager.SinkMaker, C = Health.Check> {
  /** The folder of everything that survives the program, by custom `SKIPPY_PATH`. */
  readonly path: string
  /** Where alerts go besides the file. Default: nowhere. */
  readonly sinks?: ReadonlyArray<S> | undefined
  /** Checks besides those of the circuits and of event loss. */
  readonly checks?: ReadonlyArray<C> | undefined
  /** More of the journal's options. */
  readonly journal?: Omit<Journal.Options, "directory"> | undefined
  /** More of the alerts' options. */
  readonly alerts?: Omit<AlertManager.Options, "sinks"> | undefined
  /** How often health is checked by itself; see `Health.layer`. */
  readonly checkEvery?: Health.Options["every"]
  /** How often pictures are taken and sampled. */
  readonly snapshot?: Snapshot.Options | undefined
}

/** What the layer gives. */
export type Operations =
  | TraceStore.TraceStore
  | Journal.Journal
  | AlertManager.AlertManager
  | Health.Health
  | Snapshot.Live

/** Watches the pipelines of `Resilience` on the current bus, from the moment the layer is built. */
export const layer = <
  S extends AlertManager.SinkMaker<unknown, unknown> = AlertManager.SinkMaker,
  C extends Health.Check<unknown> = Health.Check
>(
  options: Options<
    S & AlertManager.SinkMaker<Effect.Error<S>, Effect.Services<S>>,
    C & Health.Check<Health.Requirements<C>>
  >
): Layer.Layer<
  Operations,
  Effect.Error<S>,
  Resilience | FileSystem.FileSystem | Exclude<Effect.Services<S>, Scope.Scope> | Health.Requirements<C>
> => {
  const { alerts, checkEvery, checks = [], journal, path, sinks = [], snapshot } = options
  const history = FileSink.make({ directory: `${path}/logs` })
  return Snapshot.layer(snapshot).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Metrics.layer,
        TraceStore.layer(),
        Layer.provide(
          AlertManager.layer<S | typeof history>({ ...alerts, sinks: [history, ...sinks] }),
          SharedSilences.layer
        ),
        Health.layer<C | ReturnType<typeof HealthChecks.breakers>>({
          checks: [HealthChecks.breakers(), HealthChecks.eventLoss(), ...checks],
          every: checkEvery
        })
      )
    ),
    // Below the others, so that what they say at the end is written too.
    Layer.provideMerge(Journal.layer({ ...journal, directory: `${path}/metrics` }))
  )
}

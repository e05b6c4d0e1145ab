/**
 * What all services of a command share: the settings, the state of earlier commands, policies, and everything that watches.
 *
 * Circuits, limits and what was left unfinished are in `state.db`, the journal in `metrics`, alerts in `logs`. Where the
 * folder cannot be written they are of this command only, with a warning.
 *
 * @module
 */
import {
  type AlertManager,
  AlertRules,
  ConsoleSink,
  type Health,
  HealthChecks,
  type Journal,
  Operations,
  type PolicyConfig,
  Resilience,
  type Snapshot,
  StateStore
} from "@skippy/core"
import { OperationsNode, SqliteStores, SystemNode } from "@skippy/core/node"
import { Transport } from "@skippy/http"
import { Files } from "@skippy/http/authoring"
import { Effect, type FileSystem, Layer, type Path } from "effect"
import type { Lifetime } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import * as Provider from "./Provider.ts"
import type { Settled } from "./Settled.ts"

type Services = Readonly<Record<string, PolicyConfig.PolicyConfigInput>>

/** Drive counts what Google counts for a request when the settings ask for it. */
const quotas = ({ configuration: { get, services } }: Settled): Effect.Effect<Services> =>
  get("google-drive.quota") === "units"
    ? Effect.map(
        Effect.promise(() => import("@skippy/google")),
        ({ DriveQuota }) => ({ "google-drive": { ...DriveQuota.units, ...services["google-drive"] } })
      )
    : Effect.succeed({})

const stores = ({ configuration, places: { path } }: Settled): Layer.Layer<StateStore> =>
  Layer.catch(SqliteStores.layer({ directory: path, whenAway: configuration.store.whenAway }), (error) =>
    Layer.unwrap(
      Effect.as(
        Effect.logWarning(`${error.message}; circuits, limits and unfinished work are of this command only`),
        StateStore.layerMemory
      )
    )
  )

/** In a command health is looked at when it is asked for, and whoever asks needs no alert. */
const watching = {
  command: {
    checkEvery: "never",
    alerts: { rules: AlertRules.defaults.filter((rule) => rule !== AlertRules.healthChanged) }
  },
  server: {}
} as const satisfies Readonly<Record<Lifetime, Pick<Operations.Options, "alerts" | "checkEvery">>>

const live = ({ lifetime, places, sources }: Settled, services: Services) =>
  OperationsNode.layer({
    ...sources,
    flags: { ...sources.flags, path: places.path },
    services,
    operations: watching[lifetime]
  }).pipe(Layer.provideMerge(Transport.layer))

/** Alerts of the sandbox go to the terminal and to its own file, and nowhere else. */
const sandboxed = ({ configuration, lifetime, places }: Settled, services: Services) =>
  Operations.layer({
    path: places.path,
    sinks: [ConsoleSink.make({ level: configuration.get("alerts.level") })],
    checks: [
      HealthChecks.disk(),
      HealthChecks.memory(),
      HealthChecks.cpu({ critical: false }),
      HealthChecks.configuration(Effect.succeed(configuration.problems))
    ],
    ...watching[lifetime]
  }).pipe(
    Layer.provideMerge(Resilience.layer({ services: { ...configuration.services, ...services } })),
    Layer.provideMerge(SystemNode.layer)
  )

/** What all services share. */
export type Base =
  | AlertManager.AlertManager
  | FileSystem.FileSystem
  | Health.Health
  | HealthChecks.SystemMetrics
  | Journal.Journal
  | Path.Path
  | Resilience
  | Snapshot.Live
  | StateStore

/** What all services share. */
export const make = (settled: Settled): Layer.Layer<Base, AnyFailure> =>
  Layer.unwrap(
    Effect.map(quotas(settled), (services) => {
      const operations = settled.places.isSandbox ? sandboxed(settled, services) : live(settled, services)
      return operations.pipe(
        Layer.provideMerge(stores(settled)),
        Layer.provideMerge(Files.layer),
        Layer.provideMerge(Provider.layer(settled))
      )
    })
  )

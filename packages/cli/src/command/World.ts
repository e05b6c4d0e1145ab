/**
 * What commands work with. The runtime makes it, live or in the sandbox, and loads each part when a command asks for it.
 *
 * @module
 */
import type {
  Alert,
  AlertManager,
  Configuration,
  FileSink,
  Health,
  HealthChecks,
  Journal,
  MetricHistory,
  Resilience,
  Snapshot
} from "@skippy/core"
import type { Drive, Login, Photos, TokenProvider } from "@skippy/google"
import type { GitHub, HttpService, Pexels } from "@skippy/http"
import { Context, type Duration, type Effect, type Scope, type Stream } from "effect"
import type { HttpServer } from "effect/http"
import type { Asked, Stage } from "../demo/Stage.ts"
import type { AnyFailure, UsageError } from "../output/Failure.ts"
import type { View } from "../tui/View.ts"

/** A part, made when it is first asked for, kept unless that failed, and closed with the command. */
export type Part<A> = Effect.Effect<A, AnyFailure>

/** Where everything is. */
export interface Places {
  /** The folder of everything that survives the program; that of the sandbox below it, with `--sandbox`. */
  readonly path: string
  /** What says so: `flag --path`, `environment SKIPPY_PATH`, `default (XDG_STATE_HOME)`. */
  readonly origin: string
  readonly isSandbox: boolean
}

/** The addresses of a sandbox that runs, by service. */
export interface Served {
  readonly services: Readonly<Record<string, string>>
  /** What another program sets to use it. */
  readonly environment: Readonly<Record<string, string>>
}

/** Where a server listens. */
export interface Listen {
  /** A name or an address. */
  readonly host: string
  /** A free one by default. */
  readonly port: number | undefined
}

/** How somebody signs in. */
export interface SignIn {
  readonly scopes: ReadonlyArray<string>
  readonly openBrowser: boolean
  readonly loginHint: string | undefined
  readonly announce: (url: string) => Effect.Effect<void>
}

/** What one check of `doctor` finds. */
export interface Found {
  readonly name: string
  readonly status: "ok" | "warning" | "failed"
  readonly detail: string
  readonly fix?: string | undefined
}

/** Which alerts. */
export interface AlertFilter {
  /** Changes of so many hours. Default 24. */
  readonly hours?: number | undefined
  /** At least so urgent. Default: all. */
  readonly level?: Alert.AlertLevel | undefined
  readonly service?: string | undefined
  /** Only those that last now, however long ago they began; `hours` does not count then. */
  readonly active?: boolean | undefined
}

/** What commands work with. */
export interface Shape {
  /** Of this program. */
  readonly version: string
  readonly places: Part<Places>
  readonly configuration: Part<Configuration.Shape>
  /** Where settings are written; known even when they are wrong. */
  readonly files: Effect.Effect<{ readonly projectFile: string; readonly userFile: string }>
  /** Everything that is wrong with the configuration, errors first. */
  readonly problems: Effect.Effect<ReadonlyArray<Configuration.Problem>>
  readonly drive: Part<Drive["Service"]>
  readonly photos: Part<Photos["Service"]>
  readonly github: Part<GitHub["Service"]>
  readonly pexels: Part<Pexels["Service"]>
  readonly http: Part<HttpService["Service"]>
  readonly tokens: Part<TokenProvider["Service"]>
  /** Signs in to Google. */
  readonly signIn: (options: SignIn) => Effect.Effect<Login.SignedIn, AnyFailure>
  /** Signs out; answers whether somebody was signed in. */
  readonly signOut: Part<boolean>
  readonly resilience: Part<Resilience["Service"]>
  readonly snapshot: Part<Snapshot.Snapshot>
  readonly health: Part<Health.HealthNode>
  /** The numbers of this machine. */
  readonly system: Part<HealthChecks.SystemReading>
  readonly journal: (filter: Journal.Filter) => Effect.Effect<Journal.Reading, AnyFailure>
  /** Alerts of all programs of the folder, the oldest first. */
  readonly alerts: (filter: AlertFilter) => Effect.Effect<FileSink.Reading, AnyFailure>
  /** Sends an alert to every sink that is configured, and waits for them. */
  readonly sendAlert: (input: Omit<AlertManager.AlertInput, "lasting">) => Effect.Effect<AlertManager.Sent, AnyFailure>
  /** The silences of all programs of the folder. */
  readonly silences: Part<Pick<AlertManager.Shape, "silence" | "silences" | "unsilence">>
  /** The metrics of all programs of the folder, as far back as their journal goes; each reading looks at what is new. */
  readonly metrics: Part<MetricHistory.Shape>
  /**
   * What all programs of the folder do: what is there now at once, and again `every` so often. Calls are those of their
   * journal, about a second after they ended.
   */
  readonly watch: (every: Duration.Duration) => Stream.Stream<View, AnyFailure>
  /** Runs the emulators on loopback until the scope closes; `port` is the first of the ports they take. */
  readonly serve: (port: number | undefined) => Effect.Effect<Served, AnyFailure>
  /** An HTTP server that takes requests until the scope closes. */
  readonly listen: (where: Listen) => Effect.Effect<HttpServer.HttpServer["Service"], AnyFailure, Scope.Scope>
  /** The stage of the demo, until the scope closes, and how this command line is called. */
  readonly demo: (
    asked: Asked
  ) => Effect.Effect<{ readonly stage: Stage; readonly program: string }, AnyFailure, Scope.Scope>
  /** The checks of this machine, beside those of credentials and configuration. */
  readonly examine: Effect.Effect<ReadonlyArray<Found>, never>
}

/** What commands work with. */
export class World extends Context.Service<World, Shape>()("@skippy/cli/command/World") {}

/**
 * How long a world lives. That of a server looks after health by itself, and tells when it changes; whoever runs a command
 * asks when they want to know.
 */
export type Lifetime = "command" | "server"

/** What the command line says about the world. */
export interface WorldOptions {
  readonly path: string | undefined
  readonly sandbox: boolean
  /** Settings by key. */
  readonly settings: Readonly<Record<string, string>>
  readonly lifetime: Lifetime
}

/** Makes worlds. */
export class Worlds extends Context.Service<
  Worlds,
  {
    /** Whether the environment asks for the sandbox. */
    readonly inSandbox: Effect.Effect<boolean, UsageError>
    readonly make: (options: WorldOptions) => Effect.Effect<Shape, never, Scope.Scope>
  }
>()("@skippy/cli/command/Worlds") {}

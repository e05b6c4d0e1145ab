/**
 * What commands work with. The runtime makes it, live or in the sandbox, and loads each part when a command asks for it.
 *
 * @module
 */
import type { Configuration, Health, Journal, Resilience, Snapshot } from "@skippy/core"
import type { Drive, Login, Photos, TokenProvider } from "@skippy/google"
import type { GitHub, HttpService, Pexels } from "@skippy/http"
import { Context, type Effect, type Scope } from "effect"
import type { AnyFailure, UsageError } from "../output/Failure.ts"

/** A part, made when it is first asked for, and closed with the command. */
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

/** What commands work with. */
export interface Shape {
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
  readonly journal: (filter: Journal.Filter) => Effect.Effect<Journal.Reading, AnyFailure>
  /** Runs the emulators on loopback until the scope closes; `port` is the first of the ports they take. */
  readonly serve: (port: number | undefined) => Effect.Effect<Served, AnyFailure>
  /** The checks of this machine, beside those of credentials and configuration. */
  readonly examine: Effect.Effect<ReadonlyArray<Found>, never>
}

/** What commands work with. */
export class World extends Context.Service<World, Shape>()("@skippy/cli/command/World") {}

/** What the command line says about the world. */
export interface WorldOptions {
  readonly path: string | undefined
  readonly sandbox: boolean
  /** Settings by key. */
  readonly settings: Readonly<Record<string, string>>
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

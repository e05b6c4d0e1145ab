/**
 * The world of a command on Node. Each part is loaded, made and closed as a command asks for it.
 *
 * @module
 */
import { gunzip } from "node:zlib"
import { Context, Effect, Layer, Option, Scope, Stream } from "effect"
import { type Part, type Shape, type WorldOptions, Worlds } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import type { Base } from "./Base.ts"
import { inSandbox } from "./Environment.ts"
import { kept, owner } from "./Kept.ts"
import type { Settled } from "./Settled.ts"
import { version } from "./Version.ts"

/** What stands for a file that is damaged: a line nobody can read, which is counted as one. */
const damaged = "damaged"

const decompress = (bytes: Uint8Array): Effect.Effect<string> =>
  Effect.callback((resume) =>
    gunzip(bytes, (error, text) => resume(Effect.succeed(error === null ? text.toString("utf8") : damaged)))
  )

const loaded = <A>(load: () => Promise<A>): Effect.Effect<A> => Effect.promise(load)

const googleRooms = () => import("./Google.ts")
const watchRooms = () => import("./Watch.ts")
const httpRooms = () => import("./Http.ts")

const make = (options: WorldOptions) =>
  Effect.gen(function* () {
    const whose = yield* owner
    const { scope } = whose
    const memo = yield* Layer.makeMemoMap
    const settled = kept(whose, () =>
      Effect.flatMap(
        loaded(() => import("./Settled.ts")),
        ({ settle }) => settle(options)
      )
    )
    const base = kept(whose, () =>
      Effect.gen(function* () {
        const { make } = yield* loaded(() => import("./Base.ts"))
        return make(yield* settled)
      })
    )
    const build = <A, E>(layer: Layer.Layer<A, E>, own: Scope.Scope) => Layer.buildWithMemoMap(layer, memo, own)
    /** A service over the base. */
    const over = <M, I, A, R>(
      key: Effect.Effect<Context.Service<I, A>>,
      load: () => Promise<M>,
      layerOf: (module: M, settled: Settled) => Layer.Layer<I | R, AnyFailure, Base>
    ): Part<A> =>
      kept(whose, (own) =>
        Effect.gen(function* () {
          const module = yield* loaded(load)
          return Context.get(yield* build(Layer.provide(layerOf(module, yield* settled), yield* base), own), yield* key)
        })
      )
    const ofBase = kept(whose, (own) => Effect.flatMap(base, (layer) => build(layer, own)))
    const core = loaded(() => import("@skippy/core"))
    const google = loaded(() => import("@skippy/google"))
    const http = loaded(() => import("@skippy/http"))

    const alerting = Effect.gen(function* () {
      const { AlertManager } = yield* core
      return Context.get(yield* ofBase, AlertManager.AlertManager)
    })

    const shape: Shape = {
      version,
      places: Effect.map(settled, ({ places }) => places),
      configuration: Effect.map(settled, ({ configuration }) => configuration),
      files: Effect.map(
        loaded(() => import("./Settled.ts")),
        ({ projectFile, userFile }) => ({ projectFile, userFile: userFile() })
      ),
      problems: Effect.flatMap(
        loaded(() => import("./Settled.ts")),
        ({ problemsOf }) => problemsOf(options)
      ),
      drive: over(
        Effect.map(google, ({ Drive }) => Drive),
        googleRooms,
        ({ drive }, given) => drive(given)
      ),
      photos: over(
        Effect.map(google, ({ Photos }) => Photos),
        googleRooms,
        ({ photos }, given) => photos(given)
      ),
      tokens: over(
        Effect.map(google, ({ TokenProvider }) => TokenProvider),
        googleRooms,
        ({ tokens }, given) => tokens(given)
      ),
      github: over(
        Effect.map(http, ({ GitHub }) => GitHub),
        httpRooms,
        ({ github }, given) => github(given)
      ),
      pexels: over(
        Effect.map(http, ({ Pexels }) => Pexels),
        httpRooms,
        ({ pexels }, given) => pexels(given)
      ),
      http: over(
        Effect.map(http, ({ HttpService }) => HttpService),
        httpRooms,
        ({ http }, given) => http(given)
      ),
      signIn: (how) =>
        Effect.gen(function* () {
          const { signIn } = yield* loaded(googleRooms)
          return yield* Effect.provideContext(signIn(yield* settled, how), yield* ofBase)
        }),
      signOut: Effect.gen(function* () {
        const { signOut } = yield* loaded(googleRooms)
        return yield* Effect.provideContext(signOut(yield* settled), yield* ofBase)
      }),
      resilience: Effect.gen(function* () {
        const { Resilience } = yield* core
        return Context.get(yield* ofBase, Resilience)
      }),
      snapshot: Effect.gen(function* () {
        const { Snapshot } = yield* core
        return yield* Context.get(yield* ofBase, Snapshot.Live).current
      }),
      health: Effect.gen(function* () {
        const { Health } = yield* core
        return yield* Context.get(yield* ofBase, Health.Health).check
      }),
      system: Effect.gen(function* () {
        const { HealthChecks } = yield* core
        return yield* Context.get(yield* ofBase, HealthChecks.SystemMetrics).read
      }),
      journal: (filter) =>
        Effect.gen(function* () {
          const { Journal } = yield* core
          const { Files } = yield* loaded(() => import("@skippy/http/authoring"))
          const { lifetime, places } = yield* settled
          // What a server did itself a moment ago may still wait to be written.
          if (lifetime === "server") yield* Context.get(yield* ofBase, Journal.Journal).flush
          return yield* Journal.read({ directory: `${places.path}/metrics`, filter, decompress }).pipe(
            Effect.provide(Files.layer)
          )
        }),
      alerts: (filter) =>
        Effect.gen(function* () {
          const { alerts } = yield* loaded(watchRooms)
          const { Files } = yield* loaded(() => import("@skippy/http/authoring"))
          return yield* alerts(yield* settled, filter, decompress).pipe(Effect.provide(Files.layer))
        }),
      sendAlert: (input) => Effect.flatMap(alerting, ({ send }) => send(input)),
      silences: alerting,
      metrics: kept(whose, () =>
        Effect.gen(function* () {
          const { metrics } = yield* loaded(watchRooms)
          const { Snapshot } = yield* core
          const context = yield* ofBase
          const made = metrics(yield* settled, Context.get(context, Snapshot.Live), decompress)
          return yield* Effect.provideContext(made, context)
        })
      ),
      watch: (every) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const { watch } = yield* loaded(watchRooms)
            const { snapshot, health } = shape
            return watch(yield* settled, { snapshot, health }, every, decompress).pipe(
              Stream.provideContext(yield* ofBase)
            )
          })
        ),
      serve: (port) =>
        Effect.gen(function* () {
          const { serve } = yield* loaded(() => import("./Serve.ts"))
          const { Files } = yield* loaded(() => import("@skippy/http/authoring"))
          return yield* serve(yield* settled, port).pipe(
            Effect.provideService(Scope.Scope, scope),
            Effect.provide(Files.layer)
          )
        }),
      listen: (where) =>
        Effect.gen(function* () {
          const { listen } = yield* loaded(() => import("./Listen.ts"))
          return yield* listen(where)
        }),
      demo: (asked) =>
        Effect.gen(function* () {
          const { program, stage } = yield* loaded(() => import("./Demo.ts"))
          return { stage: yield* stage(options, asked), program: program() }
        }),
      examine: Effect.gen(function* () {
        const { examine } = yield* loaded(() => import("./Examine.ts"))
        return yield* examine(Option.getOrUndefined(yield* Effect.option(settled)))
      })
    }
    return shape
  })

/** Worlds on Node. */
export const layer: Layer.Layer<Worlds> = Layer.succeed(Worlds, { inSandbox, make })

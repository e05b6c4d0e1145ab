/**
 * The world of a command on Node. Each part is loaded, made and closed as a command asks for it.
 *
 * @module
 */
import { gunzip } from "node:zlib"
import { Context, Effect, Layer, Option, Scope } from "effect"
import { type Shape, type WorldOptions, Worlds } from "../command/World.ts"
import type { Base } from "./Base.ts"
import { inSandbox } from "./Environment.ts"
import type { Settled } from "./Settled.ts"

const decompress = (bytes: Uint8Array): Effect.Effect<string> =>
  Effect.callback((resume) =>
    gunzip(bytes, (error, text) => resume(error === null ? Effect.succeed(text.toString("utf8")) : Effect.die(error)))
  )

const loaded = <A>(load: () => Promise<A>): Effect.Effect<A> => Effect.promise(load)

const googleRooms = () => import("./Google.ts")
const httpRooms = () => import("./Http.ts")

const make = (options: WorldOptions) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const memo = yield* Layer.makeMemoMap
    const settled = yield* Effect.cached(
      Effect.flatMap(
        loaded(() => import("./Settled.ts")),
        ({ settle }) => settle(options)
      )
    )
    const base = yield* Effect.cached(
      Effect.gen(function* () {
        const { make } = yield* loaded(() => import("./Base.ts"))
        return make(yield* settled)
      })
    )
    const build = <A, E>(layer: Layer.Layer<A, E>) => Layer.buildWithMemoMap(layer, memo, scope)
    /** A service over the base. */
    const over = <M, A, E>(load: () => Promise<M>, layerOf: (module: M, settled: Settled) => Layer.Layer<A, E, Base>) =>
      Effect.gen(function* () {
        const module = yield* loaded(load)
        return yield* build(Layer.provide(layerOf(module, yield* settled), yield* base))
      })
    const ofBase = Effect.flatMap(base, build)
    const core = loaded(() => import("@skippy/core"))
    const google = loaded(() => import("@skippy/google"))
    const http = loaded(() => import("@skippy/http"))

    const shape: Shape = {
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
      drive: Effect.gen(function* () {
        const { Drive } = yield* google
        return Context.get(yield* over(googleRooms, ({ drive }, given) => drive(given)), Drive)
      }),
      photos: Effect.gen(function* () {
        const { Photos } = yield* google
        return Context.get(yield* over(googleRooms, ({ photos }, given) => photos(given)), Photos)
      }),
      tokens: Effect.gen(function* () {
        const { TokenProvider } = yield* google
        return Context.get(yield* over(googleRooms, ({ tokens }, given) => tokens(given)), TokenProvider)
      }),
      github: Effect.gen(function* () {
        const { GitHub } = yield* http
        return Context.get(yield* over(httpRooms, ({ github }, given) => github(given)), GitHub)
      }),
      pexels: Effect.gen(function* () {
        const { Pexels } = yield* http
        return Context.get(yield* over(httpRooms, ({ pexels }, given) => pexels(given)), Pexels)
      }),
      http: Effect.gen(function* () {
        const { HttpService } = yield* http
        return Context.get(yield* over(httpRooms, ({ http }, given) => http(given)), HttpService)
      }),
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
      journal: (filter) =>
        Effect.gen(function* () {
          const { Journal } = yield* core
          const { Files } = yield* loaded(() => import("@skippy/http/authoring"))
          const { places } = yield* settled
          return yield* Journal.read({ directory: `${places.path}/metrics`, filter, decompress }).pipe(
            Effect.provide(Files.layer)
          )
        }),
      serve: (port) =>
        Effect.gen(function* () {
          const { serve } = yield* loaded(() => import("./Serve.ts"))
          const { Files } = yield* loaded(() => import("@skippy/http/authoring"))
          return yield* serve(yield* settled, port).pipe(
            Effect.provideService(Scope.Scope, scope),
            Effect.provide(Files.layer)
          )
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

/**
 * State that is shared by all programs that reach the same Redis: limits, circuits, retry budgets, caches and states. The
 * policies stay as they are; only the layer is another.
 *
 * A decision is one script and one round trip, made by the server and by its clock; takes of one moment share it. When the
 * server is away, each policy goes on as `whenAway` says, and comes back by itself.
 *
 * Two things are not asked for each time. A circuit that was closed up to `maxAge` ago lets calls through; one that another
 * program opened is refused after at most that time. Successes, which never open a circuit, and the calls of a retry budget
 * are told in lots, half of `maxAge` apart, and at the latest with the next failure. So failures of several programs that
 * come closer together than that may count as a row although another program had a success in between.
 *
 * How long a circuit opens is worked out here and not on the server, so a schedule is asked at each failure that could open
 * it. One with jitter is drawn anew each time, and the draw of the program whose failure opened the circuit counts.
 *
 * Give the client `disableOfflineQueue: true`: else commands pile up while the server is away, and closing the client waits
 * for them.
 *
 * @example
 * ```ts no-run
 * import { NodeRedis } from "@effect/platform-node"
 * import { RateLimiter, RedisStores } from "@skippy/core"
 * import { Effect, Layer } from "effect"
 *
 * // One limit for all programs that run this, wherever they run.
 * const Stores = RedisStores.layer({ prefix: "shop" }).pipe(
 *   Layer.provide(NodeRedis.layer({ url: "redis://127.0.0.1:6379", disableOfflineQueue: true }))
 * )
 *
 * const program = Effect.gen(function*() {
 *   const limiter = yield* RateLimiter.make({ name: "reports", limits: RateLimiter.slidingWindow({ limit: 100, per: "1 minute" }) })
 *   yield* Effect.succeed("asked").pipe(limiter)
 * }).pipe(Effect.provide(Stores))
 * ```
 *
 * @module
 */
import { type Duration, Effect, type Layer, type Scope } from "effect"
import type { Redis } from "effect/persistence/Redis"
import { checkMillis, checkOption } from "../../error/InvalidOptionError.ts"
import * as Away from "../away/Away.ts"
import type { RawStores } from "../away/RawStores.ts"
import type { StateStore } from "../StateStore.ts"
import * as RedisBudgets from "./RedisBudgets.ts"
import * as RedisCaches from "./RedisCaches.ts"
import * as RedisCircuits from "./RedisCircuits.ts"
import * as RedisLimits from "./RedisLimits.ts"
import * as RedisStates from "./RedisStates.ts"
import * as Server from "./Server.ts"
import * as Upkeep from "./Upkeep.ts"

/** How the stores are kept. */
export interface Options extends Away.AwayOptions {
  /** Begins the name of every key, so that several programs can use one Redis without meeting. Default `skippy`. */
  readonly prefix?: string | undefined
  /**
   * How long a circuit that was closed counts as closed without asking. `0` asks for every call, and tells every success
   * with the next question, at the latest a millisecond later. Default 40 ms.
   */
  readonly maxAge?: Duration.Input | undefined
}

/** The defaults, in one place. Those of `timeout`, `whenAway` and `pause` are in `Away`. */
export const defaults = { prefix: "skippy", maxAge: "40 millis" } as const

/** For tests: the time decisions go by instead of the server's. */
interface RawOptions extends Options {
  readonly now?: (() => number) | undefined
}

/** The stores as they are, which fail when Redis does. */
export const makeRaw = (options: RawOptions = {}): Effect.Effect<RawStores, never, Redis | Scope.Scope> =>
  Effect.gen(function* () {
    const prefix = options.prefix ?? defaults.prefix
    checkOption(prefix !== "", "RedisStores", "prefix", prefix, "give it a name; other programs may use the same Redis")
    const maxAge = checkMillis("RedisStores", "maxAge", options.maxAge ?? defaults.maxAge, 0)
    checkOption(Number.isFinite(maxAge), "RedisStores", "maxAge", options.maxAge, "give a duration that ends")
    const server = yield* Server.make({ prefix, now: options.now })
    const upkeep = yield* Upkeep.make(Math.max(1, maxAge / 2))
    return {
      limits: RedisLimits.make(server),
      circuits: RedisCircuits.make(server, upkeep, maxAge),
      budgets: RedisBudgets.make(server, upkeep, maxAge > 0),
      caches: RedisCaches.make(server),
      states: RedisStates.make(server)
    }
  })

/** Provides all stores from the Redis of the context. */
export const layer = (options: Options = {}): Layer.Layer<StateStore, never, Redis> =>
  Away.layer("redis", makeRaw(options), options)

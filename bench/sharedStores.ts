/** The stores of the shared run as layers. */
import { NodeRedis } from "@effect/platform-node"
import { RedisStores, type StateStore } from "@skippy/core"
import { SqliteStores } from "@skippy/core/node"
import { Layer } from "effect"
import type { Place } from "./sharedPlan.ts"

/** The state of all policies in one place. */
export const storesAt = (place: Place): Layer.Layer<StateStore> =>
  place._tag === "sqlite"
    ? Layer.orDie(SqliteStores.layer({ directory: place.directory, busyTimeout: place.patience }))
    : Layer.orDie(
        RedisStores.layer({ timeout: place.patience, maxAge: place.maxAge }).pipe(
          Layer.provide(NodeRedis.layer({ url: `redis://127.0.0.1:${place.port}`, disableOfflineQueue: true }))
        )
      )

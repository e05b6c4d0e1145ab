import { NodeHttpClient } from "@effect/platform-node"
import { Context, Effect, Layer, type Scope } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import type { Emulator } from "../../src/testing/Emulator.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import type { Served, ServeOptions } from "../../src/testing/Exchange.ts"

/** A way to an emulator: the same client of Effect, with or without sockets. */
export interface Way extends Served {
  readonly client: HttpClient.HttpClient
  readonly origin: string
  /** Waits until the fate of so many requests is decided. */
  readonly decided: (requests: number) => Effect.Effect<void>
}

export type MakeWay = (emulator: Emulator, options?: ServeOptions) => Effect.Effect<Way, never, Scope.Scope>

const overSockets =
  (layer: typeof NodeHttpClient.layerUndici): MakeWay =>
  (emulator, options) =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(emulator, options)
      return {
        ...server,
        client: Context.get(yield* Layer.build(layer), HttpClient.HttpClient),
        origin: server.url,
        decided: (requests) => server.until(({ decided }) => decided >= requests)
      }
    })

const inMemory: MakeWay = (emulator, options) =>
  Effect.sync(() => {
    const memory = EmulatorClient.make(emulator, options)
    const decided = (requests: number): Effect.Effect<void> =>
      Effect.suspend(() =>
        memory.requests().length >= requests ? Effect.void : Effect.andThen(Effect.yieldNow, decided(requests))
      )
    return { ...memory, origin: "http://emulator.test", decided }
  })

export const ways: ReadonlyArray<readonly [name: string, make: MakeWay]> = [
  ["in memory", inMemory],
  ["over sockets with undici", overSockets(NodeHttpClient.layerUndici)],
  ["over sockets with node:http", overSockets(NodeHttpClient.layerNodeHttp)],
  ["over sockets with fetch", overSockets(FetchHttpClient.layer)]
]

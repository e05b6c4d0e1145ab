import { afterEach, describe, expect, it, vi } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import * as Transport from "../src/Transport.ts"
import * as UrlGuard from "../src/UrlGuard.ts"
import { environment, read, serve, toLoopback } from "./transportSupport.ts"

const clientOf = (layer: typeof Transport.layer) =>
  Effect.map(Layer.build(Layer.provide(layer, environment({}))), (context) =>
    Context.get(context, HttpClient.HttpClient)
  )

afterEach(() => {
  vi.doUnmock("../src/TransportNode.ts")
  vi.resetModules()
})

describe("the default transport", () => {
  it.live("is Node's", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      expect(yield* read(yield* clientOf(Transport.layer), server.url())).toBe("hello")
    })
  )

  it.live("takes options", () =>
    Effect.gen(function* () {
      const http = yield* clientOf(Transport.layerWith({ guard: UrlGuard.make(), lookup: toLoopback }))
      const error = yield* Effect.flip(read(http, "http://public.example/"))
      expect(UrlGuard.refusalOf(error)).toMatchObject({ address: "127.0.0.1" })
    })
  )

  it.live("says what to do where there is no Node", () =>
    Effect.gen(function* () {
      vi.resetModules()
      vi.doMock("../src/TransportNode.ts", () => {
        throw new Error("no node:net here")
      })
      // Importing it works all the same.
      const elsewhere = yield* Effect.promise(() => import("../src/Transport.ts"))
      const error = yield* Effect.flip(Layer.build(Layer.provide(elsewhere.layer, environment({}))))
      expect(error._tag).toBe("TransportUnavailableError")
      expect(error.message).toContain("layerNoDeps")
    })
  )
})

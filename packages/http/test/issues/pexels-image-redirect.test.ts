/** The host of an image is checked, so an image may not be led to another one, whatever client is below. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Effect, Layer, Redacted } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import * as Files from "../../src/Files.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { policies } from "../../src/pexels/TestWorld.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as Fault from "../../src/testing/Fault.ts"
import * as FileEmulator from "../../src/testing/FileEmulator.ts"
import * as PexelsEmulator from "../../src/testing/PexelsEmulator.ts"
import * as Transport from "../../src/Transport.ts"
import { directory } from "../pexels/support.ts"

const clients: ReadonlyArray<readonly [string, Layer.Layer<HttpClient.HttpClient, unknown>]> = [
  ["fetch", FetchHttpClient.layer],
  ["the transport", Transport.layer]
]

describe("an image that is led elsewhere", () => {
  for (const [what, client] of clients) {
    it.live(`is not fetched (${what})`, () =>
      Effect.gen(function* () {
        const elsewhere = yield* EmulatorServer.start(FileEmulator.make({ "/a.png": { content: "secret" } }))
        const emulator = PexelsEmulator.make({ keys: ["k"], topics: { ocean: 1 } })
        const redirect = Fault.status(302, { headers: { location: `${elsewhere.url}/a.png` } })
        const server = yield* EmulatorServer.start(emulator, {
          faults: Fault.when({ path: "/images/" }, Fault.always(redirect))
        })
        const folder = yield* directory
        const layer = Pexels.layerWith({ key: Redacted.make("k"), url: server.url }).pipe(
          Layer.provide([client, Files.layer, Resilience.layer({ services: { pexels: policies, http: policies } })])
        )
        const photoId = emulator.photos()[0]!.id
        const error = yield* Effect.flip(
          Pexels.use(({ download }) => download({ photoId, path: join(folder, "a.png") })).pipe(Effect.provide(layer))
        )
        expect(error).toMatchObject({ _tag: "HttpError", reason: "status", status: 302 })
        expect(elsewhere.requests()).toEqual([])
        expect(readdirSync(folder)).toEqual([])
      }).pipe(Effect.scoped)
    )
  }
})

/** A request whose token was not accepted was sent again past the limit, so that more were sent than the quota allows. */
import { expect, it } from "@effect/vitest"
import { Resilience, StateStore } from "@skippy/core"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorClient, Fault } from "@skippy/http/testing"
import { Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as TokenCache from "../../src/auth/TokenCache.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import { Drive } from "../../src/drive/Drive.ts"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"
import * as DriveFaults from "../../src/testing/drive/DriveFaults.ts"

const tokens = Layer.effect(
  TokenProvider,
  Effect.map(
    TokenCache.make(Effect.succeed({ value: Redacted.make("token-of-a-test"), expiresAt: undefined })),
    ({ get, renew }) => ({ get, renew, identity: Effect.succeed("tester") })
  )
)

const limit = { algorithm: "slidingWindow", limit: 3, per: "1 minute" } as const
const policies = Resilience.layer({
  services: { "google-drive": { rateLimit: { limits: [limit], maxWait: 0 }, retry: { maxAttempts: 1 } } }
})

it.effect("a request that is sent again with another token takes from the limit again", () => {
  const { client, requests } = EmulatorClient.make(DriveEmulator.make(), {
    faults: Fault.once(DriveFaults.invalidCredentials)
  })
  const layer = Drive.layerWith().pipe(
    Layer.provide([
      policies,
      tokens,
      Layer.succeed(HttpClient.HttpClient, client),
      Files.layer,
      Checksums.layer,
      StateStore.layerMemory
    ])
  )
  return Effect.gen(function* () {
    const drive = yield* Drive
    yield* drive.searchFiles({ query: "name = 'a'" })
    yield* drive.searchFiles({ query: "name = 'b'" })
    const refused = yield* Effect.flip(drive.searchFiles({ query: "name = 'c'" }))
    expect([refused._tag, requests().length]).toEqual(["RateLimitedError", 3])
  }).pipe(Effect.provide(layer))
})

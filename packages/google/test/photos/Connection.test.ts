/** Where the Photos Picker is, and as whom it is asked. */
import { describe, expect, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Files } from "@skippy/http/authoring"
import { EmulatorClient } from "@skippy/http/testing"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as AuthError from "../../src/auth/AuthError.ts"
import * as StaticToken from "../../src/auth/StaticToken.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import * as PhotosEmulator from "../../src/testing/PhotosEmulator.ts"
import { inMemory } from "./support.ts"

/** Where requests went with these settings. */
const urlsWith = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const urls: Array<string> = []
    const { client } = EmulatorClient.make(PhotosEmulator.make())
    const watched = HttpClient.mapRequest(client, (request) => {
      urls.push(request.url)
      return request
    })
    const layer = Photos.layerNoDeps.pipe(
      Layer.provide([
        Layer.succeed(HttpClient.HttpClient, watched),
        Resilience.layer(),
        Files.layer,
        StaticToken.layer(Redacted.make("token-of-a-test")),
        ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
      ])
    )
    const exit = yield* Effect.exit(
      Effect.provide(
        Photos.use(({ createSession }) => createSession()),
        layer
      )
    )
    return { urls, exit }
  })

describe("the connection of Photos", () => {
  it.live("is Google's own, or that of the environment without a slash at its end; an empty text is none", () =>
    Effect.gen(function* () {
      expect((yield* urlsWith({})).urls).toEqual(["https://photospicker.googleapis.com/v1/sessions"])
      expect((yield* urlsWith({ SKIPPY_GOOGLE_PHOTOS_URL: " " })).urls).toHaveLength(1)
      const { urls } = yield* urlsWith({ SKIPPY_GOOGLE_PHOTOS_URL: "http://127.0.0.1:9/google/" })
      expect(urls).toEqual(["http://127.0.0.1:9/google/v1/sessions"])
    })
  )

  it.live("is none that makes no sense", () =>
    Effect.gen(function* () {
      const { exit, urls } = yield* urlsWith({ SKIPPY_GOOGLE_PHOTOS_URL: "ftp://x" })
      expect(exit._tag).toBe("Failure")
      expect(urls).toEqual([])
      const program = Effect.provide(Photos, inMemory({ url: "https://user:secret@example.com" }))
      const defect = yield* Effect.flip(Effect.sandbox(program))
      expect(String(defect)).toContain("without user, query and fragment")
      expect(String(defect)).not.toContain("secret")
    })
  )

  it.live("renews a token that is not accepted, once", () => {
    let renewed = 0
    const token = (text: string) => ({ value: Redacted.make(text), expiresAt: undefined })
    const tokensOf = Layer.succeed(TokenProvider, {
      get: Effect.succeed(token("old")),
      renew: () => Effect.sync(() => (renewed++, token("token-of-a-test"))),
      identity: Effect.succeed("authorized-user:c:d")
    })
    return Effect.gen(function* () {
      yield* Photos.use(({ createSession }) => createSession())
      const { createdCount, requests } = yield* PhotosTest
      expect(requests().map(({ status }) => status)).toEqual([401, 200])
      expect([renewed, createdCount()]).toEqual([1, 1])
    }).pipe(Effect.provide(inMemory({ tokensOf })))
  })

  it.live("sends nothing without a token, and leaves the circuit alone", () => {
    const missing = AuthError.make({ reason: "noCredentials", category: "auth", fix: "sign in" })
    const tokensOf = Layer.succeed(TokenProvider, {
      get: Effect.fail(missing),
      renew: () => Effect.fail(missing),
      identity: Effect.fail(missing)
    })
    return Effect.gen(function* () {
      const { createSession } = yield* Photos
      for (let call = 0; call < 7; call++) {
        expect(yield* Effect.flip(createSession())).toMatchObject({ _tag: "AuthError", reason: "noCredentials" })
      }
      expect((yield* PhotosTest).requests()).toEqual([])
      const { circuit } = yield* Effect.flatMap(Resilience, ({ state }) => state("google-photos"))
      expect(circuit?.state).toBe("Closed")
    }).pipe(Effect.provide(inMemory({ tokensOf })))
  })

  it.live("tells a service account that it has no photos", () => {
    const tokensOf = StaticToken.layer(Redacted.make("robot"), { identity: "service-account:robot@p.iam" })
    const tokens = [{ token: "robot", email: "robot@p.iam.gserviceaccount.com" }]
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Photos.use(({ createSession }) => createSession()))
      expect(error).toMatchObject({ _tag: "PhotosError", reason: "noPhotosAccount", serviceAccount: true })
      expect(error.message).toContain("sign in as a person")
    }).pipe(Effect.provide(inMemory({ tokensOf, tokens })))
  })
})

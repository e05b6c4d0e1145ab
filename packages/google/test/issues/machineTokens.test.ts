/**
 * Trouble of the metadata server was told as "nobody is signed in"; and "the machine itself" was whatever
 * google-auth-library found in variables and files, past the settings of the program.
 */
import { describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { afterEach, beforeEach, expect, vi } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { environment, makeWorld } from "../auth/support.ts"

const asked = (library?: Tokens.Library) =>
  Effect.gen(function* () {
    const path = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const layer = Tokens.layerNoDeps.pipe(Layer.provide(environment({ SKIPPY_PATH: path })))
    const provided = library === undefined ? layer : Layer.provide(layer, Layer.succeed(Tokens.Library, library))
    return yield* Effect.flip(
      Effect.provide(
        TokenProvider.use(({ get }) => get),
        provided
      )
    )
  }).pipe(Effect.scoped, Effect.provide(makeWorld().layer))

describe("the machine itself", () => {
  it.effect("is asked again later when its metadata server is in trouble", () =>
    Effect.gen(function* () {
      const refuse = () => Promise.reject(Object.assign(new Error("connection lost"), { code: "ECONNRESET" }))
      expect(yield* asked(refuse)).toMatchObject({ _tag: "AuthError", reason: "unavailable", category: "transient" })
    })
  )

  describe("with google-auth-library", () => {
    beforeEach(() => {
      vi.stubEnv("METADATA_SERVER_DETECTION", "none")
      vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/canary.json")
    })
    afterEach(() => {
      vi.unstubAllEnvs()
    })

    it.live("is not what the process's own variables say", () =>
      Effect.gen(function* () {
        expect(yield* asked()).toMatchObject({ _tag: "AuthError", reason: "noCredentials" })
      })
    )
  })
})

/**
 * Trouble of the metadata server was told as "nobody is signed in"; and "the machine itself" was whatever
 * google-auth-library found in variables and files, past the settings of the program.
 */
import { writeFileSync } from "node:fs"
import { describe, it } from "@effect/vitest"
import { EmulatorServer } from "@skippy/http/testing"
import { Effect, FileSystem, Layer } from "effect"
import { afterEach, expect, vi } from "vitest"
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

afterEach(() => {
  vi.unstubAllEnvs()
})

describe("the machine itself", () => {
  it.effect("is asked again later when its metadata server is in trouble", () =>
    Effect.gen(function* () {
      const refuse = () => Promise.reject(Object.assign(new Error("connection lost"), { code: "ECONNRESET" }))
      expect(yield* asked(refuse)).toMatchObject({ _tag: "AuthError", reason: "unavailable", category: "transient" })
    })
  )

  it.live("is not what the variables of the process say, past the settings of the program", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start({
        handle: () => ({ status: 200, body: '{"access_token":"another"}' })
      })
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const path = `${folder}/federated.json`
      writeFileSync(`${folder}/subject`, "subject-token")
      const credentials = {
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${server.url}/v1/token`,
        credential_source: { file: `${folder}/subject` }
      }
      writeFileSync(path, JSON.stringify(credentials))
      vi.stubEnv("METADATA_SERVER_DETECTION", "none")
      vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", path)
      expect(yield* asked()).toMatchObject({ _tag: "AuthError", reason: "noCredentials" })
      expect(server.requests()).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(makeWorld().layer))
  )
})

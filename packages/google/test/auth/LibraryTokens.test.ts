import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, it } from "@effect/vitest"
import { EmulatorServer } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import { afterEach, beforeEach, expect, vi } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { environment, makeWorld, textOf } from "./support.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skippy-library-"))
})
afterEach(() => {
  vi.doUnmock("google-auth-library")
  rmSync(folder, { recursive: true })
})

const federated = (url: string): string => {
  writeFileSync(join(folder, "subject"), "subject-token")
  const path = join(folder, "federated.json")
  const json = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${url}/v1/token`,
    credential_source: { file: join(folder, "subject") }
  }
  writeFileSync(path, JSON.stringify(json))
  return path
}

const get = (path: string) =>
  Effect.provide(
    Effect.flatMap(TokenProvider, (tokens) => tokens.get),
    Tokens.layerNoDeps.pipe(
      Layer.provide(makeWorld().layer),
      Layer.provide(environment({ SKIPPY_GOOGLE_CREDENTIALS: path }))
    )
  )

describe("credentials only google-auth-library knows", () => {
  it.live("give a token of workload identity federation", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start({
        handle: () => ({
          status: 200,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            access_token: "federated-token",
            issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
            token_type: "Bearer",
            expires_in: 3600
          })
        })
      })
      const token = yield* get(federated(server.url))
      expect(textOf(token)).toBe("federated-token")
      expect(token.expiresAt).toBeGreaterThan(Date.now() + 3_500_000)
      const [request] = server.requests()
      expect(new URLSearchParams(request?.body).get("subject_token")).toBe("subject-token")
      expect(new URLSearchParams(request?.body).get("scope")).toContain("auth/drive")
    }).pipe(Effect.scoped)
  )

  it.effect("say what to install when it is not there", () =>
    Effect.gen(function* () {
      vi.doMock("google-auth-library", () => {
        throw new Error("Cannot find package")
      })
      const error = yield* Effect.flip(get(federated("http://127.0.0.1:1")))
      expect(error).toMatchObject({
        reason: "badCredentials",
        fix: expect.stringContaining("npm install google-auth-library")
      })
    })
  )
})

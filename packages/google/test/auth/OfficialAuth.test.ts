/**
 * What goes to the token endpoint is what google-auth-library sends there. It differs where it is said here:
 * - the assertion names the key it is signed with (`kid`) and its type (`typ`), as Google documents and the library leaves out;
 * - the assertion is for `token_uri` of the key file, which the library ignores: for Google's files both are the same;
 * - a token is revoked in the body, not in the address, which proxies write down.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { describe, it } from "@effect/vitest"
import { Resilience } from "@skippy/core"
import { Transport } from "@skippy/http"
import { EmulatorServer } from "@skippy/http/testing"
import { Effect, Layer, Redacted } from "effect"
import { JWT, OAuth2Client } from "google-auth-library"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { expect, vi } from "vitest"
import { desktop } from "../../src/auth/DesktopNode.ts"
import * as Login from "../../src/auth/Login.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import * as TokenMachine from "../../src/testing/auth/TokenMachine.ts"
import { makeKeys, makeWorld } from "./support.ts"

const clientId = "desktop.apps.example"
const clientSecret = "client secret & more"

const get = Effect.flatMap(TokenProvider, (tokens) => tokens.get)

const startGoogle = Effect.gen(function* () {
  const google = TokenMachine.make({ clients: [{ id: clientId, secret: clientSecret }] })
  const server = yield* EmulatorServer.start({
    handle: (request, now) => google.handle(request, now) ?? { status: 404 }
  })
  const official = new OAuth2Client({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: `${server.url}/token`, oauth2RevokeUrl: `${server.url}/revoke` }
  })
  return { google, official, server }
})

const live = Layer.mergeAll(
  NodeFileSystem.layer,
  NodePath.layer,
  Layer.orDie(Transport.layer),
  Layer.orDie(Resilience.layer())
)

describe("beside google-auth-library", () => {
  it.live("a refresh token is sent by the same request", () =>
    Effect.gen(function* () {
      const { google, official, server } = yield* startGoogle
      const refreshToken = google.refreshToken({ client: clientId })
      official.setCredentials({ refresh_token: refreshToken })
      const { token } = yield* Effect.promise(() => official.getAccessToken())
      expect(google.accountOf(token ?? "", Date.now())?.email).toBe("tester@example.com")
      yield* Effect.provide(
        get,
        Tokens.layerAuthorizedUser({
          clientId,
          clientSecret: Redacted.make(clientSecret),
          refreshToken: Redacted.make(refreshToken),
          authUrl: server.url
        }).pipe(Layer.provide(live))
      )
      const [theirs, ours] = server.requests().map(({ body, headers, method, path, query }) => ({
        body,
        method,
        path,
        query,
        type: headers["content-type"]?.split(";")[0]
      }))
      expect(ours).toEqual(theirs)
    }).pipe(Effect.scoped)
  )

  it.live("a code is exchanged by the same request", () =>
    Effect.gen(function* () {
      const { official, server } = yield* startGoogle
      const folder = mkdtempSync(join(tmpdir(), "skippy-official-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true })))
      const open = (url: string) => Effect.as(Effect.forkDetach(Effect.promise(() => fetch(url))), true)
      yield* Login.run({
        clientId,
        clientSecret: Redacted.make(clientSecret),
        path: folder,
        authUrl: server.url,
        announce: () => Effect.void
      }).pipe(Effect.provideService(Login.Desktop, Effect.succeed({ ...desktop, open })), Effect.provide(live))
      const ours = server.requests().find(({ path }) => path === "/token")
      const form = new URLSearchParams(ours?.body)
      // The code is used up, so it is refused; what matters is what was sent.
      yield* Effect.flip(
        Effect.tryPromise(() =>
          official.getToken({
            code: form.get("code") ?? "",
            codeVerifier: form.get("code_verifier") ?? "",
            redirect_uri: form.get("redirect_uri") ?? ""
          })
        )
      )
      const theirs = server.requests().findLast(({ path }) => path === "/token")
      expect(theirs).not.toBe(ours)
      expect([ours?.method, ours?.query, ours?.body]).toEqual([theirs?.method, theirs?.query, theirs?.body])
    }).pipe(Effect.scoped)
  )

  it.effect("an assertion says the same, and which key it is signed with", () =>
    Effect.gen(function* () {
      const { key, pem } = yield* makeKeys
      const robot = { email: "robot", key, subjects: ["ada@example.com"] }
      const world = makeWorld({ serviceAccounts: [robot] })
      yield* Effect.provide(
        get,
        Tokens.layerServiceAccount({
          email: "robot",
          privateKey: Redacted.make(pem),
          privateKeyId: "key-1",
          subject: "ada@example.com",
          scopes: ["drive", "photospicker"]
        }).pipe(Layer.provide(world.layer))
      )
      const [request] = world.requests()
      const ours = new URLSearchParams(request?.body)

      const official = new JWT({
        email: "robot",
        key: pem,
        keyId: "key-1",
        subject: "ada@example.com",
        scopes: [Tokens.scopes.drive, Tokens.scopes.photospicker]
      })
      const asked = vi.spyOn(official.transporter, "request").mockResolvedValue({ data: {} } as never)
      yield* Effect.promise(() => official.authorize())
      const options = asked.mock.calls[0]?.[0]
      const theirs = new URLSearchParams(String(options?.data))

      expect([request?.method, `https://${request?.headers["host"]}${request?.path}`]).toEqual([
        options?.method,
        String(options?.url)
      ])
      expect([...ours.keys()]).toEqual([...theirs.keys()])
      expect(ours.get("grant_type")).toBe(theirs.get("grant_type"))
      const claimsOf = (form: URLSearchParams) => {
        const { exp = 0, iat = 0, ...claims } = decodeJwt(form.get("assertion") ?? "")
        return { ...claims, life: exp - iat }
      }
      expect(claimsOf(ours)).toEqual(claimsOf(theirs))
      expect(decodeProtectedHeader(theirs.get("assertion") ?? "")).toEqual({ alg: "RS256" })
      expect(decodeProtectedHeader(ours.get("assertion") ?? "")).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" })
    })
  )

  it.live("gets tokens from the emulator unmodified, and revokes them there", () =>
    Effect.gen(function* () {
      const { google, official, server } = yield* startGoogle
      const token = google.accessToken({}, Date.now())
      yield* Effect.promise(() => official.revokeToken(token))
      expect(google.accountOf(token, Date.now())).toBeUndefined()
      expect(server.requests().map(({ method, path, status }) => [method, path, status])).toEqual([
        ["POST", "/revoke", 200]
      ])
      official.setCredentials({ refresh_token: google.refreshToken({ client: clientId }) })
      google.revoke(official.credentials.refresh_token ?? "")
      const failed = yield* Effect.flip(Effect.tryPromise(() => official.getAccessToken()))
      expect(String(failed.cause)).toContain("invalid_grant")
    }).pipe(Effect.scoped)
  )
})

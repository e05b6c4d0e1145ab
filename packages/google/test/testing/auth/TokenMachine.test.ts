import { describe, it } from "@effect/vitest"
import { SignJWT } from "jose"
import { Effect } from "effect"
import { expect } from "vitest"
import * as TokenMachine from "../../../src/testing/auth/TokenMachine.ts"
import { makeServiceKeys } from "./support.ts"

const origin = "http://google.example"
const encoder = new TextEncoder()

const post = (google: TokenMachine.TokenMachine, path: string, form: Readonly<Record<string, string>>, now = 0) => {
  const request = {
    method: "POST",
    url: new URL(path, origin),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: encoder.encode(new URLSearchParams(form).toString())
  }
  const answer = google.handle(request, now)
  return { status: answer?.status, json: JSON.parse(String(answer?.body)) }
}

const consent = (google: TokenMachine.TokenMachine, parameters: Readonly<Record<string, string>>, now = 0) => {
  const url = new URL("/o/oauth2/v2/auth", origin)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const answer = google.handle({ method: "GET", url, headers: {}, body: new Uint8Array() }, now)
  const location = answer?.headers?.["location"]
  return { status: answer?.status, back: location === undefined ? undefined : new URL(location) }
}

const redirectUri = "http://127.0.0.1:4000"
// The pair of RFC 7636, appendix B.
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

const asked = {
  client_id: "client",
  redirect_uri: redirectUri,
  response_type: "code",
  scope: "scope-1 scope-2",
  state: "state-1",
  code_challenge: challenge,
  code_challenge_method: "S256"
}

describe("Google's sign-in", () => {
  it("leaves to others what is not its own", () => {
    const google = TokenMachine.make()
    const url = new URL("/drive/v3/files", origin)
    expect(google.handle({ method: "GET", url, headers: {}, body: new Uint8Array() }, 0)).toBeUndefined()
  })

  it("knows the token of a test, and no other", () => {
    const google = TokenMachine.make()
    expect(google.accountOf("token-of-a-test", 0)?.email).toBe("tester@example.com")
    expect(google.accountOf("token-of-another", 0)).toBeUndefined()
    const own = TokenMachine.make({ tokens: [{ token: "a", email: "ada@example.com", scopes: ["scope-1"] }] })
    expect(own.accountOf("a", 0)).toEqual({ email: "ada@example.com", scopes: ["scope-1"] })
    expect(own.accountOf("token-of-a-test", 0)).toBeUndefined()
  })

  describe("the consent page", () => {
    it("sends the browser back with a code, which is exchanged once, by whoever has the verifier", () => {
      const google = TokenMachine.make()
      const { back, status } = consent(google, asked)
      expect([status, back?.origin, back?.searchParams.get("state")]).toEqual([302, redirectUri, "state-1"])
      const form = {
        grant_type: "authorization_code",
        client_id: "client",
        redirect_uri: redirectUri,
        code: back?.searchParams.get("code") ?? "",
        code_verifier: verifier
      }
      expect(post(google, "/token", { ...form, code_verifier: "another" })).toEqual({
        status: 400,
        json: { error: "invalid_grant", error_description: "Invalid code verifier." }
      })
      expect(post(google, "/token", { ...form, redirect_uri: "http://127.0.0.1:4001" }).json.error).toBe(
        "redirect_uri_mismatch"
      )
      expect(post(google, "/token", { ...form, client_id: "another" }).json.error).toBe("unauthorized_client")
      const granted = post(google, "/token", form)
      expect(granted).toEqual({
        status: 200,
        json: {
          access_token: expect.stringMatching(/^ya29\./),
          expires_in: 3599,
          refresh_token: expect.stringMatching(/^1\/\//),
          scope: "scope-1 scope-2",
          token_type: "Bearer"
        }
      })
      expect(google.accountOf(granted.json.access_token, 0)).toEqual({
        email: "tester@example.com",
        scopes: ["scope-1", "scope-2"]
      })
      expect(post(google, "/token", form).json.error).toBe("invalid_grant")
    })

    it("gives a code for ten minutes", () => {
      const google = TokenMachine.make()
      const code = consent(google, asked).back?.searchParams.get("code") ?? ""
      const form = { grant_type: "authorization_code", client_id: "client", redirect_uri: redirectUri, code }
      expect(post(google, "/token", { ...form, code_verifier: verifier }, 600_000).json.error).toBe("invalid_grant")
    })

    it("sends nobody to an address that is not on this machine, and nothing that is not asked rightly", () => {
      const google = TokenMachine.make({ clients: [{ id: "client" }] })
      for (const wrong of [
        { redirect_uri: "https://example.com/" },
        { redirect_uri: "nothing" },
        { client_id: "another" },
        { response_type: "token" },
        { scope: "" },
        { code_challenge_method: "plain" }
      ])
        expect(consent(google, { ...asked, ...wrong })).toEqual({ status: 400, back: undefined })
    })

    it("tells when somebody agrees to nothing", () => {
      const google = TokenMachine.make({ withheld: ["scope-1", "scope-2"] })
      expect(Object.fromEntries(consent(google, asked).back?.searchParams ?? [])).toEqual({
        error: "access_denied",
        state: "state-1"
      })
    })
  })

  describe("a refresh token", () => {
    it("gives access tokens that end", () => {
      const google = TokenMachine.make({ expiresIn: 60 })
      const refresh_token = google.refreshToken()
      const granted = post(google, "/token", { grant_type: "refresh_token", client_id: "client", refresh_token }, 1000)
      expect(granted.json).not.toHaveProperty("refresh_token")
      expect(google.accountOf(granted.json.access_token, 60_999)).toBeDefined()
      expect(google.accountOf(granted.json.access_token, 61_000)).toBeUndefined()
    })

    it("is good in another process, too", () => {
      const refresh_token = TokenMachine.make().refreshToken({ email: "ada@example.com" })
      const other = TokenMachine.make()
      const granted = post(other, "/token", { grant_type: "refresh_token", client_id: "client", refresh_token })
      expect(TokenMachine.make().accountOf(granted.json.access_token, 0)?.email).toBe("ada@example.com")
    })

    it("ends with all its access tokens when one of them is revoked", () => {
      const google = TokenMachine.make()
      const form = { grant_type: "refresh_token", client_id: "client", refresh_token: google.refreshToken() }
      const token = post(google, "/token", form).json.access_token
      expect(post(google, "/revoke", { token })).toEqual({ status: 200, json: {} })
      expect(google.accountOf(token, 0)).toBeUndefined()
      expect(post(google, "/token", form)).toEqual({
        status: 400,
        json: { error: "invalid_grant", error_description: "Token has been expired or revoked." }
      })
      expect(post(google, "/revoke", { token }).json.error).toBe("invalid_token")
    })

    it("is replaced when it is used, by a server that does so", () => {
      const google = TokenMachine.make({ rotates: true })
      const form = { grant_type: "refresh_token", client_id: "client", refresh_token: google.refreshToken() }
      const { refresh_token } = post(google, "/token", form).json
      expect(refresh_token).not.toBe(form.refresh_token)
      expect(post(google, "/token", form).json.error).toBe("invalid_grant")
      expect(post(google, "/token", { ...form, refresh_token }).status).toBe(200)
    })

    it("is refused as Google refuses it", () => {
      const google = TokenMachine.make({ clients: [{ id: "client", secret: "right" }] })
      const form = {
        grant_type: "refresh_token",
        client_id: "client",
        client_secret: "right",
        refresh_token: google.refreshToken({ client: "client" })
      }
      const { client_secret: _, ...withoutSecret } = form
      const errors = [
        { ...form, client_id: "another" },
        { ...form, client_secret: "wrong" },
        withoutSecret,
        { ...form, refresh_token: "1//something" },
        { ...form, grant_type: "password" },
        { client_id: "client", client_secret: "right" }
      ]
        .map((each) => post(google, "/token", each))
        .map(({ json, status }) => `${status} ${json.error}`)
      expect(errors).toEqual([
        "401 invalid_client",
        "401 invalid_client",
        "400 invalid_request",
        "400 invalid_grant",
        "400 unsupported_grant_type",
        "400 invalid_request"
      ])
    })
  })

  describe("an assertion", () => {
    const now = 1_764_000_000_000
    const claims = {
      iss: "robot",
      scope: "scope-1",
      aud: "https://oauth2.googleapis.com/token",
      iat: now / 1000,
      exp: now / 1000 + 3600
    }

    it.effect("is believed when it is signed, timely, and for this endpoint", () =>
      Effect.gen(function* () {
        const { key, privateKey } = yield* makeServiceKeys
        const other = yield* makeServiceKeys
        const google = TokenMachine.make({ serviceAccounts: [{ email: "robot", key, subjects: ["ada@example.com"] }] })
        const send = (own: Readonly<Record<string, unknown>>, signedBy = privateKey) =>
          Effect.map(
            Effect.promise(() =>
              new SignJWT({ ...claims, ...own }).setProtectedHeader({ alg: "RS256" }).sign(signedBy)
            ),
            (assertion) => {
              const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"
              return post(google, "/token", { grant_type, assertion }, now).json
            }
          )
        const granted = yield* send({})
        expect(google.accountOf(granted.access_token, now)).toEqual({ email: "robot", scopes: ["scope-1"] })
        expect(granted).not.toHaveProperty("refresh_token")
        expect(google.accountOf((yield* send({ sub: "ada@example.com" })).access_token, now)?.email).toBe(
          "ada@example.com"
        )
        const description = (json: { readonly error: string; readonly error_description: string }) =>
          `${json.error}: ${json.error_description}`
        expect(description(yield* send({ aud: "https://example.com" }))).toBe(
          "invalid_grant: Invalid JWT: Failed audience check."
        )
        expect(description(yield* send({ iss: "stranger" }))).toBe("invalid_grant: Invalid grant: account not found")
        expect(description(yield* send({}, other.privateKey))).toBe("invalid_grant: Invalid JWT Signature.")
        expect((yield* send({ sub: "eve@example.com" })).error).toBe("unauthorized_client")
        expect((yield* send({ scope: "" })).error).toBe("invalid_scope")
        for (const wrong of [
          { exp: claims.iat + 3601 },
          { exp: claims.iat - 1 },
          { iat: claims.iat - 7200, exp: claims.iat - 3600 },
          { iat: claims.iat + 600, exp: claims.iat + 4000 }
        ])
          expect(description(yield* send(wrong))).toMatch(
            /^invalid_grant: Invalid JWT: Token must be a short-lived token/
          )
      })
    )

    it("that is none is refused", () => {
      const google = TokenMachine.make()
      const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"
      for (const assertion of ["", "a.b.c", "a.b.c.d", "nonsense"])
        expect(post(google, "/token", { grant_type, assertion }, now).json.error).toBe("invalid_grant")
    })
  })
})

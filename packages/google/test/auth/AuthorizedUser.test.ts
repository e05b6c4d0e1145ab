import { describe, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, Layer, Redacted } from "effect"
import * as TestClock from "effect/testing/TestClock"
import { expect } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, makeWorld, textOf, type WorldOptions } from "./support.ts"

const clientId = "desktop.apps.example"
const secret = "GOCSPX-secret"

const makeUser = (options: WorldOptions = {}) => {
  const world = makeWorld({ clients: [{ id: clientId, secret }], ...options })
  const refreshToken = world.google.refreshToken({ client: clientId })
  const layerWith = (own: Partial<Tokens.AuthorizedUserOptions> = {}) =>
    Tokens.layerAuthorizedUser({
      clientId,
      clientSecret: Redacted.make(secret),
      refreshToken: Redacted.make(refreshToken),
      authUrl: base,
      ...own
    }).pipe(Layer.provide(world.layer))
  return { ...world, refreshToken, layerWith }
}

describe("somebody who signed in", () => {
  it.effect("gets a token that Google knows, once an hour", () => {
    const { google, layerWith, requests } = makeUser()
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const first = yield* tokens.get
      expect(google.accountOf(textOf(first), 0)).toMatchObject({ email: "tester@example.com" })
      expect(first.expiresAt).toBe(3_599_000)
      yield* TestClock.adjust("54 minutes")
      expect(yield* tokens.get).toBe(first)
      yield* TestClock.adjust("6 minutes")
      expect(textOf(yield* tokens.get)).not.toBe(textOf(first))
      expect(
        requests().map(({ body, method, path }) => [method, path, new URLSearchParams(body).get("grant_type")])
      ).toEqual([
        ["POST", "/token", "refresh_token"],
        ["POST", "/token", "refresh_token"]
      ])
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("gets one although the endpoint fails at first", () => {
    const { layerWith, requests } = makeUser({ faults: Fault.sequence([Fault.status(503), Fault.lostAnswer]) })
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      expect(textOf(yield* tokens.get)).toMatch(/^ya29\./)
      expect(requests().length).toBe(3)
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("gets one although a proxy answered first", () => {
    const { layerWith } = makeUser({ faults: Fault.once(Fault.status(200, { body: "<html>Welcome</html>" })) })
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      expect(textOf(yield* tokens.get)).toMatch(/^ya29\./)
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("is told to sign in again when access was revoked, and nothing is sent for ten seconds", () => {
    const { google, layerWith, refreshToken, requests } = makeUser()
    google.revoke(refreshToken)
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const error = yield* Effect.flip(tokens.get)
      expect(error).toMatchObject({
        reason: "signInAgain",
        category: "auth",
        said: "invalid_grant: Token has been expired or revoked"
      })
      expect(error.message).toContain("7 days")
      yield* Effect.flip(tokens.get)
      expect(requests().length).toBe(1)
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("of an app in testing is told to sign in again after seven days", () => {
    const { layerWith } = makeUser({ refreshExpiresIn: 7 * 24 * 3600 })
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      yield* tokens.get
      yield* TestClock.adjust("7 days")
      expect((yield* Effect.flip(tokens.get)).reason).toBe("signInAgain")
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("is told about a client that is not known, and about its secret", () =>
    Effect.gen(function* () {
      for (const [own, said] of [
        [{ clientId: "another" }, "invalid_client: The OAuth client was not found"],
        [{ clientSecret: Redacted.make("wrong") }, "invalid_client"]
      ] as const) {
        const { layerWith } = makeUser()
        const error = yield* Effect.flip(
          Effect.provide(
            Effect.flatMap(TokenProvider, ({ get }) => get),
            layerWith(own)
          )
        )
        expect(error).toMatchObject({ reason: "badClient", said })
      }
    })
  )

  it.effect("is told that the endpoint cannot be asked, after three attempts", () => {
    const { layerWith, requests } = makeUser({ faults: () => Fault.reset })
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const error = yield* Effect.flip(tokens.get)
      expect(error).toMatchObject({ reason: "unavailable", category: "transient" })
      expect(error.message).toContain(`POST ${base}/token`)
      expect(requests().length).toBe(3)
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("gets another token when Google does not accept the one there is", () => {
    const { layerWith, requests } = makeUser()
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const first = yield* tokens.get
      const others = yield* Effect.all([tokens.renew(first), tokens.renew(first)], { concurrency: "unbounded" })
      expect(new Set(others.map(textOf)).size).toBe(1)
      expect(textOf(others[0])).not.toBe(textOf(first))
      expect(requests().length).toBe(2)
    }).pipe(Effect.provide(layerWith()))
  })

  it.effect("is told apart from others without any secret, and names the project whose quota is used", () => {
    const { layerWith, refreshToken } = makeUser()
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const identity = yield* tokens.identity
      expect(identity).toMatch(/^authorized-user:desktop\.apps\.example:[\da-f]{16}$/)
      expect(refreshToken).not.toContain(identity.slice(-16))
      expect((yield* tokens.get).quotaProject).toBe("billing")
    }).pipe(Effect.provide(layerWith({ quotaProject: "billing" })))
  })
})

import { describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import * as TestClock from "effect/testing/TestClock"
import { expect } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import type * as TokenMachine from "../../src/testing/auth/TokenMachine.ts"
import { makeKeys, makeWorld, makeWorldAt, textOf } from "./support.ts"

const email = "robot@project.iam.gserviceaccount.com"

const makeRobot = (account: Partial<TokenMachine.ServiceAccount> = {}) =>
  Effect.gen(function* () {
    const { key, pem } = yield* makeKeys
    const world = makeWorld({ serviceAccounts: [{ email, key, ...account }] })
    const layerWith = (own: Partial<Tokens.ServiceAccountOptions> = {}) =>
      Tokens.layerServiceAccount({
        email,
        privateKey: Redacted.make(pem),
        authUrl: "http://127.0.0.1:1",
        ...own
      }).pipe(Layer.provide(world.layer))
    const failure = (own: Partial<Tokens.ServiceAccountOptions> = {}) =>
      Effect.flip(
        Effect.provide(
          Effect.flatMap(TokenProvider, ({ get }) => get),
          layerWith(own)
        )
      )
    return { ...world, pem, layerWith, failure }
  })

const get = Effect.flatMap(TokenProvider, (tokens) => tokens.get)
const start = TestClock.setTime(1_764_000_000_000)

describe("a service account", () => {
  it.effect("gets a token for what it signed", () =>
    Effect.gen(function* () {
      yield* start
      const { google, layerWith } = yield* makeRobot()
      const token = yield* Effect.provide(get, layerWith())
      expect(google.accountOf(textOf(token), 1_764_000_000_000)).toEqual({
        email,
        scopes: ["https://www.googleapis.com/auth/drive"]
      })
    })
  )

  it.effect("gets one for the user it may act for, and for nobody else", () =>
    Effect.gen(function* () {
      yield* start
      const { failure, google, layerWith } = yield* makeRobot({ subjects: ["ada@example.com"] })
      const token = yield* Effect.provide(get, layerWith({ subject: "ada@example.com", scopes: ["drive.readonly"] }))
      expect(google.accountOf(textOf(token), 1_764_000_000_000)).toEqual({
        email: "ada@example.com",
        scopes: ["https://www.googleapis.com/auth/drive.readonly"]
      })
      const error = yield* failure({ subject: "eve@example.com" })
      expect(error).toMatchObject({ reason: "badClient", subject: email })
      expect(error.message).toContain("domain-wide delegation")
    })
  )

  it.effect("is told that its key is not the right one", () =>
    Effect.gen(function* () {
      yield* start
      const { failure } = yield* makeRobot()
      const { pem } = yield* makeKeys
      const error = yield* failure({ privateKey: Redacted.make(pem) })
      expect(error).toMatchObject({ reason: "signInAgain", said: "invalid_grant: Invalid JWT Signature" })
      expect(error.message).toContain("make a new key")
    })
  )

  it.effect("is told that its key is none, before anything is sent", () =>
    Effect.gen(function* () {
      const { failure, requests } = yield* makeRobot()
      const error = yield* failure({ privateKey: Redacted.make("-----BEGIN RSA PRIVATE KEY-----\nsecret\n") })
      expect(error).toMatchObject({ reason: "badCredentials" })
      expect(error.message).not.toContain("secret")
      expect(requests()).toEqual([])
    })
  )

  it.effect("signs for no address that others could listen at", () =>
    Effect.gen(function* () {
      const { failure, requests } = yield* makeRobot()
      const error = yield* failure({ authUrl: undefined, tokenUri: "http://example.com/token" })
      expect(error.message).toContain("token_uri must be an https URL")
      expect(requests()).toEqual([])
    })
  )

  it.effect("honours the address its key file names", () =>
    Effect.gen(function* () {
      yield* start
      const { layerWith, requests } = yield* makeRobot()
      yield* Effect.provide(get, layerWith({ authUrl: undefined, tokenUri: "https://token.example/token" }))
      expect(requests().map(({ headers, path }) => [headers["host"], path])).toEqual([["token.example", "/token"]])
    })
  )

  it.effect("is told how far its clock is from Google's", () =>
    Effect.gen(function* () {
      const { key, pem } = yield* makeKeys
      const world = makeWorld({ serviceAccounts: [{ email, key }] })
      // Google's clock is an hour behind.
      yield* TestClock.setTime(1_764_000_000_000)
      const behind = makeWorldAt(world.google, -3_600_000)
      const layer = Tokens.layerServiceAccount({
        email,
        privateKey: Redacted.make(pem),
        authUrl: "http://127.0.0.1:1"
      }).pipe(Layer.provide(behind))
      const error = yield* Effect.flip(Effect.provide(get, layer))
      expect(error.message).toContain("set the clock of this machine: it is 3600 s ahead of Google's")
    })
  )

  it.effect("keeps its subject in what tells it apart", () =>
    Effect.gen(function* () {
      const { layerWith } = yield* makeRobot()
      const identity = Effect.flatMap(TokenProvider, (tokens) => tokens.identity)
      expect(yield* Effect.provide(identity, layerWith())).toBe(`service-account:${email}`)
      expect(yield* Effect.provide(identity, layerWith({ subject: "ada@example.com" }))).toBe(
        `service-account:${email}:ada@example.com`
      )
    })
  )
})

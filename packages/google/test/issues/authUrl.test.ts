/** An `authUrl` with a slash at its end was asked at `//token`, and one that is none was a bare `TypeError` when signing in. */
import { describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Redacted } from "effect"
import { expect } from "vitest"
import type { AuthError } from "../../src/auth/AuthError.ts"
import * as Login from "../../src/auth/Login.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, makeWorld } from "../auth/support.ts"

const layerAt = (authUrl: string) =>
  Tokens.layerAuthorizedUser({ clientId: "client", refreshToken: Redacted.make("1//refresh"), authUrl })

describe("the address of Google's sign-in", () => {
  it.effect("may end with a slash", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      const refreshToken = Redacted.make(world.google.refreshToken())
      const tokens = Tokens.layerAuthorizedUser({ clientId: "client", refreshToken, authUrl: `${base}/` })
      yield* Effect.provide(
        TokenProvider.use(({ get }) => get),
        tokens
      )
      expect(world.requests().map(({ path }) => path)).toEqual(["/token"])
    }).pipe(Effect.provide(world.layer))
  })

  it.effect("that is none is told as such, without what was given, and nothing is asked", () => {
    const world = makeWorld()
    const wrong = "secret.example/no url"
    const attempts: ReadonlyArray<Effect.Effect<unknown, AuthError, Login.Needed>> = [
      Effect.provide(
        TokenProvider.use(({ get }) => get),
        layerAt(wrong)
      ),
      Login.run({ clientId: "client", announce: () => Effect.void, openBrowser: false, authUrl: wrong })
    ]
    return Effect.gen(function* () {
      for (const attempt of attempts) {
        const exit = yield* Effect.exit(attempt)
        const told = Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
        expect(told).toContain("authUrl")
        expect(told).not.toContain("secret.example")
      }
      expect(world.requests()).toEqual([])
    }).pipe(Effect.provide(world.layer))
  })
})

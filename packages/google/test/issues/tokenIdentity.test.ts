/**
 * While somebody else's sign-in could not be used yet, the token of the first was still sent, but its answers were kept as
 * those of the second.
 */
import { describe, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Clock, Effect, FileSystem, Layer, Path, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import * as TokenFile from "../../src/auth/TokenFile.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, environment, makeWorld } from "../auth/support.ts"

describe("whose answers are kept", () => {
  it.effect("are those of the token that is sent, not of a sign-in that cannot be used yet", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      const path = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const file = yield* TokenFile.make((yield* Path.Path).join(path, ...TokenFile.location))
      const signIn = (email: string) =>
        file.write({
          type: "authorized_user",
          client_id: email,
          refresh_token: Redacted.make(world.google.refreshToken({ email }))
        })
      const emailOf = (token: Redacted.Redacted) =>
        Effect.map(Clock.currentTimeMillis, (now) => world.google.accountOf(Redacted.value(token), now)?.email)

      const program = Effect.gen(function* () {
        const tokens = yield* TokenProvider
        yield* tokens.get
        expect(yield* tokens.identity).toContain("ada@example.com")

        yield* signIn("bob@example.com")
        world.faults.set(Fault.always(Fault.status(503)))
        yield* TestClock.adjust("56 minutes")
        const { value } = yield* tokens.get
        for (let i = 0; i < 1000; i++) yield* Effect.yieldNow
        expect(yield* emailOf(value)).toBe("ada@example.com")
        expect(yield* tokens.identity).toContain("ada@example.com")
      })

      yield* signIn("ada@example.com")
      const settings = environment({ SKIPPY_PATH: path, SKIPPY_GOOGLE_AUTH_URL: base })
      yield* Effect.provide(program, Tokens.layerNoDeps.pipe(Layer.provide(settings)))
    }).pipe(Effect.scoped, Effect.provide(world.layer))
  })
})

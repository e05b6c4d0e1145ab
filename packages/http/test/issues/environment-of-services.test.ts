/** What is empty is not given, and what is not used is not judged: a variable of another program stops nobody. */
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import * as GitHub from "../../src/github/Connection.ts"
import * as Pexels from "../../src/pexels/Connection.ts"

const withEnv = <A, E, R>(effect: Effect.Effect<A, E, R>, env: Record<string, string>) =>
  Effect.provide(effect, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

const broken = "a canary"

describe("an address that is empty", () => {
  it.effect("is none, as everywhere in the environment", () =>
    Effect.gen(function* () {
      for (const empty of ["", " "]) {
        expect((yield* withEnv(GitHub.config, { SKIPPY_GITHUB_URL: empty })).url).toBe(GitHub.defaultUrl)
        const env = { SKIPPY_PEXELS_URL: empty, PEXELS_API_KEY: "one" }
        expect((yield* withEnv(Pexels.config, env)).url).toBe(Pexels.defaultUrl)
      }
    })
  )
})

describe("a credential that comes later in the order", () => {
  it.effect("may be broken while there is an earlier one (GitHub)", () =>
    Effect.gen(function* () {
      const tokenOf = (env: Record<string, string>) =>
        Effect.map(withEnv(GitHub.config, env), ({ token }) => token && Redacted.value(token))
      const others = { GITHUB_TOKEN: broken, GH_TOKEN: broken }
      expect(yield* tokenOf({ SKIPPY_GITHUB_TOKEN: "one", ...others })).toBe("one")
      expect(yield* tokenOf({ ...others, GITHUB_TOKEN: "two" })).toBe("two")
      const error = yield* Effect.flip(tokenOf({ SKIPPY_GITHUB_TOKEN: " ", ...others }))
      expect(error.message).toContain("GITHUB_TOKEN")
      expect(error.message).not.toContain("canary")
      expect((yield* Effect.flip(tokenOf({ SKIPPY_GITHUB_TOKEN: broken, GITHUB_TOKEN: "two" }))).message).toContain(
        "SKIPPY_GITHUB_TOKEN"
      )
    })
  )

  it.effect("may be broken while there is an earlier one (Pexels)", () =>
    Effect.gen(function* () {
      const keyOf = (env: Record<string, string>) =>
        Effect.map(withEnv(Pexels.config, env), ({ key }) => Redacted.value(key))
      expect(yield* keyOf({ SKIPPY_PEXELS_API_KEY: "one", PEXELS_API_KEY: broken })).toBe("one")
      const error = yield* Effect.flip(keyOf({ SKIPPY_PEXELS_API_KEY: "", PEXELS_API_KEY: broken }))
      expect(error.message).toContain("PEXELS_API_KEY")
      expect(error.message).not.toContain("canary")
    })
  )
})

/** When Google refused every token, each call asked for another: two requests and a grant for each, without an end. */
import { describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import * as TokenCache from "../../src/auth/TokenCache.ts"

describe("a token that replaced a refused one", () => {
  it.effect("and is refused, too, is replaced again only after ten seconds", () =>
    Effect.gen(function* () {
      let granted = 0
      const { get, renew } = yield* TokenCache.make(
        Effect.sync(() => ({ value: Redacted.make(`token-${++granted}`), expiresAt: undefined }))
      )
      for (let call = 0; call < 20; call++) yield* renew(yield* get)
      expect(granted).toBe(2)
      yield* TestClock.adjust("10 seconds")
      for (let call = 0; call < 20; call++) yield* renew(yield* get)
      expect(granted).toBe(3)
    })
  )
})

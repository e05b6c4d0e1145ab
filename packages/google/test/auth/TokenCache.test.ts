import { describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Latch, Redacted, Ref, Result, Scope } from "effect"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import { expect } from "vitest"
import * as AuthError from "../../src/auth/AuthError.ts"
import * as TokenCache from "../../src/auth/TokenCache.ts"
import type { AccessToken } from "../../src/auth/TokenProvider.ts"

const refused = AuthError.make({ reason: "signInAgain", category: "auth", fix: "sign in again" })
const down = AuthError.make({ reason: "unavailable", category: "transient", fix: "wait" })
const hour = 3_600_000

/** A source whose renewals wait for the test, and what it saw. */
const makeSource = (life = hour) =>
  Effect.gen(function* () {
    const gate = yield* Latch.make(true)
    const seen = { begun: 0, running: 0, most: 0, interrupted: 0 }
    let fails: AuthError.AuthError | undefined
    const load = Effect.gen(function* () {
      const id = ++seen.begun
      seen.most = Math.max(seen.most, ++seen.running)
      yield* gate.await
      if (fails !== undefined) return yield* fails
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      return { value: Redacted.make(`token-${id}`), expiresAt: now + life }
    }).pipe(
      Effect.onInterrupt(() => Effect.sync(() => void seen.interrupted++)),
      Effect.ensuring(Effect.sync(() => void seen.running--))
    )
    const cache = yield* TokenCache.make(load)
    return { gate, seen, cache, fail: (error: AuthError.AuthError | undefined) => void (fails = error) }
  })

const textOf = ({ value }: AccessToken) => Redacted.value(value)

const settled = Effect.gen(function* () {
  for (let i = 0; i < 10; i++) yield* Effect.yieldNow
})

describe("a token that is kept", () => {
  it.effect("is asked for once by all who need it at the same time", () =>
    Effect.gen(function* () {
      const { cache, seen } = yield* makeSource()
      const tokens = yield* Effect.all(
        Array.from({ length: 50 }, () => cache.get),
        { concurrency: "unbounded" }
      )
      expect(new Set(tokens.map(textOf))).toEqual(new Set(["token-1"]))
      expect(seen.begun).toBe(1)
    })
  )

  it.effect("is renewed in the background five minutes before its end, while it is used", () =>
    Effect.gen(function* () {
      const { cache, gate, seen } = yield* makeSource()
      yield* cache.get
      yield* TestClock.adjust(hour - 300_000)
      yield* gate.close
      expect(textOf(yield* cache.get)).toBe("token-1")
      expect(textOf(yield* cache.get)).toBe("token-1")
      yield* settled
      expect(seen.begun).toBe(2)
      yield* gate.open
      yield* settled
      expect(textOf(yield* cache.get)).toBe("token-2")
    })
  )

  it.effect("is used to its end when the early renewal fails", () =>
    Effect.gen(function* () {
      const { cache, fail, seen } = yield* makeSource()
      yield* cache.get
      fail(down)
      yield* TestClock.adjust(hour - 300_000)
      for (let i = 0; i < 5; i++) {
        expect(textOf(yield* cache.get)).toBe("token-1")
        yield* settled
      }
      expect(seen.begun).toBe(2)
      yield* TestClock.adjust(290_000)
      expect(yield* Effect.flip(cache.get)).toBe(down)
    })
  )

  it.effect("that is rejected is renewed once for all who were refused with it", () =>
    Effect.gen(function* () {
      const { cache, seen } = yield* makeSource()
      const rejected = yield* cache.get
      const renewed = yield* Effect.all(
        Array.from({ length: 20 }, () => cache.renew(rejected)),
        { concurrency: "unbounded" }
      )
      expect(new Set(renewed.map(textOf))).toEqual(new Set(["token-2"]))
      expect(textOf(yield* cache.renew(rejected))).toBe("token-2")
      expect(seen.begun).toBe(2)
    })
  )

  it.effect("goes on being renewed for the others when one of them is interrupted", () =>
    Effect.gen(function* () {
      const { cache, gate, seen } = yield* makeSource()
      yield* gate.close
      const one = yield* Effect.forkChild(cache.get)
      const other = yield* Effect.forkChild(cache.get)
      yield* settled
      yield* Fiber.interrupt(one)
      yield* gate.open
      expect(textOf(yield* Fiber.join(other))).toBe("token-1")
      expect(seen).toEqual({ begun: 1, running: 0, most: 1, interrupted: 0 })
    })
  )

  it.effect("is not renewed any more when the only one who waits is interrupted", () =>
    Effect.gen(function* () {
      const { cache, gate, seen } = yield* makeSource()
      yield* gate.close
      const one = yield* Effect.forkChild(cache.get)
      yield* settled
      yield* Fiber.interrupt(one)
      expect(seen).toEqual({ begun: 1, running: 0, most: 1, interrupted: 1 })
      yield* gate.open
      expect(textOf(yield* cache.get)).toBe("token-2")
    })
  )

  it.effect("ends its renewal in the background with its scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { cache, gate, seen } = yield* Effect.provideService(makeSource(), Scope.Scope, scope)
      yield* cache.get
      yield* TestClock.adjust(hour - 1000 * 60)
      yield* gate.close
      yield* cache.get
      yield* settled
      expect(seen.running).toBe(1)
      yield* Scope.close(scope, Exit.void)
      expect(seen.running).toBe(0)
    })
  )

  it.effect("is asked for again after a failure, and not for 10 seconds after Google refused for good", () =>
    Effect.gen(function* () {
      const { cache, fail, seen } = yield* makeSource()
      fail(down)
      expect(yield* Effect.flip(cache.get)).toBe(down)
      fail(refused)
      expect(yield* Effect.flip(cache.get)).toBe(refused)
      fail(undefined)
      for (let i = 0; i < 100; i++) expect(yield* Effect.flip(cache.get)).toBe(refused)
      expect(seen.begun).toBe(2)
      yield* TestClock.adjust("10 seconds")
      expect(textOf(yield* cache.get)).toBe("token-3")
    })
  )

  it.effect("is renewed after a defect as if nothing had happened", () =>
    Effect.gen(function* () {
      let broken = true
      const load = Effect.suspend(() =>
        broken
          ? Effect.die("a bug")
          : Effect.succeed<AccessToken>({ value: Redacted.make("token"), expiresAt: undefined })
      )
      const cache = yield* TokenCache.make(load)
      expect(Exit.isFailure(yield* Effect.exit(cache.get))).toBe(true)
      broken = false
      expect(textOf(yield* cache.get)).toBe("token")
    })
  )

  const moves = fc.array(
    fc.oneof(
      fc.record({ move: fc.constant("ask" as const) }),
      fc.record({ move: fc.constant("renew" as const) }),
      fc.record({ move: fc.constant("interrupt" as const), who: fc.nat(9) }),
      fc.record({ move: fc.constantFrom("open" as const, "close" as const, "fail" as const, "mend" as const) }),
      fc.record({ move: fc.constant("pass" as const), millis: fc.constantFrom(1000, 60_000, 3_000_000) })
    ),
    { maxLength: 40 }
  )
  type Steps = typeof moves extends fc.Arbitrary<infer A> ? A : never

  const play = (steps: Steps) =>
    Effect.gen(function* () {
      const { cache, fail, gate, seen } = yield* makeSource()
      const fibers: Array<Fiber.Fiber<AccessToken, AuthError.AuthError>> = []
      const last = yield* Ref.make<AccessToken | undefined>(undefined)
      for (const step of steps) {
        switch (step.move) {
          case "ask":
            fibers.push(yield* Effect.forkChild(Effect.tap(cache.get, (token) => Ref.set(last, token))))
            break
          case "renew": {
            const token = yield* Ref.get(last)
            if (token !== undefined) fibers.push(yield* Effect.forkChild(cache.renew(token)))
            break
          }
          case "interrupt": {
            const fiber = fibers[step.who]
            if (fiber !== undefined) yield* Fiber.interrupt(fiber)
            break
          }
          case "open":
            yield* gate.open
            break
          case "close":
            yield* gate.close
            break
          case "fail":
            fail(down)
            break
          case "mend":
            fail(undefined)
            break
          case "pass":
            yield* TestClock.adjust(step.millis)
        }
        yield* settled
        expect(seen.most).toBeLessThanOrEqual(1)
      }
      yield* gate.open
      yield* settled
      yield* Effect.forEach(fibers, Fiber.await)
      expect(seen.running).toBe(0)
      fail(undefined)
      expect(Result.isSuccess(yield* Effect.result(cache.get))).toBe(true)
    })

  it("never is renewed twice at once, and leaves nobody waiting", () =>
    fc.assert(
      fc.asyncProperty(moves, (steps) =>
        Effect.runPromise(Effect.scoped(play(steps)).pipe(Effect.provide(TestClock.layer())))
      ),
      { numRuns: 200 }
    ))
})

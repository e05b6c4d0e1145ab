/** How Drive goes through the policies: tokens, quota, cache. */
import { describe, expect, it } from "@effect/vitest"
import { Catalog, Resilience } from "@skippy/core"
import { Fault } from "@skippy/http/testing"
import { Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as AuthError from "../../src/auth/AuthError.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import * as Quota from "../../src/drive/Quota.ts"
import { flip, inMemory, log, within } from "./support.ts"

const report = { id: "a1", name: "report.txt", content: "42 rows" }
const files = [report]

const unavailable = AuthError.make({ reason: "unavailable", category: "transient", fix: "try again" })

/** Tokens that are not to be had. */
const noTokens = (asked: { count: number }) =>
  Layer.succeed(TokenProvider, {
    get: Effect.suspend(() => {
      asked.count++
      return Effect.fail(unavailable)
    }),
    renew: () => Effect.fail(unavailable),
    identity: Effect.succeed("somebody")
  })

/** Tokens that are renewed to what the emulator takes. */
const renewed = (identity = "somebody") =>
  Layer.succeed(TokenProvider, {
    get: Effect.succeed({ value: Redacted.make("over"), expiresAt: undefined }),
    renew: () => Effect.succeed({ value: Redacted.make("token-of-a-test"), expiresAt: undefined }),
    identity: Effect.succeed(identity)
  })

describe("a call without a token", () => {
  it.effect("is not repeated, sends nothing, and says nothing about Drive", () => {
    const asked = { count: 0 }
    return Effect.gen(function* () {
      for (let n = 0; n < 10; n++) {
        expect(yield* flip((drive) => drive.getFile({ fileId: `a${n}` }))).toBe(unavailable)
        expect(yield* flip((drive) => drive.createFolder({ name: "x" }))).toBe(unavailable)
      }
      expect(asked.count).toBe(20)
      expect(yield* log).toEqual([])
      const { circuit } = yield* Resilience.use((resilience) => resilience.state("google-drive"))
      expect(circuit).toMatchObject({ state: "Closed" })
    }).pipe(Effect.provide(inMemory({ files, tokensOf: noTokens(asked) })))
  })

  it.effect("has its token renewed once, within the attempt", () =>
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.getFile({ fileId: "a1" }))).toMatchObject({ name: "report.txt" })
      expect(yield* log).toEqual(["GET /drive/v3/files/a1 401", "GET /drive/v3/files/a1 200"])
    }).pipe(Effect.provide(inMemory({ files, tokensOf: renewed() })))
  )
})

describe("the quota", () => {
  /** What is used of a limit. */
  const usedOf = (limit: number) =>
    Effect.map(
      Resilience.use((resilience) => resilience.state("google-drive")),
      ({ limiter }) => limit - (limiter?.limits[0]?.remaining ?? Number.NaN)
    )

  it.effect("is counted in calls by default", () =>
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.getFile({ fileId: "a1" })
      yield* drive.searchFiles()
      expect(yield* usedOf(60)).toBe(2)
    }).pipe(Effect.provide(inMemory({ files })))
  )

  it.effect("is counted in Google's units when that is asked for", () =>
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.getFile({ fileId: "a1" })
      const used = usedOf(Quota.unitsPerUserMinute)
      expect(yield* used).toBe(5)
      yield* drive.searchFiles()
      expect(yield* used).toBe(105)
      yield* drive.readDocument({ fileId: "a1" })
      expect(yield* used).toBe(310)
      yield* drive.renameFile({ fileId: "a1", name: "other.txt" })
      expect(yield* used).toBe(360)
    }).pipe(Effect.provide(inMemory({ files, quota: "units", policies: Quota.units })))
  )

  it("has the limit of one user", () => {
    expect(Quota.units.rateLimit.limits).toEqual([{ algorithm: "slidingWindow", limit: 325_000, per: "1 minute" }])
    expect(Catalog.services["google-drive"].rateLimit).toMatchObject({ limits: [{ limit: 60, per: "1 minute" }] })
  })

  it.effect("is waited for when Google says how long", () =>
    Effect.gen(function* () {
      const { faults } = yield* DriveTest
      const text = JSON.stringify({
        error: { code: 403, errors: [{ reason: "userRateLimitExceeded", message: "No." }] }
      })
      faults.set(Fault.once(Fault.status(403, { body: text, headers: { "retry-after": "20" } })))
      const file = yield* within(
        "1 minute",
        Drive.use((drive) => drive.getFile({ fileId: "a1" }))
      )
      expect(file.name).toBe("report.txt")
      const [first, second] = (yield* DriveTest).requests()
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(20_000)
    }).pipe(Effect.provide(inMemory({ files })))
  )
})

describe("the cache", () => {
  it.effect("is forgotten after a change", () =>
    Effect.gen(function* () {
      const drive = yield* Drive
      expect(yield* drive.getFile({ fileId: "a1" })).toMatchObject({ name: "report.txt" })
      yield* drive.renameFile({ fileId: "a1", name: "other.txt" })
      expect(yield* drive.getFile({ fileId: "a1" })).toMatchObject({ name: "other.txt", fromCache: false })
      expect((yield* drive.searchFiles()).files).toMatchObject([{ name: "other.txt" }])
    }).pipe(Effect.provide(inMemory({ files })))
  )

  it.effect("answers what is past its time while Drive is in trouble, and says so", () =>
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.getFile({ fileId: "a1" })
      yield* TestClock.adjust("2 hours")
      const { faults } = yield* DriveTest
      faults.set(Fault.always(Fault.status(503)))
      expect(yield* drive.getFile({ fileId: "a1" })).toMatchObject({
        name: "report.txt",
        fromCache: true,
        stale: true,
        ageSeconds: 7200
      })
    }).pipe(Effect.provide(inMemory({ files, policies: { retry: { maxAttempts: 1 } } })))
  )

  it.effect("keeps apart who asks", () =>
    Effect.gen(function* () {
      const resilience = yield* Resilience
      const shared = Layer.succeed(Resilience, resilience)
      const get = Drive.use((drive) => drive.getFile({ fileId: "a1" }))
      const as = (identity: string, name: string) =>
        get.pipe(
          Effect.provide(inMemory({ files: [{ ...report, name }], tokensOf: renewed(identity), sharing: shared }))
        )
      expect((yield* as("ada", "of ada")).name).toBe("of ada")
      expect((yield* as("eve", "of eve")).name).toBe("of eve")
      expect((yield* as("ada", "of nobody")).name).toBe("of ada")
    }).pipe(Effect.provide(Layer.orDie(Resilience.layer())))
  )
})

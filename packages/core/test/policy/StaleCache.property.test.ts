/**
 * The whole cache under random reads, interruptions, outages, changes by hand and time steps: what it answers is never
 * older than it may be, never what somebody replaced, and no lookup is left behind.
 */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, type Exit, Fiber, Random } from "effect"
import { TestClock } from "effect/testing"
import * as StaleCache from "../../src/policy/StaleCache.ts"
import * as Model from "../../src/testing/StaleCacheModel.ts"

const rounds = 150
const stepsPerRound = 250
const keys = ["a", "b", "c"]
const windows: Model.Windows = { ttl: 50, revalidate: 40, ifError: 200 }

/** Where a value came from: when it was stored, and which change of its key by hand came before its lookup began. */
interface Origin {
  readonly key: string
  readonly epoch: number
  at: number
}

/** One random round; `byHand` also sets and invalidates. */
const play = (byHand: boolean) =>
  Effect.gen(function* () {
    const cache = yield* StaleCache.makeScoped<number>({
      name: "s",
      ttl: windows.ttl,
      staleWhileRevalidate: windows.revalidate,
      staleIfError: windows.ifError,
      capacity: 2
    })
    const origins: Array<Origin> = []
    // Reads run in fibers of their own, so what they find wrong is collected.
    const broken: Array<unknown> = []
    let answers = 0
    const epochs = new Map(keys.map((key) => [key, 0]))
    const lookups = new Map(keys.map((key) => [key, { running: 0, most: 0 }]))
    const epochOf = (key: string): number => epochs.get(key) ?? 0
    const change = (key: string): void => {
      epochs.set(key, epochOf(key) + 1)
    }

    const lookup = (key: string, millis: number, fails: boolean): Effect.Effect<number, string> =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          const count = lookups.get(key) ?? { running: 0, most: 0 }
          count.most = Math.max(count.most, ++count.running)
          return { key, epoch: epochOf(key), at: 0 }
        }),
        (origin: Origin) =>
          Effect.gen(function* () {
            if (millis > 0) yield* Effect.sleep(millis)
            if (fails) return yield* Effect.fail("down")
            origin.at = yield* Clock.currentTimeMillis
            return origins.push(origin) - 1
          }),
        () =>
          Effect.sync(() => {
            const count = lookups.get(key)
            if (count !== undefined) count.running--
          })
      )

    const read = (key: string, millis: number, fails: boolean) =>
      Effect.gen(function* () {
        const began = epochOf(key)
        const { ageMillis, provenance, value } = yield* cache.answer(key, lookup(key, millis, fails))
        const origin = origins[value]
        expect(origin?.key).toBe(key)
        if (origin === undefined || provenance === "live") return
        const now = yield* Clock.currentTimeMillis
        expect(ageMillis).toBe(now - origin.at)
        expect(provenance).toBe(Model.freshness(origin.at, now, windows))
        // What was replaced or invalidated before this read began is not answered.
        expect(origin.epoch).toBeGreaterThanOrEqual(began)
        answers++
      }).pipe(
        Effect.tapDefect((defect) =>
          Effect.sync(() => {
            broken.push(defect)
          })
        )
      )

    let running: Array<Fiber.Fiber<Exit.Exit<void, string>>> = []
    for (let step = 0; step < stepsPerRound; step++) {
      const chance = yield* Random.next
      const key = keys[yield* Random.nextIntBetween(0, keys.length - 1)] ?? "a"
      if (chance < 0.5) {
        const millis = yield* Random.nextIntBetween(0, 60)
        const fails = (yield* Random.next) < 0.4
        running.push(yield* Effect.forkChild(Effect.exit(read(key, millis, fails))))
      } else if (chance < 0.65) {
        const which = yield* Random.nextIntBetween(0, Math.max(0, running.length - 1))
        // Not awaited: the interruption may fall into any moment of what follows.
        running[which]?.interruptUnsafe()
      } else if (chance < 0.75) {
        if (!byHand) continue
        change(key)
        if (chance < 0.7) yield* cache.invalidate(key)
        else {
          const value = origins.push({ key, epoch: epochOf(key), at: yield* Clock.currentTimeMillis }) - 1
          yield* cache.set(key, value)
        }
      } else {
        yield* TestClock.adjust((yield* Random.nextIntBetween(0, 30)) * (chance > 0.97 ? 20 : 1))
        running = running.filter((fiber) => fiber.pollUnsafe() === undefined)
      }
    }
    yield* Fiber.interruptAll(running)
    yield* cache.close
    yield* TestClock.adjust(0)
    expect(broken).toEqual([])
    expect(answers).toBeGreaterThan(0)
    const counts = Array.from(lookups.values())
    expect(counts.map((count) => count.running)).toEqual([0, 0, 0])
    if (!byHand) expect(Math.max(...counts.map((count) => count.most))).toBe(1)
    expect((yield* cache.stats).size).toBeLessThanOrEqual(2)
  }).pipe(Effect.scoped)

const eachRound = (name: string, round: Effect.Effect<void>) =>
  it.effect(
    name,
    () =>
      Effect.gen(function* () {
        for (let seed = 0; seed < rounds; seed++) yield* Random.withSeed(round, seed)
      }),
    60_000
  )

describe("the stale cache under random reads, interruptions and time", () => {
  eachRound("never runs two lookups of a key at the same time, and leaves none behind", play(false))
  eachRound("never answers what was replaced, nor anything older than it may be", play(true))
})

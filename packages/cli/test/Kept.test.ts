import { Context, Deferred, Effect, Exit, Fiber, Ref, Scope } from "effect"
import { expect, it } from "vitest"
import { kept, owner } from "../src/runtime/Kept.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(effect))

it("makes a thing once, for all who ask", () =>
  run(
    Effect.gen(function* () {
      const made = yield* Ref.make(0)
      const thing = kept(yield* owner, () =>
        Effect.delay(
          Ref.updateAndGet(made, (count) => count + 1),
          "1 millis"
        )
      )
      expect(yield* Effect.all([thing, thing, thing], { concurrency: "unbounded" })).toEqual([1, 1, 1])
      expect(yield* thing).toBe(1)
    })
  ))

it("does not keep a failure, also one that comes at once, and gives back what was taken for it", () =>
  run(
    Effect.gen(function* () {
      const tries = yield* Ref.make(0)
      const given = yield* Ref.make(0)
      const thing = kept(yield* owner, (scope) =>
        Effect.gen(function* () {
          const count = yield* Ref.updateAndGet(tries, (count) => count + 1)
          yield* Scope.addFinalizer(
            scope,
            Ref.update(given, (count) => count + 1)
          )
          return count < 3 ? yield* Effect.fail(`try ${count}`) : count
        })
      )
      expect(yield* Effect.flip(thing)).toBe("try 1")
      expect(yield* Effect.flip(thing)).toBe("try 2")
      expect(yield* Ref.get(given)).toBe(2)
      expect(yield* thing).toBe(3)
      expect(yield* thing).toBe(3)
      expect(yield* Ref.get(given)).toBe(2)
    })
  ))

it("is made all the same when whoever asked first does not wait", () =>
  run(
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const thing = kept(yield* owner, () =>
        Effect.as(Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(go)), "made")
      )
      const first = yield* Effect.forkScoped(thing)
      yield* Deferred.await(started)
      yield* Fiber.interrupt(first)
      yield* Deferred.succeed(go, undefined)
      expect(yield* thing).toBe("made")
    })
  ))

it("is closed with its owner, also while it is being made", () =>
  run(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const started = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const whose = yield* Scope.provide(owner, scope)
      const closed = yield* Ref.make(false)
      yield* kept(whose, (own) => Scope.addFinalizer(own, Ref.set(closed, true)))
      const slow = kept(whose, () =>
        Effect.onInterrupt(Effect.andThen(Deferred.succeed(started, undefined), Effect.never), () =>
          Deferred.succeed(interrupted, undefined)
        )
      )
      const waiting = yield* Effect.forkScoped(slow)
      yield* Deferred.await(started)
      yield* Scope.close(scope, Exit.void)
      yield* Deferred.await(interrupted)
      expect(yield* Ref.get(closed)).toBe(true)
      expect(Exit.isFailure(yield* Fiber.await(waiting))).toBe(true)
    })
  ))

it("belongs to its owner, and not to whoever asks first", () =>
  run(
    Effect.gen(function* () {
      const Name = Context.Reference<string>("test/Name", { defaultValue: () => "nobody" })
      const whose = yield* Effect.provideService(owner, Name, "the owner")
      const thing = kept(whose, () => Effect.service(Name))
      expect(yield* Effect.provideService(thing, Name, "a caller")).toBe("the owner")
    })
  ))

/**
 * Does harm on purpose: faults, delays and wrong answers, for tests and drills.
 *
 * Put it innermost, where the service would be, and see whether the policies around it keep what they promise. With a
 * `seed` the same calls meet the same fate in every run.
 *
 * @example
 * ```ts
 * import { Chaos } from "@skippy/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const chaos = yield* Chaos.make({ name: "drill", seed: 7, fault: { rate: 0.5, error: () => "connection reset" } })
 *   const call = Effect.succeed("ok").pipe(chaos, Effect.catch(Effect.succeed))
 *   console.log((yield* Effect.replicateEffect(call, 6)).join(", "))
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * connection reset, connection reset, ok, ok, ok, ok
 * ```
 *
 * @module
 */
import { Context, Duration, Effect, Layer, Random } from "effect"
import { checkMillis, checkNumber, checkOption } from "../error/InvalidOptionError.ts"
import { makePublisher } from "../event/EventBus.ts"
import type { ChaosInjected } from "../event/ResilienceEvent.ts"

/** What goes wrong, and how often. Rates are shares of the calls, from 0 to 1, each drawn on its own. */
export interface Options<E = never, B = never> {
  /** Names the chaos in events. */
  readonly name: string
  /** Makes the draws repeatable. Default: the `Random` of the caller. */
  readonly seed?: number | string | undefined
  /** Fails instead of calling. */
  readonly fault?: { readonly rate: number; readonly error: () => E } | undefined
  /** Waits before calling: a duration, or anything between two. */
  readonly latency?:
    | {
        readonly rate: number
        readonly delay: Duration.Input | { readonly from: Duration.Input; readonly to: Duration.Input }
      }
    | undefined
  /** Answers something else instead of calling. */
  readonly outcome?: { readonly rate: number; readonly value: () => B } | undefined
  /**
   * `false`: calls are left as they are, at no cost. An effect, such as `Ref.get(drill)`, is asked at every call, so that a
   * drill can be switched on and off. Default `true`.
   */
  readonly enabled?: boolean | Effect.Effect<boolean> | undefined
}

/** Chaos, used as `effect.pipe(chaos)`. */
export interface Chaos<E, B> {
  <A, E1, R>(effect: Effect.Effect<A, E1, R>): Effect.Effect<A | B, E | E1, R>
}

const policy = "Chaos"

const rateOf = (option: string, part: { readonly rate: number } | undefined): number =>
  part === undefined ? 0 : checkNumber(policy, `${option}.rate`, part.rate, 0, 1)

type Latency = Exclude<Options["latency"], undefined>

const delayOf = ({ delay }: Latency): { readonly from: number; readonly to: number } => {
  if (typeof delay === "object" && "from" in delay) {
    const from = checkMillis(policy, "latency.delay.from", delay.from)
    return { from, to: checkMillis(policy, "latency.delay.to", delay.to, from) }
  }
  const fixed = checkMillis(policy, "latency.delay", delay)
  return { from: fixed, to: fixed }
}

/** A generator of its own, so that other users of `Random` do not shift the draws. */
const generatorOf = (seed: number | string): Effect.Effect<Effect.Effect<number>> =>
  Effect.map(Random.withSeed(Effect.service(Random.Random), seed), (own) => Effect.sync(() => own.nextDoubleUnsafe()))

/** Makes chaos. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = <E = never, B = never>(options: Options<E, B>): Effect.Effect<Chaos<E, B>> =>
  Effect.gen(function* () {
    const { enabled, fault, latency, name, outcome, seed } = options
    const rates = {
      fault: rateOf("fault", fault),
      latency: rateOf("latency", latency),
      outcome: rateOf("outcome", outcome)
    }
    checkOption(
      fault !== undefined || latency !== undefined || outcome !== undefined,
      policy,
      "fault",
      undefined,
      `nothing would ever go wrong; give "fault", "latency" or "outcome"`
    )
    const delay = latency === undefined ? { from: 0, to: 0 } : delayOf(latency)
    const draw = seed === undefined ? Random.next : yield* generatorOf(seed)
    const publisher = yield* makePublisher(name)
    const tell = (kind: (typeof ChaosInjected.Type)["kind"], delayMs?: number) =>
      Effect.withFiber((fiber) => {
        if (publisher.active) {
          publisher.publish(fiber, { _tag: "ChaosInjected", kind, ...(delayMs === undefined ? {} : { delayMs }) })
        }
        return Effect.void
      })

    const strike = <A, E1, R>(effect: Effect.Effect<A, E1, R>): Effect.Effect<A | B, E | E1, R> =>
      Effect.gen(function* () {
        // All draws are made for every call, so one rate can be changed without shifting the others.
        const [late, howLate, failed, wrong] = [yield* draw, yield* draw, yield* draw, yield* draw]
        if (late < rates.latency) {
          const delayMs = delay.from + howLate * (delay.to - delay.from)
          yield* tell("latency", delayMs)
          yield* Effect.sleep(delayMs)
        }
        if (fault !== undefined && failed < rates.fault) {
          yield* tell("fault")
          return yield* Effect.fail(fault.error())
        }
        if (outcome !== undefined && wrong < rates.outcome) {
          yield* tell("outcome")
          return outcome.value()
        }
        return yield* effect
      })
    if (enabled === false) return (effect) => effect
    if (enabled === undefined || enabled === true) return strike
    return (effect) => Effect.flatMap(enabled, (on) => (on ? strike(effect) : effect))
  })

/** The chaos of this part of the program. It adds latency and defects at most: its errors and answers have no type here. */
export class Service extends Context.Service<Service, Chaos<never, never>>()("@skippy/core/policy/Chaos") {}

/** Provides latency to everything that uses `protect`. */
export const layer = (options: Options): Layer.Layer<Service> => Layer.effect(Service, make(options))

/** Exposes an effect to the chaos of the context. */
export const protect = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Service> =>
  Effect.flatMap(Service, (chaos) => chaos(effect))

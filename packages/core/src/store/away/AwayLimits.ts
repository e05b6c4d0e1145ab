/**
 * The counts of a limiter in a shared store, and in this process while that is away.
 *
 * This process counts along what it took itself, so that it does not begin anew when the store goes away.
 *
 * @module
 */
import { Effect } from "effect"
import type { Decision } from "../Decision.ts"
import * as LimitState from "../LimitState.ts"
import { type LimitCell, type LimitStoreFactory, memory } from "../LimitStore.ts"
import type { WhenAway } from "./AwayOptions.ts"
import type { Gate } from "./Gate.ts"
import type { RawLimitCell, RawLimitStoreFactory } from "./RawStores.ts"

/** What was taken from the shared store, and what this process counted along for it. */
class SharedTaken implements LimitState.Taken {
  readonly _tag = "Taken"
  readonly taken: LimitState.Taken
  readonly along: LimitState.Taken | undefined
  readonly store: Gate["store"]

  constructor(taken: LimitState.Taken, along: LimitState.Taken | undefined, store: Gate["store"]) {
    this.taken = taken
    this.along = along
    this.store = store
  }

  get weight(): number {
    return this.taken.weight
  }

  get at(): number {
    return this.taken.at
  }

  get notes(): ReadonlyArray<number> {
    return this.taken.notes
  }

  get config(): LimitState.LimitConfig {
    return this.taken.config
  }
}

const nothing: LimitState.LimitConfig = { limits: [] }

/** What memory decides is always at hand. */
const atHand = <A>(decision: Decision<A>): A | undefined => (Effect.isEffect(decision) ? undefined : decision)

const local = <A extends LimitState.Answer>(answer: A): A => ({ ...answer, store: "local" })

const cellOf = (gate: Gate, whenAway: WhenAway, shared: RawLimitCell, own: LimitCell): LimitCell => {
  const along = whenAway === "local" ? own : undefined
  const refused = (): LimitState.Wait => ({
    _tag: "Wait",
    millis: Math.max(1, gate.pauseLeft),
    limit: LimitState.awayStore[gate.store],
    store: "local"
  })
  const takeHere = (weight: number, now: number): Decision<LimitState.Answer> => {
    if (whenAway === "allow") return { _tag: "Taken", weight, at: now, notes: [], config: nothing, store: "local" }
    if (whenAway === "refuse") return refused()
    const answer = own.take(weight, now)
    return Effect.isEffect(answer) ? Effect.map(answer, local) : local(answer)
  }
  const estimateHere = (ahead: number, weight: number, now: number): Decision<LimitState.Wait | undefined> => {
    if (whenAway === "allow") return undefined
    if (whenAway === "refuse") return refused()
    const wait = atHand(own.estimate(ahead, weight, now))
    return wait && local(wait)
  }
  return {
    take: (weight, now) =>
      gate.decide<LimitState.Answer, LimitState.Answer>({
        ask: (waited) => shared.take(weight, now + waited),
        heard: (answer) => {
          if (answer._tag === "Wait") return { ...answer, store: gate.store }
          const counted = along === undefined ? undefined : atHand(along.take(weight, now))
          return new SharedTaken(answer, counted?._tag === "Taken" ? counted : undefined, gate.store)
        },
        otherwise: () => takeHere(weight, now),
        tooLate: (answer) => (answer._tag === "Taken" ? shared.giveBack(answer, now) : undefined)
      }),
    estimate: (ahead, weight, now) =>
      gate.decide<LimitState.Wait | undefined, LimitState.Wait | undefined>({
        ask: (waited) => shared.estimate(ahead, weight, now + waited),
        heard: (wait) => wait && { ...wait, store: gate.store },
        otherwise: () => estimateHere(ahead, weight, now)
      }),
    giveBack: (taken, now) => {
      if (!(taken instanceof SharedTaken)) return own.giveBack(taken, now)
      const giveAlong = () => {
        if (taken.along !== undefined) void own.giveBack(taken.along, now)
      }
      return gate.decide<void, void>({
        ask: (waited) => shared.giveBack(taken.taken, now + waited),
        heard: giveAlong,
        // What was taken from a store that is away comes back there as time goes by.
        otherwise: giveAlong
      })
    },
    penalize: (millis, now) => {
      void own.penalize(millis, now)
      return gate.decide<void, void>({
        ask: (waited) => shared.penalize(millis, now + waited),
        heard: () => {},
        otherwise: () => {}
      })
    },
    observe: (quotas, now) => {
      void own.observe(quotas, now)
      return gate.decide<void, void>({
        ask: (waited) => shared.observe(quotas, now + waited),
        heard: () => {},
        otherwise: () => {}
      })
    },
    view: (now) =>
      gate.decide<LimitState.LimitsView, LimitState.LimitsView>({
        ask: (waited) => shared.view(now + waited),
        heard: (view) => view,
        otherwise: () => own.view(now)
      })
  }
}

/** Makes stores of limiters. */
export const limits =
  (gate: Gate, whenAway: WhenAway, raw: RawLimitStoreFactory): LimitStoreFactory =>
  (options) => {
    const shared = raw(options)
    const own = memory(options)
    return {
      single: cellOf(gate, whenAway, shared.single, own.single),
      cell: (key) => cellOf(gate, whenAway, shared.cell(key), own.cell(key)),
      keys: () =>
        gate.decide<ReadonlyArray<string>, ReadonlyArray<string>>({
          ask: () => shared.keys(),
          heard: (keys) => keys,
          otherwise: () => own.keys()
        }),
      change: (limits) => {
        shared.change(limits)
        return own.change(limits)
      }
    }
  }

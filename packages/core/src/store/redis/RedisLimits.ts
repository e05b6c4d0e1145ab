/**
 * The counts of rate limiters in Redis: each decision is one script, and the server's clock is the time.
 *
 * @module
 */
import { Effect } from "effect"
import type { RawLimitCell, RawLimitStoreFactory } from "../away/RawStores.ts"
import { capacityOf, type Limit } from "../LimitParts.ts"
import {
  type Answer,
  type LimitConfig,
  type LimitsView,
  type LimitView,
  penalty,
  type Taken,
  type Wait
} from "../LimitState.ts"
import * as Batch from "./Batch.ts"
import { callersKey, keyOf, patternOf } from "./Keys.ts"
import * as Scripts from "./LimitScripts.ts"
import { forever, fromText, toText } from "./Numbers.ts"
import type { Reply, Server } from "./Server.ts"

const kinds = { TokenBucket: 0, FixedWindow: 1, SlidingWindow: 2 } as const

const encode = ({ limits }: LimitConfig): string =>
  JSON.stringify(
    limits.map((limit) => [
      kinds[limit._tag],
      limit.limit,
      limit.perMillis,
      limit._tag === "TokenBucket" ? limit.burst : 0
    ])
  )

const isSame = (a: Limit, b: Limit): boolean => a._tag === b._tag && a.perMillis === b.perMillis

/** A weight that never fits needs no server to say so. */
const neverFits = ({ limits }: LimitConfig, weight: number): Wait | undefined => {
  const limit = limits.find((limit) => weight > capacityOf(limit))
  return limit && { _tag: "Wait", millis: Infinity, limit: limit.name }
}

const nameOf = ({ limits }: LimitConfig, which = "0"): string =>
  which.startsWith(":") ? which.slice(1) : (limits[Number(which) - 1]?.name ?? penalty)

const waitOf = (config: LimitConfig, [, millis, which]: Reply): Wait => ({
  _tag: "Wait",
  millis: fromText(millis),
  limit: nameOf(config, which)
})

/** One answer for each weight, in their order. */
const answersOf = (config: LimitConfig, weights: ReadonlyArray<number>, reply: Reply): ReadonlyArray<Answer> => {
  const time = Number(reply[0])
  let at = 1
  return weights.map((weight) => {
    const from = at
    at += reply[from] === "T" ? 1 + config.limits.length : 3
    const answer = reply.slice(from, at)
    return answer[0] === "T"
      ? { _tag: "Taken", weight, at: time, notes: answer.slice(1).map(Number), config }
      : waitOf(config, answer)
  })
}

/** The notes in the order of the limits of now. */
const notesOf = (config: LimitConfig, taken: Taken): ReadonlyArray<number | null> =>
  config.limits.map((limit, index) => {
    const then = taken.config === config ? index : taken.config.limits.findIndex((old) => isSame(old, limit))
    return taken.notes[then] ?? null
  })

const viewOf = ({ limits }: LimitConfig, reply: Reply): LimitsView => {
  const read = (limit: string, at: number): LimitView => ({
    limit,
    remaining: Number(reply[at]),
    resetAfterMillis: Number(reply[at + 1])
  })
  const views = limits.map(({ name }, index) => read(name, 1 + index * 2))
  for (let at = 1 + limits.length * 2; at < reply.length; at += 3) views.push(read(reply[at] ?? "", at + 1))
  return { limits: views, penaltyMillis: fromText(reply[0]) }
}

/** Makes the limiters' stores on a server. */
export const make = (server: Server): RawLimitStoreFactory => {
  const take = server.script(Scripts.take)
  const estimate = server.script(Scripts.estimate)
  const giveBack = server.script(Scripts.giveBack)
  const penalize = server.script(Scripts.penalize)
  const observe = server.script(Scripts.observe)
  const view = server.script(Scripts.view)
  return ({ config: initial, name }) => {
    let config = initial
    let encoded = encode(config)
    const cellOf = (key: string): RawLimitCell => {
      const keys = [key]
      const takeTogether = Batch.make((weights: ReadonlyArray<number>) => {
        const asked = config
        return Effect.map(take(keys, [encoded, ...weights.map(String)]), (reply) => answersOf(asked, weights, reply))
      })
      return {
        take: (weight) => neverFits(config, weight) ?? takeTogether(weight),
        estimate: (ahead, weight) => {
          const asked = config
          return (
            neverFits(asked, weight) ??
            Effect.map(estimate(keys, [encoded, String(ahead + weight)]), (reply) => {
              const wait = waitOf(asked, reply)
              return wait.millis > 0 ? wait : undefined
            })
          )
        },
        giveBack: (taken) =>
          Effect.asVoid(
            giveBack(keys, [encoded, String(taken.weight), String(taken.at), JSON.stringify(notesOf(config, taken))])
          ),
        penalize: (millis) => Effect.asVoid(penalize(keys, [encoded, toText(millis)])),
        observe: (quotas) => {
          const told = quotas
            .filter(({ remaining, resetAfterMillis: millis }) => remaining >= 0 && millis > 0 && millis < Infinity)
            .map(({ name, remaining, resetAfterMillis }) => [name, Math.min(remaining, forever), resetAfterMillis])
          return told.length === 0 ? undefined : Effect.asVoid(observe(keys, [encoded, JSON.stringify(told)]))
        },
        view: () => {
          const asked = config
          return Effect.map(view(keys, [encoded]), (reply) => viewOf(asked, reply))
        }
      }
    }
    return {
      single: cellOf(keyOf(server.prefix, "limit", name)),
      cell: (key) => cellOf(keyOf(server.prefix, "limit", name, key)),
      keys: () =>
        Effect.map(server.scan(patternOf(server.prefix, "limit", name)), (keys) =>
          keys.map((key) => callersKey(server.prefix, "limit", name, key))
        ),
      change: (limits) => {
        config = { limits }
        encoded = encode(config)
      }
    }
  }
}

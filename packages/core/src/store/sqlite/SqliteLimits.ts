/**
 * The counts of rate limiters as rows.
 *
 * @module
 */
import type { RawLimitCell, RawLimitStoreFactory } from "../away/RawStores.ts"
import * as LimitState from "../LimitState.ts"
import * as LimitRecord from "../record/LimitRecord.ts"
import { Cell, type Kind } from "./Cell.ts"
import { keyed, Rows, single } from "./Rows.ts"
import type { Database } from "./Sql.ts"

const isTaken = ({ _tag }: LimitState.Answer): boolean => _tag === "Taken"

/** Limiters whose counts are in a database. */
export const make =
  (database: Database): RawLimitStoreFactory =>
  ({ config: initial, maxKeys, name }) => {
    let config = initial
    const rows = new Rows("limits", name, maxKeys)
    const kind: Kind<LimitState.Limits> = {
      make: (now) => LimitState.make(config, now),
      write: LimitRecord.write,
      read: (record) => LimitRecord.read(record, config),
      timeOf: LimitRecord.timeOf,
      lifetime: (state, now) => {
        const { limits, penaltyMillis } = LimitState.view(state, config, now)
        const fullAfter = limits.reduce((most, limit) => Math.max(most, limit.resetAfterMillis), penaltyMillis)
        // Fractions of a millisecond must not make it new too soon.
        const forgetAt = now + Math.ceil(fullAfter) + 1
        return { forgetAt, plainAt: forgetAt }
      }
    }
    const cellOf = (key: string): RawLimitCell => {
      const cell = new Cell(database, rows, key, kind)
      /** Looks at the counts, or at those of a key nobody used. */
      const look = <A>(now: number, at: (state: LimitState.Limits, now: number) => A): A => {
        const state = cell.peek() ?? LimitState.make(config, now)
        return at(state, LimitRecord.timeOf(state, now))
      }
      const estimate = (ahead: number, weight: number, now: number): LimitState.Wait | undefined =>
        look(now, (state, now) => LimitState.estimate(state, config, ahead, weight, now))
      // While a limit is used up, looking first keeps those who come from standing in each other's way.
      let isUsedUp = false
      const take = (weight: number, now: number): LimitState.Answer =>
        (isUsedUp ? estimate(0, weight, now) : undefined) ??
        cell.decide(now, (state, now) => LimitState.take(state, config, weight, now), isTaken)
      return {
        take: (weight, now) => {
          const answer = take(weight, now)
          isUsedUp = !isTaken(answer)
          return answer
        },
        estimate,
        giveBack: (taken, now) => cell.decide(now, (state, now) => LimitState.giveBack(state, config, taken, now)),
        penalize: (millis, now) => cell.decide(now, (state, now) => LimitState.penalize(state, config, millis, now)),
        observe: (quotas, now) => cell.decide(now, (state, now) => LimitState.observe(state, config, quotas, now)),
        view: (now) => look(now, (state, now) => LimitState.view(state, config, now))
      }
    }
    return {
      single: cellOf(single),
      cell: (key) => cellOf(keyed(key)),
      keys: () => database.read((sql) => rows.all(sql).flatMap(({ key }) => (key === undefined ? [] : [key]))),
      change: (limits) => {
        config = { limits }
      }
    }
  }

/**
 * The counts of a limiter as JSON, and back without loss: whoever reads a record decides as the machine that wrote it.
 *
 * The limits are part of the record. When they are not those of the reader, the machine carries the counts over, as it
 * does for any change of limits.
 *
 * @module
 */
import * as LimitParts from "../LimitParts.ts"
import type { LimitConfig, Limits } from "../LimitState.ts"
import type { Quotas } from "../QuotaState.ts"
import { type Fields, fieldsOf, isFields, numberOf, numbersOf, written } from "./Fields.ts"

/** The limits of a configuration are written again with every decision, and are the same every time. */
const limitTexts = new WeakMap<LimitConfig, string>()

const limitsText = (config: LimitConfig): string => {
  const known = limitTexts.get(config)
  if (known !== undefined) return known
  const text = JSON.stringify(config.limits)
  limitTexts.set(config, text)
  return text
}

const quotasOf = (quotas: Quotas): ReadonlyArray<ReadonlyArray<string | number>> =>
  Array.from(quotas, ([name, { remaining, resetAt, since }]) => [name, remaining, resetAt, since])

/** Writes the counts down. */
export const write = ({ config, latest, parts, quietUntil, quotas, skew }: Limits): string => {
  let text = `{"limits":${limitsText(config)},"counts":${JSON.stringify(parts.map((part) => part.numbers()))}`
  if (quotas !== undefined) text += `,"quotas":${JSON.stringify(quotasOf(quotas))}`
  if (quietUntil !== -Infinity) text += `,"quietUntil":${JSON.stringify(written(quietUntil))}`
  return `${text},"latest":${latest},"skew":${skew}}`
}

const limitOf = (field: unknown): LimitParts.Limit | undefined => {
  if (!isFields(field) || typeof field.name !== "string") return undefined
  const { _tag, name } = field
  const [limit, perMillis, burst] = [numberOf(field.limit), numberOf(field.perMillis), numberOf(field.burst)]
  if (limit === undefined || perMillis === undefined) return undefined
  if (_tag === "FixedWindow" || _tag === "SlidingWindow") return { _tag, name, limit, perMillis }
  return _tag === "TokenBucket" && burst !== undefined ? { _tag, name, limit, perMillis, burst } : undefined
}

const burstOf = (limit: LimitParts.Limit): number => (limit._tag === "TokenBucket" ? limit.burst : 0)

const isEqual = (a: LimitParts.Limit, b: LimitParts.Limit | undefined): boolean =>
  b !== undefined &&
  a._tag === b._tag &&
  a.name === b.name &&
  a.limit === b.limit &&
  a.perMillis === b.perMillis &&
  burstOf(a) === burstOf(b)

const configOf = ({ limits }: Fields, present: LimitConfig): LimitConfig | undefined => {
  if (!Array.isArray(limits)) return undefined
  const known: Array<LimitParts.Limit> = []
  for (const field of limits) {
    const limit = limitOf(field)
    if (limit === undefined) return undefined
    known.push(limit)
  }
  const isPresent =
    known.length === present.limits.length && known.every((limit, index) => isEqual(limit, present.limits[index]))
  return isPresent ? present : { limits: known }
}

const partsOf = ({ counts }: Fields, { limits }: LimitConfig): ReadonlyArray<LimitParts.LimitPart> | undefined => {
  if (!Array.isArray(counts) || counts.length !== limits.length) return undefined
  const parts: Array<LimitParts.LimitPart> = []
  for (const [index, limit] of limits.entries()) {
    const numbers = numbersOf(counts[index])
    if (numbers === undefined) return undefined
    parts.push(LimitParts.restore(limit, numbers))
  }
  return parts
}

const readQuotas = ({ quotas }: Fields): Quotas | undefined => {
  if (!Array.isArray(quotas)) return undefined
  const known: Quotas = new Map()
  for (const quota of quotas) {
    if (!Array.isArray(quota)) return undefined
    const [name, ...numbers] = quota
    const [remaining, resetAt, since] = numbersOf(numbers) ?? []
    if (typeof name !== "string" || remaining === undefined || resetAt === undefined || since === undefined) {
      return undefined
    }
    known.set(name, { remaining, resetAt, since })
  }
  return known
}

/** Reads counts that were written for any limits; `undefined` when the text is no such record. */
export const read = (text: string, present: LimitConfig): Limits | undefined => {
  const fields = fieldsOf(text)
  if (fields === undefined) return undefined
  const config = configOf(fields, present)
  const parts = config && partsOf(fields, config)
  const [latest, skew] = [numberOf(fields.latest), numberOf(fields.skew)]
  if (config === undefined || parts === undefined || latest === undefined || skew === undefined) return undefined
  return {
    config,
    parts,
    quotas: readQuotas(fields),
    quietUntil: numberOf(fields.quietUntil) ?? -Infinity,
    latest,
    skew
  }
}

/** Whoever waited for the store comes with a time that is this much too old at most. */
const lateMillis = 1000

/**
 * The time of a decision. Processes read their clock first and come to the store in another order; a reading that is a
 * little older than the last decision is late, and no clock that went backward.
 */
export const timeOf = ({ latest, skew }: Limits, now: number): number => {
  const late = latest - skew - now
  return late > 0 && late <= lateMillis ? latest - skew : now
}

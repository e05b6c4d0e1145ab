/**
 * The defect for an option that makes no sense. Options are written by programmers, so a wrong one stops the program at
 * construction instead of becoming a typed error of every call.
 *
 * @module
 */
import { Duration, Schema } from "effect"

/** An option that cannot work: which, what was given, and what would be right. */
export class InvalidOptionError extends Schema.TaggedError<InvalidOptionError>()("InvalidOptionError", {
  policy: Schema.String,
  option: Schema.String,
  value: Schema.String,
  fix: Schema.String
}) {
  readonly category = "invalid"

  override get message(): string {
    return `${this.policy}: option "${this.option}" is ${this.value}; ${this.fix}`
  }
}

const show = (value: unknown): string =>
  Duration.isDuration(value) ? Duration.format(value) : typeof value === "string" ? `"${value}"` : String(value)

/** Throws an `InvalidOptionError` unless `ok`. */
export const checkOption = (ok: boolean, policy: string, option: string, value: unknown, fix: string): void => {
  if (!ok) throw new InvalidOptionError({ policy, option, value: show(value), fix })
}

/** Checks a whole number of at least `min`. */
export const checkInteger = (policy: string, option: string, value: number, min: number): number => {
  checkOption(
    Number.isSafeInteger(value) && value >= min,
    policy,
    option,
    value,
    `give a whole number of at least ${min}`
  )
  return value
}

/** Checks a finite number within `[min, max]`. */
export const checkNumber = (policy: string, option: string, value: number, min: number, max = Infinity): number => {
  checkOption(
    Number.isFinite(value) && value >= min && value <= max,
    policy,
    option,
    value,
    max === Infinity ? `give a number of at least ${min}` : `give a number from ${min} to ${max}`
  )
  return value
}

/** Checks a duration of at least `min` milliseconds and returns its milliseconds (`Infinity` for an endless one). */
export const checkMillis = (policy: string, option: string, input: Duration.Input, min = 0): number => {
  const duration = Duration.fromInput(input)
  checkOption(duration._tag === "Some", policy, option, input, `give a duration such as "30 seconds"`)
  const millis = duration._tag === "Some" ? Duration.toMillis(duration.value) : 0
  checkOption(
    millis >= min,
    policy,
    option,
    input,
    min > 0 ? `give a duration of at least ${min} ms` : "give a duration that is not negative"
  )
  return millis
}

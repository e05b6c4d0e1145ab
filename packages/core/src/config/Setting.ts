/**
 * One setting: its name, type, unit, default, environment variable and check, and how its value is read.
 *
 * A value comes as text (environment, flag) or as a TOML value; both are read by the same `parse`, which answers the value
 * or the text of the fix. A duration is a number of seconds, also as text, or a text such as `"30 seconds"`.
 *
 * @module
 */
import { Duration, Option, Predicate, Redacted, Result, Schema } from "effect"

/** What a setting of each type holds. */
export interface ValueOf {
  readonly integer: number
  readonly number: number
  readonly duration: Duration.Duration
  readonly text: string
  readonly url: string
  readonly secret: Redacted.Redacted
  readonly boolean: boolean
}

/** The types there are. */
export type SettingType = keyof ValueOf

/** What a setting may hold. */
export type Value = ValueOf[SettingType]

/** One setting. */
export interface Setting<K extends string = string, T extends SettingType = SettingType> {
  /** `google-drive.rate_limit`: in TOML the last part of a table `google-drive`. */
  readonly key: K
  /** Derived from the key: `SKIPPY_GOOGLE_DRIVE_RATE_LIMIT`. */
  readonly env: string
  readonly type: T
  /** What one of it is: `seconds`, `attempts`. */
  readonly unit: string | undefined
  /** `undefined`: not set. */
  readonly default: ValueOf[T] | undefined
  readonly description: string
  /** What a value must be: `a whole number of at least 1`. */
  readonly check: string
  /** The key of the setting that is taken when nobody sets this one, before the default. */
  readonly inherits: string | undefined
  /** The value, or what to do to get one. */
  readonly parse: (raw: unknown) => Result.Result<ValueOf[T], string>
}

/** What all constructors are told. */
export interface Options<A> {
  readonly description: string
  readonly default?: A | undefined
  readonly unit?: string | undefined
  readonly inherits?: string | undefined
}

/** What numbers are told; bounds are inclusive. */
export interface NumberOptions extends Options<number> {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** What durations are told. */
export interface DurationOptions extends Options<Duration.Duration> {
  /** In milliseconds. Default 1. */
  readonly minMillis?: number | undefined
}

/** What texts are told. */
export interface TextOptions<A> extends Options<A> {
  /** What a text must be, in words; given together with `accepts`. */
  readonly check?: string | undefined
  readonly accepts?: ((text: string) => boolean) | undefined
}

/** The environment variable of a setting. */
export const envOf = (key: string): string => `SKIPPY_${key.toUpperCase().replaceAll(/[.-]/g, "_")}`

/** The same for all spellings of a key: `google-drive.rate_limit` and `google_drive.rate_limit`. */
export const spellingOf = (key: string): string => key.replaceAll("-", "_")

const make = <K extends string, T extends SettingType>(
  key: K,
  type: T,
  check: string,
  options: Options<ValueOf[T]>,
  read: (raw: unknown) => ValueOf[T] | undefined
): Setting<K, T> => ({
  key,
  env: envOf(key),
  type,
  unit: options.unit,
  default: options.default,
  description: options.description,
  check,
  inherits: options.inherits,
  parse: (raw) => {
    const value = read(raw)
    return value === undefined ? Result.fail(`give ${check}`) : Result.succeed(value)
  }
})

const textOf = (raw: unknown): string | undefined =>
  Predicate.isString(raw) && raw.trim() !== "" ? raw.trim() : undefined

const numberOf = (raw: unknown): number | undefined => {
  const text = textOf(raw)
  const value = text !== undefined && /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : raw
  return Predicate.isNumber(value) && Number.isFinite(value) ? value : undefined
}

const range = (what: string, min: number, max: number): string => {
  if (max === Infinity) return min === -Infinity ? what : `${what} of at least ${min}`
  return min === -Infinity ? `${what} of at most ${max}` : `${what} from ${min} to ${max}`
}

/** A whole number. */
export const integer = <const K extends string>(key: K, options: NumberOptions): Setting<K, "integer"> => {
  const { max = Infinity, min = -Infinity } = options
  return make(key, "integer", range("a whole number", min, max), options, (raw) => {
    const value = numberOf(raw)
    return value !== undefined && Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined
  })
}

/** A number. */
export const number = <const K extends string>(key: K, options: NumberOptions): Setting<K, "number"> => {
  const { max = Infinity, min = -Infinity } = options
  return make(key, "number", range("a number", min, max), options, (raw) => {
    const value = numberOf(raw)
    return value !== undefined && value >= min && value <= max ? value : undefined
  })
}

const durationOf = (raw: unknown): Duration.Duration | undefined => {
  if (Duration.isDuration(raw)) return raw
  const seconds = numberOf(raw)
  if (seconds !== undefined) return Duration.seconds(seconds)
  const text = textOf(raw)
  return text === undefined ? undefined : Option.getOrUndefined(Schema.decodeOption(Schema.DurationFromString)(text))
}

/** A length of time that ends. */
export const duration = <const K extends string>(key: K, options: DurationOptions): Setting<K, "duration"> => {
  const { minMillis = 1 } = options
  const least = minMillis > 0 ? `at least ${minMillis} ms` : "not negative"
  const check = `seconds, such as 30, or a duration such as "30 seconds", ${least}`
  return make(key, "duration", check, { unit: "seconds", ...options }, (raw) => {
    const value = durationOf(raw)
    const millis = value === undefined ? Number.NaN : Duration.toMillis(value)
    return Number.isFinite(millis) && millis >= minMillis ? value : undefined
  })
}

/** A text that is not empty. */
export const text = <const K extends string>(key: K, options: TextOptions<string>): Setting<K, "text"> =>
  make(key, "text", options.check ?? "a text that is not empty", options, (raw) => {
    const value = textOf(raw)
    return value !== undefined && (options.accepts?.(value) ?? true) ? value : undefined
  })

/** One of some words, in upper case; lower case is understood. */
export const choice = <const K extends string>(
  key: K,
  words: ReadonlyArray<string>,
  options: Options<string>
): Setting<K, "text"> =>
  make(key, "text", `one of ${words.join(", ")}`, options, (raw) => {
    const value = textOf(raw)?.toUpperCase()
    return words.find((word) => word === value)
  })

/** Whether a text is a URL of one of the protocols. */
export const isUrl =
  (...protocols: ReadonlyArray<string>) =>
  (text: string): boolean =>
    protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}://`)) &&
    /^[^:]+:\/\/[^\s/?#]+\S*$/.test(text)

/** An address of the web. */
export const url = <const K extends string>(key: K, options: Options<string>): Setting<K, "url"> =>
  make(key, "url", "a URL such as https://host/path", options, (raw) => {
    const value = textOf(raw)
    return value !== undefined && isUrl("http", "https")(value) ? value : undefined
  })

/** What nobody may see: it is `Redacted`, and its text appears in no message. */
export const secret = <const K extends string>(key: K, options: TextOptions<Redacted.Redacted>): Setting<K, "secret"> =>
  make(key, "secret", options.check ?? "a text that is not empty", options, (raw) => {
    const value = textOf(raw)
    return value !== undefined && (options.accepts?.(value) ?? true) ? Redacted.make(value) : undefined
  })

const truths: ReadonlyMap<unknown, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["no", false],
  ["off", false]
])

/** Yes or no. */
export const boolean = <const K extends string>(key: K, options: Options<boolean>): Setting<K, "boolean"> =>
  make(key, "boolean", "true or false", options, (raw) =>
    Predicate.isBoolean(raw) ? raw : truths.get(textOf(raw)?.toLowerCase())
  )

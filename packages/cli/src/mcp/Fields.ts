/**
 * What the schemas of tools are put together from: parameters with a description, and answers whose keys are in snake case,
 * as those of parameters are.
 *
 * @module
 */
import { Freshness } from "@skippy/http"
import { DateTime, Effect, Record, Schema, SchemaTransformation, String } from "effect"

/** The input of a tool without parameters. */
export const nothing = Schema.Record(Schema.String, Schema.Never)

/** A text. */
export const text = (description: string) => Schema.String.annotate({ description })

/** One of a few words. */
export const oneOf = <const Words extends ReadonlyArray<string>>(words: Words, description: string) =>
  Schema.Literals(words).annotate({ description })

/** A whole number of at least `minimum`, and of at most `maximum` if there is such a limit. */
export const whole = (minimum: number, maximum: number | undefined, description: string) =>
  Schema.Finite.check(
    Schema.isInt(),
    maximum === undefined ? Schema.isGreaterThanOrEqualTo(minimum) : Schema.isBetween({ minimum, maximum })
  ).annotate({ description })

/** A switch. */
export const flag = (description: string) => Schema.Boolean.annotate({ description })

/** A parameter that need not be given, and what it is then. */
export const otherwise = <S extends Schema.Top & { readonly Rebuild: S }>(schema: S, value: S["Encoded"]) =>
  Schema.withDecodingDefaultKey<S>(Effect.succeed(value))(schema.annotate({ default: value }))

/** A struct whose keys stand in JSON in snake case: `fromCache` as `from_cache`. */
export const snake = <const F extends Readonly<Record<string, Schema.Top>>>(fields: F) =>
  Schema.Struct(fields).pipe(Schema.encodeKeys(Record.map(fields, (_, key) => String.camelToSnake(key))))

/** What answers of reads say of the cache, for `snake`. */
export const freshness = Freshness.fields

/** A moment: milliseconds since the epoch, in JSON as `2026-11-16T14:30:00.000Z`. */
export const moment = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Finite,
    SchemaTransformation.transform({
      decode: (iso) => Date.parse(iso),
      encode: (millis) => DateTime.formatIso(DateTime.makeUnsafe(millis))
    })
  )
)

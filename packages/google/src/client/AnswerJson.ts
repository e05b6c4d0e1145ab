/**
 * Reading the JSON of answers. Pure.
 *
 * Fields of another kind than documented make it none; those nobody knows are passed over, and `null` is as good as absent.
 *
 * @module
 */
import { Option, Predicate, Schema } from "effect"

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
const parseWithoutNull = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Unknown, { reviver: (_key, value: unknown) => value ?? undefined })
)

/** What may be a `null`, or the word within a text. */
const mayHaveNull = /[:,[]\s*null/

/** Reads answers of a schema. A refusal (`error`) is none, also when its status says that all went well. */
export const decoderOf = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S
): ((text: string) => Option.Option<S["Type"]>) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (text) =>
    Option.flatMap(mayHaveNull.test(text) ? parseWithoutNull(text) : parse(text), (answer) =>
      Predicate.hasProperty(answer, "error") ? Option.none() : decode(answer)
    )
}

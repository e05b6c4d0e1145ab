import { it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { describe, expect } from "vitest"
import { decodeInput, invalidInput } from "../src/InvalidInputError.ts"

const Input = Schema.Struct({
  query: Schema.String,
  size: Schema.optionalKey(Schema.Literals(["large", "medium"])),
  perPage: Schema.optionalKey(
    Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 80 }, { expected: "a whole number from 1 to 80" }))
  ),
  repository: Schema.optionalKey(Schema.String.annotate({ message: 'give it as "owner/name"' })),
  labels: Schema.optionalKey(Schema.Array(Schema.String)),
  apiToken: Schema.optionalKey(Schema.Finite),
  url: Schema.optionalKey(Schema.Finite),
  body: Schema.optionalKey(Schema.Struct({ draft: Schema.Boolean }))
})

const decode = decodeInput(Input, { operation: "Things.find", secret: ["body"] })

describe("an input", () => {
  it.effect("is given as the schema reads it", () =>
    Effect.gen(function* () {
      expect(yield* decode({ query: "sea", perPage: 80 })).toEqual({ query: "sea", perPage: 80 })
    })
  )

  it.effect.each([
    [{}, "query", "query is missing; give one, it is required"],
    [{ query: 7 }, "query", "query is 7; give a text"],
    [{ query: null }, "query", "query is null; give a text"],
    [{ query: "", size: "huge" }, "size", 'size is "huge"; give "large" or "medium"'],
    [{ query: "", perPage: 81 }, "perPage", "perPage is 81; give a whole number from 1 to 80"],
    [{ query: "", repository: 1 }, "repository", 'repository is 1; give it as "owner/name"'],
    [{ query: "", labels: ["a", 2] }, "labels[1]", "labels[1] is 2; give a text"],
    [{ query: "", labels: "a" }, "labels", 'labels is "a"; give a list'],
    [
      { query: "", qery: "x" },
      "qery",
      'qery is "x"; there is no such field; there are query, size, perPage, repository, labels, apiToken, url, body'
    ],
    [{ query: "", size: "x".repeat(100) }, "size", `size is "${"x".repeat(60)}…"; give "large" or "medium"`],
    [{ query: "", size: "a\nb" }, "size", 'size is "a\\nb"; give "large" or "medium"'],
    [{ query: "", size: "https://me:pw@a.example/p?key=s" }, "size", 'size is "https://a.example/p"; give'],
    [{ query: "", size: "me@a.example?" }, "size", 'size is "me@a.example?"; give'],
    [{ query: "", size: "see https://me:s3cret@a b/" }, "size", "size is "],
    [{ query: "", apiToken: "s3cret" }, "apiToken", "apiToken: give a number"],
    [{ query: "", url: "s3cret" }, "url", "url: give a number"],
    [{ query: "", body: { draft: "s3cret" } }, "body.draft", "body.draft: give true or false"],
    ["text", "the input", 'the input is "text"; give an object'],
    [undefined, "the input", "the input is missing; give an object"]
  ] as const)("%j is refused at %s", ([input, field, says]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(decode(input))
      expect(error).toMatchObject({ _tag: "InvalidInputError", operation: "Things.find", field, category: "invalid" })
      expect(error).toMatchObject({ delivered: false, retryable: false })
      expect(error.message).toContain(`Things.find: ${says}`)
      expect(JSON.stringify(error)).not.toContain("s3cret")
    })
  )

  it("is refused by hand for what no schema says, a missing secret as missing", () => {
    const fix = "give the token"
    expect(invalidInput({ operation: "A.b", path: ["token"], value: undefined, fix }).message).toBe(
      "A.b: token is missing; give the token"
    )
    expect(invalidInput({ operation: "A.b", path: ["token"], value: "s3cret", fix }).message).toBe(
      "A.b: token: give the token"
    )
    expect(invalidInput({ operation: "A.b", path: ["x\r\ny", 0], value: [], fix }).message).toBe(
      "A.b: x\\r\\ny[0] is an empty list; give the token"
    )
  })
})

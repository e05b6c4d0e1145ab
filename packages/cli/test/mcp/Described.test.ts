import { Effect, Schema } from "effect"
import { describe as suite, expect, it } from "vitest"
import { describe } from "../../src/mcp/Described.ts"
import { flag, moment, nothing, oneOf, otherwise, snake, text, whole } from "../../src/mcp/Fields.ts"
import { type Answer, tool } from "../../src/mcp/Tool.ts"

const described = <A, I>(input: Schema.Codec<unknown, unknown>, schema: Answer<A, I>["schema"]) =>
  describe(
    tool<unknown, A, I>({
      name: "look",
      group: "health",
      title: "Look",
      description: "Looks.",
      hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
      input,
      output: { schema, text: () => "" },
      run: () => Effect.never
    })
  )

const some = Schema.Struct({ a: Schema.String })

interface Node {
  readonly name: string
  readonly children: ReadonlyArray<Node>
}

const Node: Schema.Codec<Node> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend((): Schema.Codec<Node> => Node))
}).annotate({ identifier: "Node" })

suite("what is told of a tool", () => {
  it("is strict about parameters, and says what they are by default", () => {
    const input = Schema.Struct({
      query: text("Words"),
      most: otherwise(whole(1, 80, "The most"), 10),
      page: Schema.optionalKey(whole(1, undefined, "Which page")),
      state: otherwise(oneOf(["open", "closed"], "Which ones"), "open"),
      deep: otherwise(flag("All of it"), false)
    })
    expect(described(input, some).inputSchema).toEqual({
      type: "object",
      properties: {
        query: { type: "string", description: "Words" },
        most: { type: "integer", minimum: 1, maximum: 80, description: "The most", default: 10 },
        page: { type: "integer", minimum: 1, description: "Which page" },
        state: { type: "string", enum: ["open", "closed"], description: "Which ones", default: "open" },
        deep: { type: "boolean", description: "All of it", default: false }
      },
      required: ["query"],
      additionalProperties: false
    })
    expect(Schema.decodeSync(input)({ query: "sum" })).toEqual({ query: "sum", most: 10, state: "open", deep: false })
  })

  it("is an empty object when there are no parameters", () => {
    expect(described(nothing, some).inputSchema).toEqual({ type: "object", additionalProperties: false })
    expect(() => Schema.decodeUnknownSync(nothing)({ a: 1 })).toThrow("a")
  })

  it("leaves out of an answer what says nothing", () => {
    const output = snake({
      sizeInBytes: Schema.Int,
      endedAt: Schema.optionalKey(moment),
      mergedBy: Schema.NullOr(Schema.String),
      kind: Schema.NullOr(Schema.Literals(["a", "b"]))
    })
    expect(described(nothing, output).outputSchema).toEqual({
      type: "object",
      properties: {
        size_in_bytes: { type: "integer" },
        ended_at: { type: "string" },
        merged_by: { type: ["string", "null"] },
        kind: { anyOf: [{ type: "string", enum: ["a", "b"] }, { type: "null" }] }
      },
      required: ["size_in_bytes", "merged_by", "kind"]
    })
  })

  it("has the parts of an answer that repeat beside it", () => {
    expect(described(nothing, Schema.Struct({ tree: Node })).outputSchema).toMatchObject({
      properties: { tree: { $ref: "#/$defs/Node" } },
      $defs: { Node: { properties: { children: { items: { $ref: "#/$defs/Node" } } } } }
    })
  })

  it("is a mistake of the program when input or answer is no object", () => {
    expect(() => described(Schema.Array(Schema.String), some)).toThrow("tool look: input and output have to be objects")
    expect(() => described(nothing, Schema.String)).toThrow("tool look: input and output have to be objects")
  })
})

suite("fields of answers", () => {
  it("are in snake case in JSON only, and what is not told is left out", () => {
    const answer = snake({ fromCache: Schema.Boolean, items: Schema.Array(snake({ fileId: Schema.String })) })
    const value = { fromCache: true, items: [{ fileId: "a", secret: "b" }] }
    const json = { from_cache: true, items: [{ file_id: "a" }] }
    expect(Schema.encodeSync(answer)(value)).toEqual(json)
    expect(Schema.decodeSync(answer)(json)).toEqual({ fromCache: true, items: [{ fileId: "a" }] })
  })

  it("are moments as ISO texts", () => {
    expect(Schema.encodeSync(moment)(86_400_000)).toBe("1970-01-02T00:00:00.000Z")
    expect(Schema.decodeSync(moment)("1970-01-02T00:00:00.000Z")).toBe(86_400_000)
    expect(() => Schema.decodeSync(moment)("soon")).toThrow("finite")
  })
})

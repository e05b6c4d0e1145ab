import { isDeepStrictEqual } from "node:util"
import { Option } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Shareable from "../../../src/store/sqlite/Shareable.ts"

/** The same, to the last field and its kind; -0 is not 0. */
const isSame = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b)

describe("a value that is shared", () => {
  it("is the same when it is read again, and one that is not the same is not shared", () => {
    let [shared, kept] = [0, 0]
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withMap: true, withBigInt: false, withNullPrototype: true }),
        (value) => {
          const text = Shareable.textOf(value)
          if (text === undefined) {
            kept++
            const again: unknown = JSON.parse(JSON.stringify(value) ?? "null")
            expect(isSame(again, value)).toBe(false)
          } else {
            shared++
            expect(isSame(JSON.parse(text), value)).toBe(true)
          }
        }
      ),
      { numRuns: 5000 }
    )
    expect(Math.min(shared, kept)).toBeGreaterThan(500)
  })

  it("is anything JSON can carry", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(Shareable.textOf(plain) ?? "none")).toEqual(plain)
      })
    )
  })

  it.each([
    ["an instance", Option.some(1)],
    ["a field that is undefined", { a: undefined }],
    ["a hole", Array.of<number>().concat(Array(2))],
    ["a list with a name", Object.assign([1], { name: "a" })],
    ["a computed field", Object.defineProperty({}, "a", { get: () => 1, enumerable: true })],
    ["a hidden field", Object.defineProperty({}, "a", { value: 1 })],
    ["a symbol", { [Symbol("a")]: 1 }],
    ["a function", () => 1],
    ["a big integer", 1n],
    ["bytes", new Uint8Array(2)],
    ["more than a mebibyte", "x".repeat(1_048_576)]
  ])("is not %s", (_, value) => {
    expect(Shareable.textOf(value)).toBeUndefined()
    expect(Shareable.textOf({ deep: [value] })).toBeUndefined()
  })

  it("does not contain itself", () => {
    const own: Record<string, unknown> = {}
    own.own = own
    expect(Shareable.textOf(own)).toBeUndefined()
  })
})

import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { LineBuffer, type Lines } from "../../src/file/LineBuffer.ts"

type Step =
  | { readonly kind: "add"; readonly lines: ReadonlyArray<string> }
  | { readonly kind: "drop"; readonly count: number }
  | { readonly kind: "take" | "written" | "giveBack" }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("add" as const),
    // Letters of one to four bytes, and now and then more than the first buffer holds.
    lines: fc.array(fc.constantFrom("a", "ß", "語語語", "😀", "x".repeat(30_000)), { minLength: 1, maxLength: 5 })
  }),
  fc.record({ kind: fc.constant("drop" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constantFrom("take" as const, "written" as const, "giveBack" as const) })
)

const textOf = (lines: Lines): string => new TextDecoder().decode(lines.bytes)
const joined = (lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")

describe("a buffer of lines", () => {
  it("hands over what a list of lines would, and leaves it as it is while it is being written", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const buffer = new LineBuffer()
        let model: ReadonlyArray<string> = []
        let taken: { readonly lines: Lines; readonly model: ReadonlyArray<string> } | undefined
        for (const one of steps) {
          if (one.kind === "add") {
            buffer.add(joined(one.lines), one.lines.length)
            model = model.concat(one.lines)
          } else if (one.kind === "drop") {
            const count = Math.min(one.count, model.length)
            if (count > 0) buffer.drop(count)
            model = model.slice(count)
          } else if (one.kind === "take") {
            if (taken !== undefined) continue
            taken = { lines: buffer.take(), model }
            model = []
          } else if (taken !== undefined) {
            expect(textOf(taken.lines)).toBe(joined(taken.model))
            if (one.kind === "written") buffer.written(taken.lines)
            else {
              buffer.giveBack(taken.lines)
              model = [...taken.model, ...model]
            }
            taken = undefined
          }
          expect(buffer.count).toBe(model.length)
          if (taken !== undefined) expect(textOf(taken.lines)).toBe(joined(taken.model))
        }
        if (taken !== undefined) buffer.written(taken.lines)
        expect(textOf(buffer.take())).toBe(joined(model))
      }),
      { numRuns: 500 }
    )
  })
})

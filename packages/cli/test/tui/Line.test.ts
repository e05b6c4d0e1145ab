import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cut, widthOf } from "../../src/output/Width.ts"
import { fit, textOf, widthOfCells } from "../../src/tui/Line.ts"
import { colored } from "./support.ts"

describe("the width of a text", () => {
  it("is one for each character, two for wide ones, and none for what is over another one", () => {
    expect(widthOf("plain text")).toBe(10)
    expect(widthOf("grüße")).toBe(5)
    expect(widthOf("日本語")).toBe(6)
    expect(widthOf("ａ한😀")).toBe(6)
    expect(widthOf("e\u0301e\u0301")).toBe(2)
    expect(widthOf("👩‍👩‍👧‍👦🇩🇪❤️")).toBe(6)
    expect(widthOf("…█░▁█→●")).toBe(7)
  })

  it("is never more than there is room, and a text that has room stays as it is", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", "ü", "日", "😀", "e\u0301", "👩‍👧") })
    fc.assert(
      fc.property(text, fc.nat(12), (text, columns) => {
        const kept = cut(text, columns)
        expect(widthOf(kept)).toBeLessThanOrEqual(columns)
        expect(kept === text).toBe(widthOf(text) <= columns)
        if (kept !== text && columns > 0) expect(text.startsWith(kept.slice(0, -1)) && kept.endsWith("…")).toBe(true)
      })
    )
  })

  it("of cells counts no marks, and is filled from the side it is told", () => {
    expect(widthOfCells(fit([["日本", colored.bad], "xyz"], 5))).toBe(5)
    expect(textOf(fit([["ab", colored.good]], 4, true), 10)).toBe("  \u001B[32mab\u001B[39m")
    expect(textOf(["ab", ["cdef", colored.bold], "g"], 4)).toBe("ab\u001B[1mc…\u001B[22m")
    expect(textOf(["a\u001B[2J\nb"], 9)).toBe("a [2J b")
  })
})

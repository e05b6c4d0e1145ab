import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { contentRange, keptOf, pieceFrom, question } from "../../../src/drive/upload/ContentRange.ts"

describe("the headers of a resumable upload", () => {
  it("say which bytes are sent, as Google's guide writes them", () => {
    expect(contentRange({ from: 0, to: 524_288 }, 2_000_000)).toBe("bytes 0-524287/2000000")
    expect(contentRange({ from: 43, to: 2_000_000 }, 2_000_000)).toBe("bytes 43-1999999/2000000")
    expect(question(2_000_000)).toBe("bytes */2000000")
  })

  it("tell how much was kept; without a Range nothing was", () => {
    expect(keptOf(undefined)).toBe(0)
    expect(keptOf("bytes=0-42")).toBe(43)
    expect(keptOf("bytes=0-0")).toBe(1)
  })

  it.each(["", "bytes=1-42", "0-42", "bytes 0-42", "bytes=0-", "bytes=0-4,6-9", "bytes=0-42/100", "bytes=0--1"])(
    "%j is not as documented",
    (range) => {
      expect(keptOf(range)).toBeUndefined()
    }
  )

  it("go together: what one side says it kept is where the next piece begins", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 30 }), (total, chunk) => {
        const first = pieceFrom(0, total, chunk)
        const last = /^bytes 0-(\d+)\//.exec(contentRange(first, total))?.[1]
        expect(keptOf(`bytes=0-${last}`)).toBe(first.to)
        expect(pieceFrom(0, total, undefined)).toEqual({ from: 0, to: total })
      })
    )
  })
})

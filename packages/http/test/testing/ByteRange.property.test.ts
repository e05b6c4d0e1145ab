/** A part of a body is what somebody gets who goes through its bytes one by one. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as ByteRange from "../../src/testing/ByteRange.ts"

const bytes = fc.integer({ min: 0, max: 20 })

const indexes = (size: number, keeps: (index: number) => boolean) =>
  Array.from({ length: size }, (_, index) => index).filter(keeps)

const indexesOf = (part: ByteRange.Part | "none" | undefined, size: number) =>
  part === undefined || part === "none" ? [] : indexes(size, (index) => index >= part.start && index < part.end)

describe("a part of a body", () => {
  it("has the bytes from the first to the last, as far as there are any", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.option(bytes), (size, first, last) => {
        const part = ByteRange.partOf(`bytes=${first}-${last ?? ""}`, size)
        const kept = indexes(size, (index) => index >= first && (last === null || index <= last))
        const isNone = last === null || last >= first ? kept.length === 0 : undefined
        expect(part === undefined ? undefined : part === "none").toBe(isNone)
        expect(indexesOf(part, size)).toEqual(kept)
      })
    )
  })

  it("has the last so many bytes", () => {
    fc.assert(
      fc.property(bytes, bytes, (size, count) => {
        const part = ByteRange.partOf(`bytes=-${count}`, size)
        const kept = indexes(size, (index) => index >= size - count)
        expect(part === "none").toBe(kept.length === 0)
        expect(indexesOf(part, size)).toEqual(kept)
      })
    )
  })

  it.each([undefined, "", "bytes=-", "bytes=1-2,4-5", "lines=1-2", "bytes=a-b"])("is not asked for by %s", (header) => {
    expect(ByteRange.partOf(header, 10)).toBe(undefined)
  })

  it("is named by its first and last byte", () => {
    expect(ByteRange.contentRange({ start: 2, end: 5 }, 10)).toBe("bytes 2-4/10")
  })
})

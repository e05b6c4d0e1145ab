import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Multipart from "../../../src/drive/upload/Multipart.ts"

/** As naive as can be: by text, byte for byte a character. */
const partsOf = (body: Uint8Array, boundary: string): ReadonlyArray<readonly [head: string, content: Buffer]> => {
  const pieces = Buffer.from(body).toString("latin1").split(`--${boundary}`)
  expect(pieces[0]).toBe("")
  expect(pieces.at(-1)).toBe("--\r\n")
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf("\r\n\r\n")
    return [piece.slice(2, end), Buffer.from(piece.slice(end + 4, -2), "latin1")]
  })
}

describe("a multipart/related body", () => {
  it("has what is said of the file first, and then the file as it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "grapheme" }), (content, name) => {
        const metadata = JSON.stringify({ name })
        const boundary = "skippy-0123456789ab"
        fc.pre(Multipart.isBoundary(boundary, { content, metadata }))
        const [json, file, ...more] = partsOf(
          Multipart.body({ metadata, content, mimeType: "image/png", boundary }),
          boundary
        )
        expect(more).toEqual([])
        expect(json?.[0]).toBe("Content-Type: application/json; charset=UTF-8")
        expect(JSON.parse(json?.[1].toString("utf8") ?? "")).toEqual({ name })
        expect(file?.[0]).toBe("Content-Type: image/png")
        expect(file?.[1].equals(content)).toBe(true)
      })
    )
  })

  it("knows whether a boundary occurs in the parts", () => {
    const letters = fc.array(fc.constantFrom("a", "b"), { maxLength: 12 }).map((some) => some.join(""))
    fc.assert(
      fc.property(letters, letters, letters, (text, metadata, content) => {
        const isFree = !metadata.includes(text) && !content.includes(text)
        expect(Multipart.isBoundary(text, { metadata, content: Buffer.from(content) })).toBe(isFree)
      }),
      { numRuns: 500 }
    )
  })
})

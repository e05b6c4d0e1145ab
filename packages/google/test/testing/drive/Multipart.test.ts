import { describe, expect, it } from "vitest"
import * as fc from "fast-check"
import * as Multipart from "../../../src/testing/drive/Multipart.ts"

const encoder = new TextEncoder()
const read = (body: string, boundary = "b") =>
  Multipart.parts(encoder.encode(body), boundary)?.map(({ bytes, contentType }) => [
    contentType,
    new TextDecoder().decode(bytes)
  ])

describe("a multipart body", () => {
  it.for([
    ["multipart/related; boundary=abc", "abc"],
    ['Multipart/Related; boundary="a b"; type="x"', "a b"],
    ["multipart/form-data; boundary=abc", undefined],
    ["multipart/related", undefined],
    [undefined, undefined]
  ] as const)("of the type %s has the boundary %s", ([type, boundary]) => {
    expect(Multipart.boundaryOf(type)).toBe(boundary)
  })

  it("is read part by part", () => {
    expect(read("--b\r\nContent-Type: a/b; c=d\r\nX: y\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n")).toEqual([
      ["a/b; c=d", "one"],
      [undefined, "two\r\n"]
    ])
    expect(read("before\r\n--b\r\ncontent-type: x\r\n\r\n\r\n--b--")).toEqual([["x", ""]])
  })

  it.for(["", "nothing", "--b\r\nno blank line\r\n--b--", "--b\r\n\r\nno end"])("%j is none", (body) => {
    expect(read(body)).toBeUndefined()
  })

  it("gives back any content without its boundary", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (content) => {
        const body = new Uint8Array([
          ...encoder.encode("--unlikely\r\ncontent-type: x\r\n\r\n"),
          ...content,
          ...encoder.encode("\r\n--unlikely--")
        ])
        expect(Multipart.parts(body, "unlikely")?.[0]?.bytes).toEqual(content)
      })
    )
  })
})

import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as MimeType from "../../../src/drive/upload/MimeType.ts"
import * as Pattern from "../../../src/drive/upload/Pattern.ts"

const names = ["b.pdf", "a.pdf", "a.PDF", ".hidden", ".env.pdf", "notes.txt", "!odd.pdf", "dir"]

describe("a glob for names", () => {
  it.each([
    ["*", ["!odd.pdf", "a.PDF", "a.pdf", "b.pdf", "dir", "notes.txt"]],
    ["*.pdf", ["!odd.pdf", "a.pdf", "b.pdf"]],
    ["?.pdf", ["a.pdf", "b.pdf"]],
    [".*", [".env.pdf", ".hidden"]],
    ["{a,notes}.*", ["a.PDF", "a.pdf", "notes.txt"]],
    ["[ab].pdf", ["a.pdf", "b.pdf"]],
    ["!odd*", ["!odd.pdf"]],
    ["*.xml", []]
  ])("%s means %j", (pattern, meant) => {
    expect(Pattern.select(names, pattern)).toEqual(meant)
  })

  it("with * and ? means what a naive matcher says", () => {
    const matches = (text: string, glob: string): boolean => {
      if (glob === "") return text === ""
      if (glob[0] === "*") return matches(text, glob.slice(1)) || (text !== "" && matches(text.slice(1), glob))
      return text !== "" && (glob[0] === "?" || glob[0] === text[0]) && matches(text.slice(1), glob.slice(1))
    }
    const word = (letters: ReadonlyArray<string>) =>
      fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }).map((some) => some.join(""))
    fc.assert(
      fc.property(word(["a", "b", "c"]), word(["a", "b", "?", "*"]), (name, glob) => {
        // "**" and "*?" are the same as for a shell, but not every library says so.
        fc.pre(!glob.includes("**"))
        expect(Pattern.select([name], glob).length === 1).toBe(matches(name, glob))
      }),
      { numRuns: 1000 }
    )
  })

  it("is about names, not about directories", () => {
    expect(Pattern.isForNames("*.pdf")).toBe(true)
    expect(Pattern.isForNames("a/*.pdf")).toBe(false)
    expect(Pattern.isForNames("")).toBe(false)
  })
})

describe("the type of a file", () => {
  it.each([
    ["report.pdf", "application/pdf"],
    ["photo.JPG", "image/jpeg"],
    ["notes.md", "text/markdown"],
    ["Makefile", "application/octet-stream"],
    ["archive.unheard-of", "application/octet-stream"]
  ])("of %s is %s", (name, type) => {
    expect(MimeType.ofName(name)).toBe(type)
  })

  it("is one that can be sent, and is not converted", () => {
    expect(MimeType.isSendable("text/plain; charset=utf-8")).toBe(true)
    for (const type of ["", "text", "text/", "text/plain\r\nx: y", "application/vnd.google-apps.document"]) {
      expect(MimeType.isSendable(type)).toBe(false)
    }
  })
})

/** The manual page, read by groff. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as fc from "fast-check"
import { describe, expect, it, type TestContext } from "vitest"
import * as Roff from "../scripts/cli/roff.ts"

const page = fileURLToPath(new URL("../docs/man/skippy.1", import.meta.url))
const installed = spawnSync("groff", ["--version"]).status === 0

const needs = (context: TestContext) => {
  if (!installed) context.skip("missing server: groff (Debian package groff-base)")
}

/** What a reader sees, without bold and lines below, and what groff complains about. */
const read = (text: string) => {
  const { stderr, stdout } = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=1000n"], {
    input: text,
    encoding: "utf8"
  })
  return { stderr, lines: stdout.split("\n").map((line) => line.trim()) }
}

describe("the manual page", () => {
  it("is valid, and has every section a reader looks for", (context) => {
    needs(context)
    const { lines, stderr } = read(readFileSync(page, "utf8"))
    expect(stderr).toBe("")
    expect(lines).toEqual(
      expect.arrayContaining(["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES"])
    )
    expect(lines).toContain("skippy drive list 1AbCdEf --order-by 'modifiedTime desc' --max-results 20")
  })

  it("shows text as it is, whatever roff would make of it", (context) => {
    needs(context)
    const own = fc.constantFrom(
      ".",
      "'",
      "\\",
      "-",
      "`",
      "^",
      "~",
      '"',
      "\\fB",
      ".SH x",
      "\\n(.l",
      "é",
      "→",
      "…",
      "a",
      " b"
    )
    const texts = fc
      .sample(
        fc.array(own, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("").trim()),
        { numRuns: 300, seed: 7 }
      )
      .filter((text) => text !== "")
    const shown = (render: (text: string) => string) =>
      read(['.TH T 1 "" ""', ".nh", ".ad l", ...texts.map((text) => `.PP\n${render(text)}`)].join("\n"))
    for (const render of [Roff.plain, Roff.bold, Roff.italic, Roff.example]) {
      const { lines, stderr } = shown(render)
      expect(stderr).toBe("")
      expect(lines.filter((line) => line !== "").slice(1, -1)).toEqual(texts)
    }
  })

  it("makes code bold, paragraphs of empty lines, and breaks addresses only", () => {
    expect(Roff.prose("Say `--json`.\n\n.ok")).toBe("Say \\fB\\-\\-json\\fR.\n.PP\n\\&.ok")
    expect(Roff.plain("a/b https://c/d")).toBe("a/b https:/\\:/\\:c/\\:d")
  })
})

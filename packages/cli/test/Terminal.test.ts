/** Names from elsewhere, and how wide a terminal is. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { oneLine, styleOf, tame } from "../src/output/Style.ts"
import { bundled, decoded, folder, onTerminal, run, shell } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()

/** It colors, names the window, goes back to the first column, begins a line, reads backwards, and colors in one byte. */
const hostile = "a\u001B[31mred\u001B]0;title\u0007\rb\nskippy: all is well\u202Egpj.exe\u009B32m"

const escape = "\u001B"

/** What of it must not reach a terminal, wherever it is. */
const harm = new RegExp(`${escape}\\]|${escape}\\[31m|\u0007|\u009B|\u202E|\r(?![\n${escape}])`)

describe("a name from elsewhere", () => {
  it("does not talk to the terminal, nor looks like another line, and is itself in JSON", async () => {
    const path = folder()
    const options = { path, program, variables }
    const terminal = { program, variables }
    const [made] = await decoded(["drive", "create-folder", hostile], options)
    expect(made.name).toBe(hostile)
    await writeFile(join(path, "note.txt"), `text\u001B[31m\u009B32m\rover\u001B]0;title\u0007\n`)
    const [note] = await decoded(["drive", "upload", "note.txt"], options)
    for (const args of [
      ["drive", "list"],
      ["drive", "list", "--all"],
      ["drive", "info", made.fileId],
      ["drive", "rename", made.fileId, hostile],
      ["drive", "batch-move", made.fileId, "--to", "sandbox-reports", "--yes"],
      ["drive", "read", note.fileId],
      ["github", "create-issue", "tester/demo", "--title", hostile],
      ["drive", "info", hostile],
      ["drive", hostile],
      ["journal", "show", hostile],
      ["breaker", "open", hostile, "--yes"],
      ["limit", "--path", `/dev/null/${hostile}`]
    ]) {
      const { out } = await onTerminal(args, path, "", terminal)
      expect({ args, harm: harm.exec(out)?.[0] }).toEqual({ args, harm: undefined })
      expect(out).not.toMatch(/^skippy: all is well/m)
    }
    // A file is what it is where no person looks at it.
    expect((await run(["drive", "read", note.fileId], options)).out).toContain("\u001B[31m")
  }, 120_000)

  it("is made harmless as a line, as a text, and at the last door", () => {
    const { safe } = styleOf(true, true)
    for (const text of [oneLine(hostile), safe(hostile), tame(hostile)]) {
      expect(text.replaceAll(escape, "").replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
      expect(text).toContain("red")
    }
    expect(oneLine(hostile)).not.toMatch(/[\n\r\u2028\u202E]/)
    expect(safe("a\r\nb\tc")).toBe("a\r\nb\tc")
    const { bad } = styleOf(true, true)
    expect(tame(`${bad("down")}\n`)).toBe(`${bad("down")}\n`)
  })
})

describe("words that are no UTF-8", () => {
  it("are not taken for others", async () => {
    const path = folder()
    const options = { path, program, variables }
    const made = await shell(`skippy drive create-folder "$(printf 'caf\\xe9')"`, options)
    expect(made).toMatchObject({ code: 2, out: "" })
    expect(made.err).toContain("is not UTF-8")
    // Somebody may mean U+FFFD itself.
    expect(await run(["drive", "create-folder", "caf\uFFFD"], options)).toMatchObject({ code: 0 })
    const batch = await shell(
      `printf x > "$(printf 'f\\xff.txt')"; skippy drive batch-upload . --pattern '*.txt' --yes`,
      options
    )
    expect(batch.code).toBe(1)
    expect(batch.out).toContain("when its name is not UTF-8, give it one that is")
  })

  it("may be long", async () => {
    const path = folder()
    const name = "a".repeat(100_000)
    const [made] = await decoded(["drive", "create-folder", name], { path, program, variables })
    expect(made.name).toBe(name)
    const wrong = await run(["drive", "list", "--max-results", name, "--sandbox"], { path, program })
    expect(wrong.code).toBe(2)
    expect(wrong.err.length).toBeLessThan(300)
  })
})

describe("a terminal", () => {
  it.each([40, 200])(
    "of %d columns has its line of progress in one line, and nothing of it left over",
    async (columns) => {
      const path = folder()
      const name = `${"long-".repeat(20)}name.bin`
      const args = ["http", "download", "https://example.com/bytes/3000000", name, "--sandbox"]
      const { code, out } = await onTerminal(args, path, "", { columns, program })
      expect(code).toBe(0)
      // oxlint-disable-next-line no-control-regex
      const told = out
        .split(`\r${escape}[K`)
        .slice(1)
        .map((text) => text.split("\r\n")[0]!)
      expect(told.length).toBeGreaterThan(0)
      for (const text of told) expect(text.length).toBeLessThan(columns)
      expect(told.at(-1)).toContain(columns === 200 ? "100 %" : "…")
    }
  )

  it("that cannot move its cursor has lines of progress instead", async () => {
    const path = folder()
    const line = `TERM=dumb '${process.execPath}' '${program}' http download https://example.com/bytes/3000000 x.bin --sandbox`
    const { code, out } = await shell(`script -qefc "${line}" /dev/null`, { path })
    expect(code).toBe(0)
    expect(out).toContain("100 %")
    expect(out).not.toContain("\u001B")
  })
})

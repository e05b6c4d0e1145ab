import { spawn } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { bin, ended, environmentOf, folder } from "../support.ts"

it("gives the terminal back at once when somebody presses Ctrl-C, and says what was done", async () => {
  const path = folder()
  for (const name of ["a.md", "b.md", "c.md"]) writeFileSync(join(path, name), name)
  const child = spawn("script", ["-qefc", `'${process.execPath}' '${bin}' demo`, "/dev/null"], {
    cwd: path,
    env: { ...environmentOf(path), TERM: "xterm" },
    stdio: ["pipe", "pipe", "pipe"]
  })
  let pressed = Number.POSITIVE_INFINITY
  let seen = ""
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.toString()
    if (pressed < Number.POSITIVE_INFINITY || !seen.includes("429")) return
    pressed = performance.now()
    child.stdin.write("\u0003")
  })
  const { code, out } = await ended(child)
  expect(code).toBe(130)
  expect(performance.now() - pressed).toBeLessThan(5000)
  const [, after = ""] = out.split("\u001B[?1049l")
  expect(out).toContain("\u001B[?1049h")
  expect(after).toMatch(/stopped after \d+ calls? with \d+ attempts?, .* the journal is in .*metrics/)
  expect(["a.md", "b.md", "c.md"].map((name) => readFileSync(join(path, name), "utf8"))).toEqual([
    "a.md",
    "b.md",
    "c.md"
  ])
  const runs = join(path, "state/sandbox/demo")
  expect(readdirSync(runs).map((name) => readdirSync(join(runs, name)))).toEqual([["sandbox"]])
})

/** Somebody reads a part of the result, slowly, or not at all. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { bundled, ended, folder, run, shell, start } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()

describe("a pipe that nobody reads any more", () => {
  it.each([
    ["lines of JSON", "skippy pexels search ocean --all --json | head -1 | cut -c 1-6", `{"id":`],
    ["a text", "skippy pexels search ocean --all | head -1 | cut -c 1-2 | tr -d 0-9", ""],
    ["one line of JSON", "skippy config show --defaults --json | head -c 3", `[{"`],
    ["help", "skippy drive --help | head -1", "DESCRIPTION"],
    ["completions", "skippy --completions bash | head -1", "###-begin-skippy-completions-###"],
    ["the version", "skippy --version | true", ""],
    ["nothing of it", "skippy limit | true", ""]
  ])("ends a command that writes %s with 0, and quietly", async (_, line, out) => {
    const ran = await shell(`${line}; echo "\n\${PIPESTATUS[0]}"`, { variables, program })
    expect(ran.err).toBe("")
    const lines = ran.out.split("\n").filter((text) => text.trim() !== "")
    expect(lines).toEqual([...(out === "" ? [] : [out]), "0"])
  })

  it("costs a command without stdin, stdout or stderr nothing", async () => {
    const path = folder()
    const options = { path, variables, program }
    const silent = await shell("skippy drive create-folder One >&- 2>&- <&-; echo $?", options)
    expect(silent).toEqual({ code: 0, out: "0\n", err: "" })
    const wrong = await shell("skippy drive lst 2>&-; echo $?; skippy drive lst 2>/dev/full; echo $?", options)
    expect(wrong.out).toBe("2\n2\n")
    const { out } = await run(["drive", "find-folder", "One", "--json"], options)
    expect(JSON.parse(out).files).toHaveLength(1)
  })
})

describe("a result that cannot be written", () => {
  it.each(["limit", "limit --json", "--help", "drive", "--completions bash", "--version", "journal tail --json"])(
    "of `skippy %s` is told on stderr, with exit code 1",
    async (line) => {
      const path = folder()
      const options = { path, variables, program }
      if (line.startsWith("journal")) await run(["github", "repo", "tester/demo"], options)
      const { err, out } = await shell(`skippy ${line} > /dev/full; echo $?`, options)
      expect(out).toBe("1\n")
      expect(err).toContain("cannot be written (ENOSPC)")
      expect(err).not.toContain("    at ")
    }
  )
})

describe("a slow reader", () => {
  it("gets all of it, whole and in order", async () => {
    const path = folder()
    await mkdir(join(path, "state", "sandbox", "metrics"), { recursive: true })
    const call = { requestId: "req_1", service: "http", operation: "get", startedAt: 1, endedAt: 2, durationMs: 1 }
    const trace = { ...call, success: true, outcome: "success", attempts: 1, provenance: "live", lines: [] }
    const line = `${JSON.stringify({ _tag: "Trace", at: 2, trace })}\n`
    const count = 20_000
    await writeFile(join(path, "state", "sandbox", "metrics", "performance.jsonl"), line.repeat(count))
    const child = start(["journal", "tail", "-n", String(count), "--json"], { path, variables, program })
    const end = ended(child)
    let stops = 0
    child.stdout!.on("data", () => {
      if (++stops > 20) return
      child.stdout!.pause()
      setImmediate(() => child.stdout!.resume())
    })
    const { code, err, out } = await end
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toBe(line.repeat(count))
    expect(stops).toBeGreaterThan(10)
  })
})

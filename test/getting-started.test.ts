/**
 * The walk of docs/getting-started.md is true: its commands are run one after the other, in an empty folder and by a shell,
 * as somebody would who follows it, and say what it says.
 */
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loosely } from "./loosely.ts"

const execute = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
const bin = join(root, "packages/cli/src/bin.ts")
const page = readFileSync(join(root, "docs/getting-started.md"), "utf8")
const home = mkdtempSync(join(tmpdir(), "skippy-walk-"))

const steps = Array.from(page.matchAll(/^```sh run\n([\s\S]*?)^```\n+^```text\n([\s\S]*?)^```$/gm)).map(
  ([, commands = "", text = ""]) => ({ commands, text })
)

/** Between what one step says and the next. */
const mark = "-- the next step --"

/** Progress is one line that changes on a terminal; here it is lines, which the page does not show. */
const isProgress = (line: string): boolean => /: \d+ % \(/.test(line)

let said: ReadonlyArray<string>

beforeAll(async () => {
  const script = [`skippy() { '${process.execPath}' '${bin}' "$@"; }`, ...steps.map(({ commands }) => commands)]
  const { stdout } = await execute("bash", ["-c", `exec 2>&1\n${script.join(`\necho '${mark}'\n`)}`], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, METADATA_SERVER_DETECTION: "none" }
  })
  const lines = stdout.split("\n").filter((line) => !isProgress(line))
  said = lines.join("\n").split(`${mark}\n`).slice(1)
})

afterAll(() => rmSync(home, { recursive: true }))

describe("the walk", () => {
  it("has steps", () => {
    expect(steps.length).toBeGreaterThan(5)
  })

  it.for(steps.map(({ commands, text }, at) => [commands.trim().split("\n").at(-1) ?? "", text, at] as const))(
    "%s",
    ([, text, at]) => {
      expect(said[at]).toMatch(loosely(text))
    }
  )

  it("gives MCP clients a configuration that starts the server", async () => {
    const [, json = ""] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? []
    const { args } = JSON.parse(json).mcpServers.skippy
    const [bundle, ...more] = args
    expect(bundle).toMatch(/packages\/cli\/dist\/skippy\.mjs$/)
    const clientInfo = { name: "a test", version: "1" }
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo }
    const request = { jsonrpc: "2.0", id: 1, method: "initialize", params }
    const server = spawn(process.execPath, [bin, ...more], { cwd: home, env: { ...process.env, SKIPPY_PATH: home } })
    // It ends when nobody will ask any more, whatever it answered.
    server.stdin.end(`${JSON.stringify(request)}\n`)
    const said = await text(server.stdout)
    expect(JSON.parse(said)).toMatchObject({ id: 1, result: { serverInfo: { name: "skippy" } } })
    const [, first = ""] = /^```json\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? []
    expect(JSON.parse(first)).toEqual(JSON.parse(json))
  })
})

/** How long a client waits for the first answer of the bundled program, and what is on the disk then. */
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { bundled, ended, environmentOf, folder, run } from "../support.ts"

const root = fileURLToPath(new URL("../../../..", import.meta.url))

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } }
}

const discover = {
  jsonrpc: "2.0",
  id: 1,
  method: "server/discover",
  params: {
    _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} }
  }
}

/** Tells on stderr, at the first answer, how much of the processors was used until then: that a busy machine changes little. */
const telling = `--import=data:text/javascript,${encodeURIComponent(`
  const { write } = process.stdout
  process.stdout.write = function (...told) {
    process.stdout.write = write
    const { system, user } = process.cpuUsage()
    process.stderr.write("used " + (system + user) / 1000)
    return write.apply(process.stdout, told)
  }
`)}`

/** Where Node keeps what it compiled, for the next start. */
const caches = folder()

/** Starts Node, says something, and waits for the first it says, and for its end. */
const once = async (args: ReadonlyArray<string>, path: string, message: object) => {
  const begin = performance.now()
  const env = environmentOf(path, { XDG_CACHE_HOME: caches })
  const child = spawn(process.execPath, [telling, ...args], { cwd: path, env, stdio: "pipe" })
  const exit = ended(child)
  child.stdin.write(`${JSON.stringify(message)}\n`)
  const waited = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", () => resolve(performance.now() - begin))
    child.on("close", () => reject(new Error("it ended without an answer")))
  })
  child.stdin.end()
  const { code, err, out } = await exit
  const [, used = "none", others] = /^used ([\d.]+)([^]*)$/.exec(err) ?? []
  return { waited, used: Number(used), code, others, out }
}

/** Machines are slow at times, and never faster than they are. */
const best = async (args: ReadonlyArray<string>, path: string, message: object) => {
  const all: Array<Awaited<ReturnType<typeof once>>> = []
  for (let round = 0; round < 7; round++) all.push(await once(args, path, message))
  const least = (of: "used" | "waited") => Math.min(...all.map((one) => one[of]))
  return { used: least("used"), waited: least("waited") }
}

const text = (millis: number): string => `${millis.toFixed(0)} ms`

describe("the bundled program", () => {
  it("answers soon after its start, and leaves nothing behind", async () => {
    execFileSync(process.execPath, ["scripts/bundle.ts"], { cwd: root })
    const path = folder()
    const program = join(folder(), "skippy.mjs")
    copyFileSync(join(root, "packages/cli/dist/skippy.mjs"), program)

    const bare = await best(["-e", "process.stdout.write('x')"], path, {})
    for (const message of [initialize, discover]) {
      const { code, others, out } = await once([program, "mcp"], path, message)
      expect({ code, others }).toEqual({ code: 0, others: "" })
      expect(JSON.parse(out).result.capabilities).toMatchObject({ tools: {}, resources: {} })
      const { used, waited } = await best([program, "mcp"], path, message)
      console.log(
        `${message.method} is answered ${text(waited)} after the start, with ${text(used)} of the processors; bare Node takes ${text(bare.waited)}, with ${text(bare.used)}`
      )
      expect(used / bare.used).toBeLessThan(9)
    }
    expect(readdirSync(path, { recursive: true })).toEqual([])
    expect(readdirSync(caches)).toEqual(["skippy"])
  })

  it.for([
    ["others may write there", (path: string) => (mkdirSync(path), chmodSync(path, 0o777))],
    ["it leads elsewhere", (path: string) => symlinkSync(folder(), path)]
  ] as const)("keeps nothing that it would run where %s", async ([, make]) => {
    const caches = folder()
    make(join(caches, "skippy"))
    const { code } = await run(["mcp"], { program: bundled(), variables: { XDG_CACHE_HOME: caches } })
    expect(code).toBe(0)
    expect(readdirSync(join(caches, "skippy"))).toEqual([])
  })
})

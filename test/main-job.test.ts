/**
 * The main job of `npm start`: the demo, twice at the same time in the same folder, of this very checkout. What it says of
 * itself is compared with what it left behind.
 */
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { DemoEvent } from "@skippy/cli"
import { Schema } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { loosely } from "./loosely.ts"

const execute = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
const bin = join(root, "packages/cli/src/bin.ts")
const docs = join(root, "docs")
const home = mkdtempSync(join(tmpdir(), "skippy-main-job-"))

/** Real accounts, and programs that hear of alerts and traces: nothing of it is for the demo. Nobody listens there. */
const mine = "mine-alone"
const nowhere = "http://127.0.0.1:9"
const accounts = {
  SKIPPY_GITHUB_TOKEN: mine,
  SKIPPY_PEXELS_API_KEY: mine,
  SKIPPY_GOOGLE_ACCESS_TOKEN: mine,
  SKIPPY_GITHUB_URL: nowhere,
  SKIPPY_ALERTS_SLACK_URL: `${nowhere}/${mine}`,
  SKIPPY_OTLP_ENDPOINT: nowhere
}
const options = { cwd: root, env: { ...process.env, ...accounts, SKIPPY_PATH: home }, maxBuffer: 16 * 1024 * 1024 }

interface Found {
  readonly name: string
  readonly md5: string
}

/** What it said is part of the error when it fails: a broken promise is named there. */
const skippy = (...args: ReadonlyArray<string>) =>
  execute(process.execPath, [bin, ...args], options).catch((error: Error & { readonly stdout: string }) => {
    throw new Error(`${error.message}${error.stdout.slice(-2000)}`, { cause: error })
  })
const linesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

const decode = Schema.decodeUnknownSync(DemoEvent, { onExcessProperty: "error" })

let events: ReadonlyArray<DemoEvent>
let begun: Extract<DemoEvent, { readonly _tag: "DemoStarted" }>
let done: Extract<DemoEvent, { readonly _tag: "DemoDone" }>
let lines: string
let millis: number

beforeAll(async () => {
  const before = performance.now()
  const [json, text] = await Promise.all([skippy("demo", "--json"), skippy("demo", "--seed", "11")])
  millis = performance.now() - before
  events = linesOf(json.stdout).map((line) => decode(line))
  lines = text.stdout
  const [first, last] = [events.at(0), events.at(-1)]
  if (first?._tag !== "DemoStarted" || last?._tag !== "DemoDone") throw new Error("it begins and ends in another way")
  begun = first
  done = last
})

afterAll(() => rmSync(home, { recursive: true }))

/** The events that have all of this. */
const of = (tag: DemoEvent["_tag"], more: Readonly<Record<string, unknown>> = {}) =>
  events.filter((event) => {
    const known = new Map<string, unknown>(Object.entries(event))
    return event._tag === tag && Object.entries(more).every(([key, value]) => known.get(key) === value)
  })

const digest = (path: string) => createHash("md5").update(readFileSync(path)).digest("hex")

describe("npm start", () => {
  it("runs the demo", async () => {
    const { stdout } = await execute("node", [join(root, "scripts/run.mjs"), "start", "--help"], { cwd: root })
    expect(stdout).toContain("skippy demo [flags]")
  })

  it("takes less than a minute", () => {
    expect(millis).toBeLessThan(60_000)
  })

  it("keeps all its promises, of files, folders, issues, pull requests, photos and downloads", () => {
    expect(done).toMatchObject({ _tag: "DemoDone", kept: true, promises: 16, broken: [] })
    expect(of("PromiseChecked", { kept: true })).toHaveLength(16)
  })

  it("goes through outages: circuits open, refuse, let probes through, and close", () => {
    const { numbers } = done
    expect(of("CircuitChanged", { service: "google-drive", to: "Open" }).length).toBeGreaterThanOrEqual(2)
    expect(of("CircuitChanged", { service: "google-drive", to: "HalfOpen" }).length).toBeGreaterThanOrEqual(2)
    expect(of("CircuitChanged", { service: "google-drive", reason: "probesSucceeded" }).length).toBeGreaterThanOrEqual(
      2
    )
    expect(of("CircuitChanged", { service: "github", reason: "probesSucceeded" }).length).toBeGreaterThanOrEqual(1)
    expect(of("CircuitChanged", { to: "Closed" })).toHaveLength(numbers.circuitsClosed)
    expect(of("CircuitChanged", { from: "Closed", to: "Open" })).toHaveLength(numbers.circuitsOpened)
    expect(of("CircuitChanged", { from: "HalfOpen", to: "Open" })).toHaveLength(numbers.probesFailed)
    expect(numbers.refusedByCircuits).toBeGreaterThan(5)
    expect(numbers.staleAnswers).toBeGreaterThan(5)
    expect(numbers.retries).toBeGreaterThan(20)
    expect(numbers.timeouts).toBeGreaterThan(0)
    expect(numbers.mishaps).toBeGreaterThan(20)
    expect(numbers.duplicatesAvoided).toBeGreaterThanOrEqual(2)
    expect(numbers.attempts).toBeGreaterThan(numbers.calls)
    expect(of("AlertTold", { status: "firing" })).toHaveLength(numbers.alerts)
    expect(of("AlertTold", { service: "google-drive", status: "resolved" }).length).toBeGreaterThanOrEqual(2)
  })

  it("reads files of this checkout, and has each of them in its Drive once, as it is", async () => {
    expect(begun.files).toMatchObject({ directory: "docs", made: false, count: 24 })
    const { stdout } = await skippy("drive", "search", "--all", "--json", "--sandbox", "--path", begun.path)
    const there: ReadonlyArray<Found> = linesOf(stdout)
    const uploaded = there.filter(({ name }) => name.endsWith(".md"))
    expect(uploaded).toHaveLength(24)
    expect(new Set(uploaded.map(({ name }) => name)).size).toBe(24)
    for (const { md5, name } of uploaded) expect(md5).toBe(digest(join(docs, name)))
    const bytes = uploaded.reduce((sum, { name }) => sum + statSync(join(docs, name)).size, 0)
    expect(begun.files.bytes).toBe(bytes)
    expect(done.numbers.bytesDownloaded).toBeGreaterThan(bytes)
  })

  it("leaves a journal that tells the same, and names a call that is in it", async () => {
    const journal = readFileSync(join(done.journal, "resilience.jsonl"), "utf8")
    for (const told of [
      `"to":"Open"`,
      `"CircuitRejected"`,
      `"staleIfError"`,
      `"LimiterPenalized"`,
      `"probesSucceeded"`
    ])
      expect(journal).toContain(told)
    const [, id = ""] = /journal show (\S+)/.exec(done.next[0]?.command ?? "") ?? []
    const { stdout } = await skippy("journal", "show", id, "--json", "--sandbox", "--path", begun.path)
    const [call] = linesOf(stdout)
    expect(call).toMatchObject({ _tag: "Trace", trace: { requestId: id, success: true } })
    expect(call.trace.attempts).toBeGreaterThan(2)
  })

  it("uses nothing of real accounts, and keeps nothing of them", () => {
    expect(JSON.stringify(events) + lines).not.toContain(mine)
    const left = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(left.length).toBeGreaterThan(24)
    for (const { name, parentPath } of left) expect(readFileSync(join(parentPath, name)).includes(mine)).toBe(false)
  })

  it("says what the guide shows of it", () => {
    const guide = readFileSync(join(docs, "getting-started.md"), "utf8")
    const [, shown = ""] = /^npm start\n```[\s\S]*?^```text\n([\s\S]*?)^```$/m.exec(guide) ?? []
    expect(lines).toMatch(loosely(shown))
  })

  it("tells people the same in lines, and a demo beside it has its own folder", () => {
    for (const line of [
      /^Files {4}24 files \(.*\) of docs, read only$/m,
      /^ *\d+\.\d s  drive   circuit OPEN for 1\.0 s: nothing is sent$/m,
      /^ *\d+\.\d s  drive   a probe failed: circuit OPEN for 1\.0 s more$/m,
      /^ *\d+\.\d s  drive   circuit CLOSED: its probes succeeded$/m,
      /^ *\d+\.\d s  drive   ✓ the same upload again sends \d+ and leaves out what is there: 24 of 24 files once, with the right MD5$/m,
      /^ *\d+\.\d s  github {2}alert ERROR: The circuit of github is open$/m,
      /^All 16 promises kept, in \d+\.\d s\.$/m,
      /^The journal is in .*metrics$/m
    ]) {
      expect(lines).toMatch(line)
    }
    expect(lines.split("\n").length).toBeLessThan(120)
    expect(readdirSync(join(home, "sandbox"))).toEqual(["demo"])
    expect(readdirSync(join(home, "sandbox/demo"))).toHaveLength(2)
  })
})

import { spawn } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { View } from "../src/tui/View.ts"
import { bin, ended, environmentOf, folder, run, start } from "./support.ts"

const watch = ["status", "--watch", "--sandbox"]

const quoted = (words: ReadonlyArray<string>) => words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")

interface Terminal {
  readonly type: (keys: string) => void
  readonly kill: (signal: NodeJS.Signals, whom?: "parent" | "pid") => void
}

/** Ends with an error nobody catches when it gets SIGUSR2. */
const failing = `data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("boom")})`

/** What is done when a text is seen, after what was done before. */
type Step = readonly [text: string, act: (terminal: Terminal) => void]

/** Watches on a terminal, step by step; then the exit code and the state of the terminal are told. */
const onScreen = async (
  steps: ReadonlyArray<Step>,
  variables: Record<string, string> = {},
  startedBy = (line: string) => line
) => {
  const path = folder()
  const program = quoted([process.execPath, "--import", failing, bin, ...watch])
  const line = startedBy(`sh -c ${quoted([`echo $$ > pid; exec ${program}`])}`)
  const inner = `stty rows 24 cols 80; ${line}; echo "code $?"; stty -a`
  const child = spawn("script", ["-qefc", inner, "/dev/null"], {
    cwd: path,
    env: { ...environmentOf(path), TERM: "xterm", ...variables }
  })
  const terminal: Terminal = {
    type: (keys) => child.stdin.write(keys),
    kill: (signal, whom = "pid") => process.kill(Number(readFileSync(join(path, whom), "utf8")), signal)
  }
  const left = [...steps]
  let seen = ""
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.toString()
    for (let step = left[0]; step !== undefined && seen.includes(step[0]); step = left[0]) {
      const [text, act] = step
      seen = seen.slice(seen.indexOf(text) + text.length)
      left.shift()
      act(terminal)
    }
  })
  return (await ended(child)).out
}

const enter = "\u001B[?1049h\u001B[?25l"
const leave = "\u001B[0m\u001B[?25h\u001B[?1049l"

/** What is on the terminal when the screen was taken and given back so many times. */
const afterwards = (out: string, times = 1): string => {
  expect(out.split(enter)).toHaveLength(times + 1)
  const parts = out.split(leave)
  expect(parts).toHaveLength(times + 1)
  return parts.at(-1)!
}

const ends: ReadonlyArray<readonly [name: string, end: (terminal: Terminal) => void, code: number, says: string]> = [
  ["q, quickly after another key", ({ type }) => type("\u001B[Aq"), 0, ""],
  ["Ctrl-C, quickly after another key", ({ type }) => type("\u001B[A\u0003"), 130, "skippy: interrupted\r\n"],
  ["SIGTERM", ({ kill }) => kill("SIGTERM"), 130, "skippy: interrupted\r\n"],
  ["an error nobody catches", ({ kill }) => kill("SIGUSR2"), 1, "boom"]
]

describe("watching on a terminal", () => {
  it.each(ends)("gives it back as it was after %s", async (_, end, code, says) => {
    const after = afterwards(await onScreen([["LAST CALLS", end]]))
    expect(after).not.toContain("\u001B[?")
    expect(after).toContain(says)
    expect(after).toContain(`code ${code}\r\n`)
    // Keys are handed over in lines again, and echoed.
    expect(after).toMatch(/ icanon /)
    expect(after).toMatch(/ echo /)
  })

  it("gives it back with Ctrl-Z, and draws all of it when the program goes on", async () => {
    const out = await onScreen([
      ["LAST CALLS", ({ type }) => type("\u001A")],
      [leave, () => {}],
      ["LAST CALLS", ({ type }) => type("q")]
    ])
    expect(afterwards(out, 2)).toContain("code 0\r\n")
  })

  /** A shell of somebody who works with jobs, in which a program starts this one and waits for it. */
  const inShell = (after: string) => (line: string) =>
    `bash -mc ${quoted([`sh -c ${quoted([`echo $$ > parent; ${line}; true`])}; ${after}`])}`

  it("stops with whoever started it, so that the shell has the terminal", async () => {
    const out = await onScreen(
      [
        ["LAST CALLS", ({ type }) => type("\u001A")],
        ["stopped", () => {}],
        ["LAST CALLS", ({ type }) => type("q")]
      ],
      {},
      inShell("echo stopped; fg")
    )
    expect(afterwards(out, 2)).toContain("code 0\r\n")
  })

  it("ends when whoever started it was killed, so that nothing writes over the shell", async () => {
    const out = await onScreen(
      [["LAST CALLS", ({ kill }) => kill("SIGKILL", "parent")]],
      {},
      inShell(`timeout 10 tail --pid "$(cat pid)" -f /dev/null`)
    )
    expect(afterwards(out)).toContain("code 0\r\n")
  })

  it("tells it in lines where no line can change, without one escape", async () => {
    const out = await onScreen([["google-drive", ({ kill }) => kill("SIGTERM")]], { TERM: "dumb" })
    expect(out).not.toContain("\u001B")
    expect(out).toContain("SERVICE")
    expect(out).toContain("code 130\r\n")
  })
})

describe("watching elsewhere", () => {
  it("shows what other programs do on the same folder, as lines of JSON", async () => {
    const path = folder()
    const variables = { SKIPPY_SANDBOX: "1" }
    const child = start([...watch, "--every", "100 millis"], { path })
    const whole = ended(child)
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(View), { onExcessProperty: "error" })
    let text = ""
    let waiting: { readonly wanted: (view: View) => boolean; readonly found: (view: View) => void } | undefined
    child.stdout!.on("data", (bytes: Buffer) => {
      const lines = (text + bytes.toString()).split("\n")
      text = lines.pop()!
      for (const view of lines.map((line) => decode(line))) {
        if (waiting?.wanted(view) === true) waiting.found(view)
      }
    })
    const over = whole.then(({ err }): never => expect.unreachable(`it ended: ${err}`))
    const until = (wanted: (view: View) => boolean) =>
      Promise.race([over, new Promise<View>((found) => (waiting = { wanted, found }))])
    const github = ({ services }: View) => services.find(({ service }) => service === "github")

    expect(await until(() => true)).toMatchObject({ path: join(path, "state", "sandbox"), sandbox: true })
    const called = until(({ happenings }) => happenings.length > 0)
    expect(await run(["github", "list-prs", "tester/demo"], { path, variables })).toMatchObject({ code: 0 })
    const view = await called
    expect(view.happenings).toMatchObject([{ _tag: "Call", service: "github", outcome: "success" }])
    expect(github(view)).toMatchObject({ lastMinute: { calls: 1, failures: 0 } })
    expect(github(view)!.limiter!.limits[0]).toMatchObject({ remaining: 29, capacity: 30 })

    const opened = until((view) => github(view)?.circuit?.state === "Open" && view.alerts.active.length > 0)
    expect(await run(["breaker", "open", "github", "--yes"], { path, variables })).toMatchObject({ code: 0 })
    const open = await opened
    expect(github(open)!.circuit!.nextAttemptAt).toBeGreaterThan(open.at)
    expect(open.alerts.active).toMatchObject([{ status: "firing", alert: { name: "CircuitOpen", service: "github" } }])

    child.kill("SIGINT")
    expect((await whole).code).toBe(130)
  })

  it("ends well when nobody reads any more, also beside a file that is damaged", async () => {
    const path = folder()
    const metrics = join(path, "state", "sandbox", "metrics")
    mkdirSync(metrics, { recursive: true })
    writeFileSync(join(metrics, "performance-20261116T143025123Z.jsonl.gz"), "not packed")
    const line = `set -o pipefail; ${quoted([process.execPath, bin, ...watch])} --every '100 millis' | head -n 1`
    const { code, err, out } = await ended(spawn("bash", ["-c", line], { cwd: path, env: environmentOf(path) }))
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(JSON.parse(out)).toMatchObject({ sandbox: true })
  })

  it("says what is wrong with how often it shall look", async () => {
    const often = await run([...watch, "--every", "1 millis"])
    expect(often).toMatchObject({ code: 2, out: "" })
    expect(often.err).toContain("--every is 1ms; give a duration from '100 millis' on")
    const once = await run(["status", "--every", "1 second"])
    expect(once).toMatchObject({ code: 2, out: "" })
    expect(once.err).toContain("add --watch")
  })
})

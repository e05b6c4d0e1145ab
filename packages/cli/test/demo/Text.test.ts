import { describe, expect, it } from "vitest"
import type { DemoDone, DemoEvent } from "../../src/demo/DemoEvent.ts"
import { groupOf } from "../../src/demo/Group.ts"
import { nextOf, programOf, quoted } from "../../src/demo/Next.ts"
import { picture } from "../../src/demo/Picture.ts"
import * as Tally from "../../src/demo/Tally.ts"
import { isLine, stoppedText, textOf } from "../../src/demo/Text.ts"
import { styleOf } from "../../src/output/Style.ts"

const plain = styleOf(false, false)
const text = (event: DemoEvent) => textOf(event, 1000, plain)

const numbers: DemoDone["numbers"] = {
  ...Tally.empty.numbers,
  ...Tally.requestsOf([]),
  calls: 7,
  bytesUploaded: 12_400_000,
  bytesDownloaded: 0
}

const done = (broken: ReadonlyArray<string>): DemoDone => ({
  _tag: "DemoDone",
  at: 26_000,
  durationMs: 25_000,
  kept: broken.length === 0,
  promises: 3,
  broken,
  numbers,
  journal: "/run/sandbox/metrics",
  next: nextOf({ program: "skippy", path: "/run", requestId: "req_1" })
})

describe("the lines of the demo", () => {
  it("say when, of which service, and what", () => {
    expect(text({ _tag: "Told", at: 3450, service: "google-drive", text: "is back" })).toBe("  2.5 s  drive   is back")
    expect(text({ _tag: "PromiseChecked", at: 3450, service: "http", kept: false, text: "it is whole" })).toBe(
      "  2.5 s  http    ✗ it is whole"
    )
  })

  it("tell a probe by what comes of it", () => {
    const changed = (to: "HalfOpen" | "Open"): DemoEvent => ({
      _tag: "CircuitChanged",
      at: 2000,
      service: "github",
      from: "Open",
      to,
      reason: to === "Open" ? "probeFailed" : "openElapsed",
      openForMs: 1000
    })
    expect(text(changed("HalfOpen"))).toBe("")
    expect(text(changed("Open"))).toBe("  1.0 s  github  a probe failed: circuit OPEN for 1.0 s more")
  })

  it("cannot be broken by what a file is called", () => {
    expect(text({ _tag: "Told", at: 1000, service: "http", text: "a\n\u001B[2Jb" })).toBe("  0.0 s  http    a [2Jb")
  })

  it("close with what was protected, where the journal is, and what to try", () => {
    const lines = text(done([]))
    expect(lines).toContain("All 3 promises kept, in 25.0 s.")
    expect(lines).toContain("calls       7, of which 0 were answered")
    expect(lines).toContain("12.4 MB up, 0 B down")
    expect(lines).toContain("The journal is in /run/sandbox/metrics")
    expect(lines).toContain("  skippy journal show req_1 --sandbox --path /run")
  })

  it("say which promises were not kept", () => {
    expect(text(done(["google-drive: 23 of 24 files are there"]))).toContain(
      "1 of 3 promises not kept:\n  google-drive: 23 of 24 files are there"
    )
  })

  it("say where it stopped", () => {
    expect(stoppedText(numbers, "/run")).toMatch(/^stopped after 7 calls .* the journal is in \/run$/)
  })
})

describe("what to try next", () => {
  it("is written so that a shell takes it", () => {
    expect(quoted("/home/ada/it's here")).toBe(`'/home/ada/it'\\''s here'`)
    expect(quoted("/home/ada/x-1_2.3")).toBe("/home/ada/x-1_2.3")
    expect(nextOf({ program: "skippy", path: "/a b", requestId: undefined })[0]?.command).toBe(
      "skippy drive search --sandbox --path '/a b'"
    )
  })
})

describe("the program, as it is called again", () => {
  it.for([
    ["/home/ada/a b/bin.ts", undefined, "node '/home/ada/a b/bin.ts'"],
    ["/home/ada/dist/skippy.mjs", undefined, "node /home/ada/dist/skippy.mjs"],
    ["/usr/local/bin/skippy", undefined, "skippy"],
    ["/home/ada/bin.ts", "node scripts/run.mjs start", "npm run -s skippy --"],
    ["/usr/local/bin/skippy", "my-own-script", "skippy"]
  ] as const)("run as %s, by npm as %s, it is %s", ([script, lifecycle, program]) => {
    expect(programOf(script, lifecycle)).toBe(program)
  })
})

describe("what is put in order", () => {
  it.for([
    [["drive.md", "drive-changes.md", "retry.md", "retry-budget.md", "a.md"], "drive"],
    [["b.md", "a.md"], "a"],
    [["Größe 1.md", "Größe 2.md", "x.md"], "Größe"],
    [["---.md"], "---.md"]
  ] as const)("of %j it is %s", ([names, word]) => {
    expect(groupOf(names)).toBe(word)
  })
})

describe("the picture", () => {
  const view = { at: 1000, path: "/run", sandbox: true, services: [], happenings: [], seen: 0, recommendations: [] }
  const lines = Array.from({ length: 90 }, (_, at) => at)
    .map((at): DemoEvent => ({ _tag: "Told", at: 1000, service: "http", text: `line ${at} ${"x".repeat(200)}` }))
    .filter(isLine)

  it.for([
    [80, 24],
    [40, 10],
    [200, 60],
    [20, 3],
    [10, 1]
  ] as const)("fits on %i columns and %i rows, with what happened last", ([columns, rows]) => {
    const shown = picture(
      { view: { ...view, alerts: { active: [], recent: [] } }, lines },
      { columns, rows, style: plain, startedAt: 1000, footer: "q ends" }
    )
    expect(shown.length).toBeLessThanOrEqual(rows)
    expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(columns)
    if (rows >= 10) expect(shown.join("\n")).toContain(columns > 30 ? "line 89" : "l")
  })
})

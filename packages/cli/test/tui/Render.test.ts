import { stripVTControlCharacters } from "node:util"
import { describe, expect, it } from "vitest"
import { widthOf } from "../../src/output/Width.ts"
import { linesOf } from "../../src/tui/Live.ts"
import { type Frame, render } from "../../src/tui/Render.ts"
import { sparkline } from "../../src/tui/Services.ts"
import { alert, at, busy, call, colored, plain, snapshot, viewOf } from "./support.ts"

const frame = (columns: number, rows: number, more: Partial<Frame> = {}): Frame => ({
  columns,
  rows,
  style: plain,
  title: "skippy status",
  footer: "q ends",
  ...more
})

const sizes = [
  [80, 24],
  [40, 10],
  [120, 40],
  [200, 60],
  [20, 4],
  [1, 1]
] as const

describe("the screen", () => {
  it("shows services, alerts, advice and the last calls on a usual terminal", () => {
    expect(render(busy, frame(80, 24)).map((line) => line.trimEnd())).toEqual([
      "skippy status  live  /home/tester/skippy                            14:30:21 UTC",
      "",
      "SERVICE        CIRCUIT            CALL/S  FAIL/S     P95  LEFT",
      "google-drive   closed               1.02       0  156 ms  ████░ 48 of 60/1m",
      "github         open, 43 s left      0.03    0.02   1.5 s  █░░░░ 3 of 30/1m",
      "                                                                4999 of X-RateL…",
      "                                                          █████ 20000 of 20000/…",
      "http           being tried again    0.02       0   20 ms  quiet for 12 s",
      "                                                          ░░░░░ 0 of 100/1m",
      "  https://例…  open, to be tried",
      "bare           none                    0       0          none",
      "ALERTS",
      "14:30:20  ERROR  The circuit of github is open",
      "13:30:21  over  The circuit of pexels is open",
      "WHAT TO DO",
      "→ Free some space on /.",
      "→ See whether github is well.",
      "LAST CALLS",
      "14:30:20  google-drive listFiles  from the cache 0 ms",
      "14:30:20  github listFiles  failed 1.5 s, 3 attempts: 503 of the service",
      "14:30:20  github circuit: open",
      "14:30:20  github listFiles  an old answer 3 ms",
      "14:30:20  http GET 例え.jp/日本語のページ  ok 20 ms",
      "q ends"
    ])
  })

  it("shows what matters most on a small one", () => {
    expect(render(busy, frame(40, 10)).map((line) => line.trimEnd())).toEqual([
      "skippy status  live  /hom…  14:30:21 UTC",
      "SERVICE        CIRCUIT            CALL/S",
      "google-drive   closed               1.02",
      "github         open, 43 s left      0.03",
      "http           being tried again    0.02",
      "  https://例…  open, to be tried",
      "bare           none                    0",
      "14:30:20  ERROR  The circuit of github …",
      "→ Free some space on /.",
      "14:30:20  http GET 例え.jp/日本語のペー…"
    ])
    expect(render(busy, frame(40, 6)).map((line) => line.trimEnd())).toEqual([
      "skippy status  live  /hom…  14:30:21 UTC",
      "SERVICE        CIRCUIT            CALL/S",
      "github         open, 43 s left      0.03",
      "… 4 more lines",
      "14:30:20  ERROR  The circuit of github …",
      "→ Free some space on /."
    ])
    expect(render(busy, frame(20, 6))[2]).toBe("github         open…")
  })

  it("keeps alerts and calls in sight beside any number of services, those in trouble first", () => {
    const told = Array.from({ length: 100 }, (_, n) =>
      call(`service-${n}`, 1000, n === 99 ? { outcome: "failure" } : {})
    )
    const text = render(viewOf([...told, alert("github", 700)]), frame(80, 24)).join("\n")
    expect(text).toMatch(/service-99 .* 0\.02 +0\.02/)
    expect(text).toMatch(/… \d+ more lines/)
    expect(text).toContain("ERROR  The circuit of github is open")
    expect(text).toContain("→ Free some space on /.")
    expect(text).toContain("service-99 listFiles  failed")
  })

  it("tells whole limits where there is room", () => {
    const text = render(busy, frame(124, 24)).join("\n")
    expect(text).toContain(" 4999 of X-RateLimit\n")
    expect(text).toContain("█████ 20000 of 20000/31d\n")
  })

  it("says the day of what did not happen today, and that an alert is silenced", () => {
    const yesterday = 20 * 60 * 60 * 1000
    const silenced = alert("github", 700, { silenced: true })
    const text = render(viewOf([call("http", yesterday), alert("pexels", yesterday), silenced]), frame(80, 24)).join(
      "\n"
    )
    expect(text).toContain("11-15 18:30  http listFiles  ok")
    expect(text).toContain("11-15 18:30  over  The circuit of pexels is open")
    expect(text).toContain("14:30:20  ERROR (silenced)  The circuit of github is open")
  })

  it("shows cache, retries and the shape of the last minute on a wide one", () => {
    const lines = render(busy, frame(120, 40))
    expect(lines[2]).toContain("LAST MINUTE")
    expect(lines[3]).toMatch(/▁▁▁▁▁▃██████ +156 ms .* 1 hit +0$/)
    expect(lines[4]).toMatch(/0 hits, 1 old +2$/)
  })

  it.each(sizes)("has no line that is too wide and none too many on %i × %i", (columns, rows) => {
    for (const style of [plain, colored]) {
      const lines = render(busy, frame(columns, rows, { style })).map(stripVTControlCharacters)
      expect(lines).toHaveLength(rows)
      expect(lines.map(widthOf).filter((width) => width > columns)).toEqual([])
    }
  })

  it("has the same text with colors and without, and without not one escape", () => {
    const [without, withColors] = [plain, colored].map((style) => render(busy, frame(100, 30, { style })))
    expect(withColors!.map(stripVTControlCharacters)).toEqual(without)
    expect(without!.join("").includes("\u001B")).toBe(false)
    expect(withColors!.join("")).toContain("\u001B[31mopen, 43 s left\u001B[39m")
  })

  it("is not talked to by names and errors from elsewhere", () => {
    const evil = call("evil\u001B[2J", 100, { outcome: "failure", error: "\u001B]0;title\u0007\r\nnext" })
    const text = render(viewOf([evil]), frame(100, 30)).join("")
    expect(text).not.toMatch(/\p{Cc}/u)
    expect(text).toContain("evil [2J")
  })

  it("says when nothing was called yet", () => {
    expect(render(viewOf([]), frame(80, 24))).toContain("none yet")
  })

  it("draws numbers as high as they are among each other", () => {
    expect(sparkline([0, 1, 4, 8])).toBe("▁▂▅█")
    expect(sparkline([0, 0])).toBe("▁▁")
  })
})

describe("the lines where none can change", () => {
  it("begin with the services, and then tell only what is new", () => {
    const first = viewOf([call("github", 1000)])
    const begin = linesOf(undefined, first, plain)
    expect(begin[0]).toContain("SERVICE")
    expect(begin.slice(-2)).toEqual(["14:30:20  github listFiles  ok 20 ms", "→ Free some space on /."])
    const second = { ...viewOf([alert("github", 0)], snapshot, at + 1000), happenings: [] }
    expect(linesOf(first, second, plain)).toEqual([
      "14:30:21  ERROR  The circuit of github is open",
      "→ See whether github is well."
    ])
    const third = viewOf([alert("github", 0), alert("github", -2000, { status: "resolved" })], snapshot, at + 2000)
    expect(linesOf(second, third, plain)).toEqual(["14:30:23  over  The circuit of github is open"])
    expect(linesOf(third, third, plain)).toEqual([])
    const busier = { ...third, seen: third.seen + 12, happenings: viewOf([call("github", 0)]).happenings }
    expect(linesOf(third, busier, plain)).toEqual([
      "… 11 more; skippy journal tail has them",
      "14:30:21  github listFiles  ok 20 ms"
    ])
  })
})

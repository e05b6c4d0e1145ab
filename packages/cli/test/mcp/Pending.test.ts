import { describe, expect, it } from "vitest"
import * as Pending from "../../src/mcp/Pending.ts"
import { everyMillis, isDue, nothingTold } from "../../src/mcp/Progress.ts"

describe("questions that are open", () => {
  it("take an answer for what was asked, once", () => {
    const asked = Pending.add(Pending.none, "1", "share a")
    const [first, after] = Pending.take(asked, "1", "share a")
    expect([first, Pending.take(after, "1", "share a")[0]]).toEqual(["same", "unknown"])
  })

  it("are over after an answer that was wanted for another thing", () => {
    const [first, after] = Pending.take(Pending.add(Pending.none, "1", "share a"), "1", "share b")
    expect([first, Pending.take(after, "1", "share a")[0]]).toEqual(["other", "unknown"])
  })

  it("are so many at most, and the oldest are forgotten", () => {
    let pending = Pending.none
    for (let number = 0; number <= Pending.atMost; number++) pending = Pending.add(pending, String(number), "x")
    expect(pending.size).toBe(Pending.atMost)
    expect(Pending.take(pending, "0", "x")[0]).toBe("unknown")
    expect(Pending.take(pending, String(Pending.atMost), "x")[0]).toBe("same")
  })
})

describe("progress", () => {
  const told = { at: 1000, progress: 10 }

  it.for([
    ["more, later", { progress: 11 }, 1000 + everyMillis, true],
    ["more, too soon", { progress: 11 }, 1000 + everyMillis - 1, false],
    ["the end, at once", { progress: 100, total: 100 }, 1000, true],
    ["the same", { progress: 10 }, 5000, false],
    ["less", { progress: 9, total: 9 }, 5000, false],
    ["no number", { progress: Number.NaN }, 5000, false]
  ] as const)("that is %s: told %#", ([, done, now, expected]) => {
    expect(isDue(told, done, now)).toBe(expected)
  })

  it("is told from the start on", () => {
    expect(isDue(nothingTold, { progress: 0 }, 0)).toBe(true)
  })
})

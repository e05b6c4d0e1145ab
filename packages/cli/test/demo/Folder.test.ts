import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import * as DemoFolder from "../../src/runtime/DemoFolder.ts"
import { folder } from "../support.ts"

const now = Date.UTC(2026, 4, 17, 8, 30)
const old = new Date(now - 2 * 60 * 60 * 1000)

const put = (sandbox: string, name: string, at: Date): string => {
  const path = join(sandbox, "demo", name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, "inside.txt"), "text")
  utimesSync(path, at, at)
  return path
}

const make = (sandbox: string) => Effect.runPromise(DemoFolder.make(sandbox, now))

describe("the folder of a run", () => {
  it("is a new one for each", async () => {
    const sandbox = folder()
    const [one, two] = await Promise.all([make(sandbox), make(sandbox)])
    expect(one).not.toBe(two)
    expect(one).toContain(join(sandbox, "demo", "20260517-083000-"))
  })

  it("lets the last five old runs stay, and those that may still be running", async () => {
    const sandbox = folder()
    const names = [1, 2, 3, 4, 5, 6, 7].map((day) => `2026050${day}-083000-abcdef`)
    for (const name of names) put(sandbox, name, old)
    utimesSync(join(sandbox, "demo", names[0] ?? ""), new Date(now), new Date(now))
    await make(sandbox)
    const [first, ...others] = readdirSync(join(sandbox, "demo"))
    expect(first).toBe(names[0])
    expect(others.slice(0, 5)).toEqual(names.slice(2))
  })

  it("takes nothing away that is not a run", async () => {
    const sandbox = folder()
    const mine = ["2019-holidays", "2020-taxes", "a", "b", "c", "d", "e"].map((name) => put(sandbox, name, old))
    await make(sandbox)
    expect(mine.filter((path) => !existsSync(path))).toEqual([])
  })

  it.for(["/proc/skippy", "/dev/null/skippy"])(
    "ends with what to do when there can be none, as in %s",
    async (place) => {
      const error = await Effect.runPromise(Effect.flip(DemoFolder.make(place, now)))
      expect(error.message).toContain(`cannot write to ${place}/demo`)
      expect(error.message).toContain("SKIPPY_PATH")
    }
  )
})

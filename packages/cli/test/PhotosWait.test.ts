import { once } from "node:events"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { freeName } from "../src/command/freeName.ts"
import { decoded, failure, folder, run, start } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

/** The sessions the emulated Google has when a command is over. */
const sessionsIn = (path: string) =>
  JSON.parse(readFileSync(join(path, "state", "sandbox", "photos.json"), "utf8")).sessions

describe("skippy photos pick", () => {
  it("tells where to pick, waits, downloads all that was picked, and deletes the session", async () => {
    const path = folder()
    const lines = await decoded(["photos", "pick", "--download", "new/pictures"], { path, variables })
    expect(lines.map(({ _tag }) => _tag)).toEqual(["Session", "Picked", "Picked"])
    expect(lines[0].session.pickerUri).toMatch(/^https:/)
    expect(lines[1]).toMatchObject({ item: { filename: "sea.jpg" }, download: { bytes: expect.any(Number) } })
    expect(readdirSync(join(path, "new", "pictures")).toSorted()).toEqual(["hill.jpg", "sea.jpg"])
    expect(readFileSync(join(path, "new", "pictures", "sea.jpg")).length).toBe(lines[1].download.bytes)
    expect(sessionsIn(path)).toEqual([])
  })

  it("brings what it can, says what it could not, and tells people where to pick on stderr", async () => {
    const path = folder()
    mkdirSync(join(path, "there"))
    writeFileSync(join(path, "there", "sea.jpg"), "mine")
    const { code, err, out } = await run(["photos", "pick", "--download", "there"], { path, variables })
    expect(code).toBe(1)
    expect(err).toContain("pick at https://")
    expect(err).toContain("--overwrite")
    expect(out).toMatch(/^failed sea\.jpg: .*exists already.*\ndownloaded .*hill\.jpg/)
    expect(readFileSync(join(path, "there", "sea.jpg"), "utf8")).toBe("mine")
    expect(sessionsIn(path)).toEqual([])
  })

  it("deletes the session when Ctrl-C ends the waiting", async () => {
    const path = folder()
    const child = start(["photos", "pick", "--json"], { path, variables })
    await once(child.stdout!, "data")
    child.kill("SIGINT")
    const [code] = await once(child, "close")
    expect(code).toBe(130)
    expect(sessionsIn(path)).toEqual([])
  })

  it("begins no session when the folder cannot be made or the number makes no sense", async () => {
    const path = folder()
    writeFileSync(join(path, "file"), "")
    for (const [place, why] of [
      ["file/x", "ENOTDIR"],
      ["file", "ENOTDIR"],
      // Node's own way of making folders never ends there.
      ["/proc/x/y", "ENOENT"]
    ] as const) {
      const { code, err, out } = await run(["photos", "pick", "--download", place, "--json"], { path, variables })
      expect([code, out]).toEqual([2, ""])
      expect(failure(err).message).toContain(`"${place}" cannot be used (${why}); name another one with --download`)
    }
    const many = await run(["photos", "pick", "--max-items", "0"], { path, variables })
    expect([many.code, many.out]).toEqual([2, ""])
    expect(many.err).toContain("1 to 2000")
    expect(many.err).not.toContain("pick at")
  })
})

describe("names of files in one folder", () => {
  it("are never the same, whatever they are called and however they are written", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[aA]{1,2}(\.[jJ])?$/), { maxLength: 20 }), (wanted) => {
        const taken = new Set<string>()
        for (const name of wanted) {
          const free = freeName(name, taken)
          if (!taken.has(name.toLowerCase())) expect(free).toBe(name)
          expect(taken.has(free.toLowerCase())).toBe(false)
          taken.add(free.toLowerCase())
        }
      })
    )
    expect(freeName("sea.jpg", new Set(["sea.jpg", "sea (2).jpg"]))).toBe("sea (3).jpg")
  })
})

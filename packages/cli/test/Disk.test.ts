/** A disk that is full. What files may have is limited for the process, which the system answers as it does for a full disk. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { bundled, failure, folder, run, shell } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()

/** No file may have more than so many blocks of 1024 bytes. Node takes the error, not the signal. */
const limited = (blocks: number, line: string): string => `trap '' XFSZ; ulimit -f ${blocks}; ${line}`

describe("a full disk", () => {
  it("leaves no half of a file, and the same command goes on when there is room", async () => {
    const path = folder()
    const options = { path, variables, program }
    const line = "skippy http download https://example.com/bytes/900000 data.bin --json"
    const { code, err, out } = await shell(limited(300, line), options)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(failure(err)).toMatchObject({
      tag: "DownloadError",
      message: `${join(path, "data.bin")} cannot be written (EFBIG)`,
      hints: ["free some space, and run the same command again"]
    })
    expect(await readdir(path)).not.toContain("data.bin")
    const again = await shell(line, options)
    expect(again.code).toBe(0)
    expect(JSON.parse(again.out).resumedFrom).toBeGreaterThan(0)
    expect((await readFile(join(path, "data.bin"))).length).toBe(900_000)
    expect((await readdir(path)).filter((name) => name.includes("skippy-part"))).toEqual([])
  })

  it("leaves a file that was there as it was", async () => {
    const path = folder()
    await writeFile(join(path, "data.bin"), "old")
    const line = "skippy http download https://example.com/bytes/900000 data.bin --overwrite"
    expect(await shell(limited(300, line), { path, variables, program })).toMatchObject({ code: 1 })
    expect(await readFile(join(path, "data.bin"), "utf8")).toBe("old")
  })

  it("takes no answer from anybody: state and journal are missed with a warning each", async () => {
    const path = folder()
    const line = "skippy github list-prs tester/demo --json"
    const { code, err, out } = await shell(limited(0, line), { path, variables, program })
    expect(code).toBe(0)
    expect(JSON.parse(out).pullRequests).toHaveLength(1)
    const warnings = err.trimEnd().split("\n")
    expect(warnings.filter((text) => text.includes("state.db cannot be written"))).toHaveLength(1)
    expect(warnings.filter((text) => text.includes("the journal in") && text.includes("EFBIG"))).toHaveLength(1)
    expect(warnings).toHaveLength(2)
  })

  it("takes no answer either when it became full after the folder was made", async () => {
    const path = folder()
    const options = { path, variables, program }
    await run(["github", "list-prs", "tester/demo"], options)
    const before = await readFile(join(path, "state", "sandbox", "metrics", "performance.jsonl"), "utf8")
    const { code, out } = await shell(limited(0, "skippy github repo tester/demo --json"), options)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ fullName: "tester/demo" })
    expect(await readFile(join(path, "state", "sandbox", "metrics", "performance.jsonl"), "utf8")).toBe(before)
    // With room again everything is as if nothing had been.
    expect(await run(["github", "repo", "tester/demo"], options)).toMatchObject({ code: 0, err: "" })
    expect(await run(["limit"], options)).toMatchObject({ code: 0, err: "" })
  })

  it("begins no file of settings, and leaves the one that is there", async () => {
    const path = folder()
    const options = { path, variables, program }
    const { code, err, out } = await shell(limited(0, "skippy config init --json"), options)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(failure(err)).toMatchObject({ message: expect.stringContaining("(EFBIG)"), hints: [expect.any(String)] })
    expect(await readdir(path)).not.toContain("skippy.toml")
    await writeFile(join(path, "skippy.toml"), "# mine\n")
    expect(await shell(limited(0, "skippy config init --overwrite"), options)).toMatchObject({ code: 1 })
    expect(await readFile(join(path, "skippy.toml"), "utf8")).toBe("# mine\n")
  })

  it("signs nobody in, and leaves no half of a token", async () => {
    const path = folder()
    const options = { path, variables, program }
    await run(["drive", "list"], options)
    const { code, out } = await shell(limited(0, "skippy auth login --json"), options)
    expect({ code, out }).toEqual({ code: 1, out: "" })
    await mkdir(join(path, "state", "sandbox", "google"), { recursive: true })
    expect(await readdir(join(path, "state", "sandbox", "google"))).not.toContain("token.json")
  })

  it("is found by the doctor", async () => {
    const path = folder()
    const { code, out } = await shell(limited(1, "skippy doctor --json"), { path, variables, program })
    expect(code).toBe(1)
    expect(JSON.parse(out).find(({ name }: { name: string }) => name === "folder")).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("EFBIG")
    })
    await rm(path, { recursive: true, force: true })
  })
})

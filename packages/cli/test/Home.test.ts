/** A home, and a folder of everything, that cannot be written. */
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { bundled, failure, folder, run } from "./support.ts"

const program = bundled()

/** A file where a folder should be stops an administrator too, whom permissions do not. */
const withFile = async (): Promise<string> => {
  const path = folder()
  await writeFile(join(path, "file"), "")
  return path
}

describe("a folder that cannot be written", () => {
  it.each(["limit", "status", "breaker list", "cache stats", "policy explain github"])(
    "costs `skippy %s` one warning, and no answer",
    async (line) => {
      const path = await withFile()
      const variables = { SKIPPY_PATH: join(path, "file", "below") }
      const { code, err, out } = await run([...line.split(" "), "--json"], { path, program, variables })
      expect(code).toBe(0)
      expect(() => JSON.parse(out)).not.toThrow()
      // That the machine is busy, which status says too, is a matter of its own.
      const ofState = err.split("\n").filter((text) => text.includes("state.db"))
      expect(ofState).toEqual([expect.stringContaining("of this command only")])
    }
  )

  it.each(["config show", "config validate", "journal stats"])("is nothing to `skippy %s`", async (line) => {
    const path = await withFile()
    const variables = { SKIPPY_PATH: join(path, "none") }
    const ran = await run([...line.split(" "), "--json"], { path, program, variables })
    expect(ran).toMatchObject({ code: 0, err: "" })
    expect(await readdir(path)).not.toContain("none")
  })

  it("is told by whoever would read what is not there", async () => {
    const path = await withFile()
    const variables = { SKIPPY_PATH: join(path, "file") }
    const { code, err } = await run(["journal", "tail", "--json"], { path, program, variables })
    expect(code).toBe(1)
    expect(failure(err).message).toBe(`${join(path, "file", "metrics")} cannot be used (ENOTDIR)`)
  })

  it("stops who has to write there, with what to do", async () => {
    const path = await withFile()
    const variables = { SKIPPY_PATH: join(path, "file", "below"), SKIPPY_SANDBOX: "1" }
    for (const args of [
      ["auth", "login"],
      ["drive", "list"]
    ]) {
      const { code, err, out } = await run([...args, "--json"], { path, program, variables })
      expect({ args, code, out }).toEqual({ args, code: 1, out: "" })
      expect(failure(err).message).toContain("(ENOTDIR). Give a directory that can be read and written")
    }
    const user = await run(["config", "init", "--user", "--json"], {
      path,
      program,
      variables: { XDG_CONFIG_HOME: join(path, "file") }
    })
    expect(user.code).toBe(1)
    expect(failure(user.err).message).toContain("(ENOTDIR)")
  })

  it("does not keep a command for ever where a system has no room for folders, as /proc", async () => {
    const path = folder()
    const options = { path, program, variables: { SKIPPY_PATH: "/proc/none/below" }, timeout: 30_000 }
    const { code, err, out } = await run(["limit", "--json"], options)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(5)
    expect(err).toContain("of this command only")
    const sandboxed = { ...options, variables: { ...options.variables, SKIPPY_SANDBOX: "1" } }
    expect(await run(["drive", "list"], sandboxed)).toMatchObject({ code: 1, out: "" })
    const asked = await run(["photos", "create-session"], sandboxed)
    expect(asked.code).toBe(0)
    expect(asked.err).toContain("the next command does not know what was picked")
    const init = await run(["config", "init", "--user"], { ...options, variables: { XDG_CONFIG_HOME: "/proc/none" } })
    expect(init.code).toBe(1)
    const homeless = { ...options, variables: { HOME: "/proc/none" } }
    expect(await run(["limit"], homeless)).toMatchObject({ code: 0, err: "" })
  })
})

describe("a file of settings", () => {
  it("is made where a link leads to, and not where a folder is", async () => {
    const path = folder()
    await mkdir(join(path, "dotfiles"))
    await writeFile(join(path, "dotfiles", "mine.toml"), "# mine\n")
    await symlink(join("dotfiles", "mine.toml"), join(path, "skippy.toml"))
    expect(await run(["config", "init"], { path, program })).toMatchObject({ code: 2, out: "" })
    expect(await run(["config", "init", "--overwrite"], { path, program })).toMatchObject({ code: 0, err: "" })
    expect(await readFile(join(path, "dotfiles", "mine.toml"), "utf8")).toContain("# Settings of skippy")
    const other = folder()
    await mkdir(join(other, "skippy.toml"))
    const { code, err } = await run(["config", "init", "--overwrite"], { path: other, program })
    expect(code).toBe(2)
    expect(err).toContain("is a directory; remove it")
  })
})

import { readFileSync } from "node:fs"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { version } from "../src/runtime/Version.ts"
import { bin, ended, environmentOf, failure, folder, onTerminal, run } from "./support.ts"

describe("the frame", () => {
  it("tells its version, which is that of the package", async () => {
    const { version: packaged } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
    expect(version).toBe(packaged)
    expect(await run(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" })
    expect(await run(["--version", "--json"])).toEqual({ code: 0, out: `${version}\n`, err: "" })
  })

  it("shows help on stdout when it is asked for, and begins nothing", async () => {
    const path = folder()
    const { code, err, out } = await run(["drive", "upload", "--help"], {
      path,
      variables: { SKIPPY_PATH: join(path, "new") }
    })
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toContain("skippy drive upload report.pdf")
    expect(await run(["config", "show", "path", "--path", join(path, "new")], { path })).toMatchObject({ code: 0 })
    expect((await run([], { path })).out).toContain("SUBCOMMANDS")
  })

  it("suggests what was meant when there is no such command", async () => {
    const { code, err, out } = await run(["drive", "lst"])
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toContain(`there is no command "lst" of skippy drive`)
    expect(err).toContain("did you mean list")
    const group = await run(["driv"])
    expect(group.code).toBe(2)
    expect(group.err).toContain("drive")
  })

  it("tells a wrong flag as one line of JSON with --json", async () => {
    const { code, err, out } = await run(["drive", "list", "--maxresults", "3", "--json"])
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(failure(err)).toMatchObject({ tag: "UsageError", exitCode: 2, retryable: false })
  })

  it("refuses a value the service would refuse, and says which", async () => {
    const { code, err } = await run(["drive", "list", "--max-results", "0", "--sandbox"])
    expect(code).toBe(2)
    expect(err).toContain("maxResults is 0; give a whole number from 1 to 1000")
  })

  it("says how to sign in when nobody is, and uses the sandbox only when it is told to", async () => {
    const { code, err, out } = await run(["drive", "list"])
    expect({ code, out }).toEqual({ code: 4, out: "" })
    expect(err).toContain("nobody is signed in to Google")
    expect(err).toContain("skippy auth login")
    expect(err).toContain("--sandbox")
    const asked = await run(["drive", "list", "--json"], { variables: { SKIPPY_SANDBOX: "1" } })
    expect(JSON.parse(asked.out).files).toHaveLength(3)
    expect(await run(["drive", "list"], { variables: { SKIPPY_SANDBOX: "perhaps" } })).toMatchObject({ code: 2 })
  })

  it("colors on a terminal only", async () => {
    const path = folder()
    const escape = "\u001B["
    expect((await run(["breaker", "list", "--sandbox"], { path })).out).not.toContain(escape)
    expect((await onTerminal(["breaker", "list", "--sandbox"], path)).out).toContain(escape)
    expect((await onTerminal(["breaker", "list", "--sandbox", "--color", "never"], path)).out).not.toContain(escape)
    expect((await run(["breaker", "list", "--sandbox", "--color", "always"], { path })).out).toContain(escape)
  })

  it("ends quietly when nobody reads any more", async () => {
    const path = folder()
    const line = `'${process.execPath}' '${bin}' http get https://example.com/bytes/1000000 --sandbox | head -c 10; echo " \${PIPESTATUS[0]}"`
    const { err, out } = await ended(
      spawn("bash", ["-c", line], { cwd: path, env: environmentOf(path), stdio: ["ignore", "pipe", "pipe"] })
    )
    expect(out).toBe("ICEiIyQlJi 0\n")
    expect(err).not.toMatch(/EPIPE|Error/)
  })

  it("says so when the result cannot be written", async () => {
    const path = folder()
    const line = `'${process.execPath}' '${bin}' limit --sandbox > /dev/full`
    const { code, err } = await ended(
      spawn("bash", ["-c", line], { cwd: path, env: environmentOf(path), stdio: ["ignore", "pipe", "pipe"] })
    )
    expect(code).toBe(1)
    expect(err).toContain("ENOSPC")
  })

  it("works where nothing can be written, with a warning", async () => {
    const path = folder()
    await writeFile(join(path, "file"), "")
    const { code, err, out } = await run(["limit"], { path, variables: { SKIPPY_PATH: join(path, "file", "below") } })
    expect(code).toBe(0)
    expect(out).toContain("google-drive")
    expect(err).toContain("of this command only")
  })

  it("works for somebody with a home that is read-only", async () => {
    const home = folder()
    await chmod(home, 0o555)
    // The administrator may write anywhere, so this is somebody else.
    const who = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const variables = { SKIPPY_PATH: "", HOME: home }
    const { code, err, out } = await run(["limit"], { path: home, variables, ...who })
    expect({ code, found: out.includes("google-drive") }).toEqual({ code: 0, found: true })
    expect(err).toContain("of this command only")
    const sandboxed = await run(["drive", "list", "--sandbox", "--json"], { path: home, variables, ...who })
    expect({ code: sandboxed.code, out: sandboxed.out }).toEqual({ code: 1, out: "" })
    expect(failure(sandboxed.err).tag).toBe("DriveStorageError")
  })

  it("takes flags over the environment, that over files, and tells where each comes from", async () => {
    const path = folder()
    await mkdir(join(path, ".config", "skippy"), { recursive: true })
    await writeFile(
      join(path, ".config", "skippy", "skippy.toml"),
      "[github]\nmax_attempts = 2\n[pexels]\nmax_attempts = 2\n[http]\nmax_attempts = 2\n"
    )
    await writeFile(join(path, "skippy.toml"), "[github]\nmax_attempts = 4\n[pexels]\nmax_attempts = 4\n")
    const { out } = await run(["config", "show", "--json", "--set", "github.max_attempts=6"], {
      path,
      variables: { SKIPPY_GITHUB_MAX_ATTEMPTS: "5" }
    })
    const values = new Map(JSON.parse(out).map(({ key, value }: { key: string; value: string }) => [key, value]))
    expect(values.get("github.max_attempts")).toBe("6")
    expect(values.get("pexels.max_attempts")).toBe("4")
    expect(values.get("http.max_attempts")).toBe("2")
    expect(values.get("path")).toBe(join(path, "state"))
    const explained = await run(["policy", "explain", "github", "--set", "github.max_attempts=6"], { path })
    expect(explained.out).toContain("6 attempts")
  })

  it("keeps everything in the folder of the XDG specification when nothing else is said", async () => {
    const path = folder()
    const { out } = await run(["config", "show", "path", "--json"], {
      path,
      variables: { SKIPPY_PATH: "", XDG_STATE_HOME: join(path, "xdg") }
    })
    expect(JSON.parse(out)).toMatchObject([{ value: join(path, "xdg", "skippy"), origin: "default (XDG_STATE_HOME)" }])
    const flag = await run(["config", "show", "path", "--json", "--path", join(path, "flag")], { path })
    expect(JSON.parse(flag.out)).toMatchObject([{ value: join(path, "flag"), origin: "flag --path" }])
  })

  it("prints completions with all commands", async () => {
    const { code, out } = await run(["--completions", "bash"])
    expect(code).toBe(0)
    expect(out).toContain("batch-upload")
    expect(out).toContain("rate-limit")
  })
})

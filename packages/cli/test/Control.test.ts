import { readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { decoded, failure, folder, run } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

describe("seeing and steering", () => {
  it("holds a circuit open for all commands of a folder until it is closed", async () => {
    const options = { path: folder(), variables }
    const asked = ["github", "list-prs", "tester/demo", "--json"]
    expect(await run(["breaker", "open", "github", "--hold", "--json"], options)).toMatchObject({ code: 6, out: "" })
    const opened = await run(["breaker", "open", "github", "--hold", "--yes", "--json"], options)
    expect(JSON.parse(opened.out)).toMatchObject([{ service: "github", circuit: { state: "ForcedOpen" } }])
    const refused = await run(asked, options)
    expect(refused.code).toBe(5)
    expect(failure(refused.err)).toMatchObject({
      tag: "CircuitOpenError",
      hints: ["see all circuits: skippy breaker list"]
    })
    const [list] = await decoded(["breaker", "list"], options)
    expect(list.find(({ service }: { service: string }) => service === "github").circuit.state).toBe("ForcedOpen")
    const [status] = await decoded(["status"], options)
    expect(status.recommendations.length).toBeGreaterThan(0)
    expect(await run(["breaker", "close", "github", "--yes"], options)).toMatchObject({ code: 0 })
    expect((await run(asked, options)).code).toBe(0)
    expect(await run(["breaker", "reset", "--yes"], options)).toMatchObject({ code: 0 })
    expect(await run(["breaker", "open", "nothing", "--yes"], options)).toMatchObject({ code: 2, out: "" })
    const ofHttp = ["breaker", "open", "http", "--yes"]
    // Its calls go through the circuits of their origins: to open another one would stop none of them.
    for (const args of [ofHttp, [...ofHttp, "--partition", "example.com"]])
      expect(await run(args, options)).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--partition") })
    expect(await run([...ofHttp, "--partition", "https://example.com"], options)).toMatchObject({ code: 0 })
    expect(await run(["http", "get", "https://example.com/"], options)).toMatchObject({ code: 5 })
    expect(await run(["http", "get", "https://example.org/"], options)).toMatchObject({ code: 0 })
  })

  it("counts limits over commands, keeps answers over commands, and forgets them", async () => {
    const options = { path: folder(), variables }
    await decoded(["github", "list-prs", "tester/demo"], options)
    const limitOf = async () => {
      const [limits] = await decoded(["limit"], options)
      return limits.find(({ service }: { service: string }) => service === "github").limiter.limits[0].remaining
    }
    expect(await limitOf()).toBe(29)
    const [prs] = await decoded(["github", "list-prs", "tester/demo"], options)
    expect(prs.fromCache).toBe(true)
    expect(await limitOf()).toBe(29)
    const isKept = async () => (await decoded(["drive", "list"], options))[0].fromCache
    expect(await isKept()).toBe(false)
    expect(await isKept()).toBe(true)
    const [stats] = await decoded(["cache", "stats"], options)
    expect(stats.find(({ service }: { service: string }) => service === "google-drive").size).toBeGreaterThan(0)
    const [cleared] = await decoded(["cache", "clear", "google-drive"], options)
    expect(cleared[0].forgotten).toBeGreaterThan(0)
    expect(await isKept()).toBe(false)
    expect(await run(["cache", "clear", "nothing"], options)).toMatchObject({ code: 2 })
  })

  it("tells what calls did", async () => {
    const options = { path: folder(), variables }
    await decoded(["github", "list-prs", "tester/demo"], options)
    await run(["github", "repo", "nobody/nothing"], options)
    const records = await decoded(["journal", "tail", "-n", "50", "--service", "github"], options)
    expect(records.filter(({ _tag }) => _tag === "Trace")).toHaveLength(2)
    const [sums] = await decoded(["journal", "stats"], options)
    expect(sums).toMatchObject([{ service: "github", calls: 2, failures: 1 }])
    expect(await run(["journal", "show", "req_none"], options)).toMatchObject({ code: 3, out: "" })
    expect(await run(["journal", "tail", "--since", "soon"], options)).toMatchObject({ code: 2 })
  })

  it("tells health, and what a call goes through", async () => {
    const options = { path: folder(), variables }
    const { code, out } = await run(["health", "--json"], options)
    const { children, status } = JSON.parse(out)
    expect(code).toBe(status === "down" ? 1 : 0)
    expect(children.map(({ name }: { name: string }) => name)).toEqual([
      "breakers",
      "events",
      "system",
      "configuration"
    ])
    const [policy] = await decoded(["policy", "explain", "google-drive"], options)
    expect(policy.stages.some((line: string) => line.includes("circuit breaker"))).toBe(true)
    expect(await run(["policy", "explain", "nothing"], options)).toMatchObject({ code: 2 })
  })

  it("signs in, is known to later commands, and signs out", async () => {
    const path = folder()
    const options = { path, variables }
    const signed = await run(["auth", "login", "--json"], options)
    expect(signed.code).toBe(0)
    const { file } = JSON.parse(signed.out)
    expect(file).toBe(join(path, "state", "sandbox", "google", "token.json"))
    expect((await stat(file)).mode & 0o077).toBe(0)
    const [status] = await decoded(["auth", "status"], options)
    expect(status[0]).toMatchObject({ service: "google", status: "ok" })
    expect(status[0].source).toContain("client-of-the-sandbox")
    expect((await run(["drive", "list"], options)).code).toBe(0)
    expect(await decoded(["auth", "logout"], options)).toEqual([{ signedOut: true }])
    expect(await decoded(["auth", "logout"], options)).toEqual([{ signedOut: false }])
  })

  it("needs a client to sign in at Google", async () => {
    const { code, err } = await run(["auth", "login"])
    expect(code).toBe(2)
    expect(err).toContain("SKIPPY_GOOGLE_CLIENT_ID")
  })

  it("shows credentials without showing them", async () => {
    const { code, out } = await run(["auth", "status", "--json"], {
      variables: { SKIPPY_GITHUB_TOKEN: "ghp_secret", GOOGLE: "" }
    })
    expect(code).toBe(0)
    expect(out).not.toContain("ghp_secret")
    expect(JSON.parse(out)).toMatchObject([
      { service: "google", status: "missing" },
      { service: "github", status: "ok", source: "environment SKIPPY_GITHUB_TOKEN" },
      { service: "pexels", status: "missing" }
    ])
    const shown = await run(["config", "show", "github.token", "--json"], {
      variables: { SKIPPY_GITHUB_TOKEN: "ghp_secret" }
    })
    expect(JSON.parse(shown.out)).toMatchObject([{ value: "<redacted>" }])
  })

  it("is useful with nothing configured, and tells every problem with its fix", async () => {
    const path = folder()
    const [checks] = await decoded(["doctor"], { path })
    expect(checks.filter(({ status }: { status: string }) => status === "failed")).toEqual([])
    expect(checks.find(({ name }: { name: string }) => name === "credentials of google")).toMatchObject({
      status: "warning"
    })
    await writeFile(join(path, "skippy.toml"), "[github]\nmax_attempts = 0\nmax_atempts = 3\n")
    const { code, out } = await run(["doctor", "--json"], { path })
    expect(code).toBe(1)
    const failed = JSON.parse(out).find(({ status }: { status: string }) => status === "failed")
    expect(failed).toMatchObject({ name: "setting github.max_attempts" })
    const validated = await run(["config", "validate", "--json"], { path })
    expect(validated.code).toBe(2)
    expect(JSON.parse(validated.out)).toHaveLength(2)
    const used = await run(["limit"], { path })
    expect(used.code).toBe(2)
    expect(used.err).toContain("skippy config validate")
  })

  it("begins a file of settings that is itself without fault", async () => {
    const path = folder()
    expect(await decoded(["config", "init"], { path })).toEqual([{ file: join(path, "skippy.toml") }])
    expect(await decoded(["config", "validate"], { path })).toEqual([[]])
    const again = await run(["config", "init"], { path })
    expect(again.code).toBe(2)
    expect(again.err).toContain("--overwrite")
    const text = await readFile(join(path, "skippy.toml"), "utf8")
    expect(text).not.toContain("github.token")
    // Every line that is no comment any more is a setting.
    await writeFile(join(path, "skippy.toml"), text.replaceAll(/^# ([\w.-]+ = (?!"…"))/gm, "$1"))
    expect(await decoded(["config", "validate"], { path })).toEqual([[]])
  })
})

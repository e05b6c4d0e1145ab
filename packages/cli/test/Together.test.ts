/** Several commands at once on one folder, and in a new one. */
import { readFile, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, it } from "vitest"
import { bundled, decoded, failure, folder, run } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()
const ten = Array.from({ length: 10 }, (_, at) => at)

it("lets ten commands begin a new folder at once, and each of them is in its state, its journal and its Drive", async () => {
  const path = folder()
  const options = { path, program, variables }
  await Promise.all(ten.map((at) => writeFile(join(path, `${at}.txt`), `file ${at}`)))
  const ran = await Promise.all(ten.map((at) => run(["drive", "upload", `${at}.txt`, "--json"], options)))
  expect(ran.map(({ code, err, out }) => [code, err, JSON.parse(out).name])).toEqual(
    ten.map((at) => [0, "", `${at}.txt`])
  )

  const [list] = await decoded(["drive", "list"], options)
  const uploaded = list.files.filter(({ name }: { name: string }) => name.endsWith(".txt") && name !== "Welcome.txt")
  expect(uploaded.map(({ name }: { name: string }) => name).toSorted()).toEqual(ten.map((at) => `${at}.txt`))
  for (const { fileId, name } of uploaded.slice(0, 2)) {
    const [{ text }] = await decoded(["drive", "read", fileId], options)
    expect(`${text}.txt`).toBe(`file ${name}`)
  }

  const metrics = join(path, "state", "sandbox", "metrics")
  for (const name of await readdir(metrics)) {
    const text = await readFile(join(metrics, name), "utf8")
    expect(text.endsWith("\n")).toBe(true)
    for (const line of text.trimEnd().split("\n")) expect(() => JSON.parse(line), `${name}: ${line}`).not.toThrow()
  }
  const [sums] = await decoded(["journal", "stats"], options)
  const [drive] = sums
  expect(drive).toMatchObject({ service: "google-drive", failures: 0 })

  // Each call of the journal took one of what the minute has, whoever made it.
  const [limits] = await decoded(["limit"], options)
  const { limiter } = limits.find(({ service }: { service: string }) => service === "google-drive")
  const fromCache = 1
  expect(60 - limiter.limits[0].remaining).toBeGreaterThanOrEqual(drive.calls - fromCache)
}, 120_000)

it("gives ten commands no more than one limit allows, and what is open for one is open for all", async () => {
  const path = folder()
  const limit = ["--set", "http.rate_limit=4", "--set", "http.rate_period=1 hour"]
  const options = { path, program, variables }
  const get = (at: number) => run(["http", "get", `https://example.com/${at}`, "--json", ...limit], options)
  const limited = await Promise.all(ten.map(get))
  expect(limited.filter(({ code }) => code === 0)).toHaveLength(4)
  const refused = limited.filter(({ code }) => code !== 0).map(({ code, err }) => [code, failure(err).tag])
  expect(refused).toEqual(Array.from({ length: 6 }, () => [5, "RateLimitedError"]))

  await run(["breaker", "open", "github", "--hold", "--yes"], options)
  const open = await Promise.all(
    ten.slice(0, 4).map((at) => run(["github", "repo", `tester/${at}`, "--json"], options))
  )
  expect(open.map(({ code, err }) => [code, failure(err).tag])).toEqual(open.map(() => [5, "CircuitOpenError"]))
}, 120_000)

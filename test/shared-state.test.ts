/**
 * Processes that share limits and circuits through SQLite and through a real Redis, some of them killed at random moments: a
 * small version of `npm run shared`. And what the documentation gives to a Redis server is what one takes.
 */
import { execFile, spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { NodeRedis } from "@effect/platform-node"
import { Effect, References, Schedule } from "effect"
import { Redis } from "effect/persistence/Redis"
import { describe, expect, it } from "vitest"
import { type Grant, peakOf, usedShare } from "../bench/sharedCheck.ts"
import { quota } from "../bench/sharedPlan.ts"

const execute = promisify(execFile)
const run = fileURLToPath(new URL("../bench/sharedRun.ts", import.meta.url))
const trips = fileURLToPath(new URL("../bench/redisTrips.ts", import.meta.url))
const compose = fileURLToPath(new URL("../docs/compose.redis.yaml", import.meta.url))
const hasRedis = spawnSync("redis-server", ["--version"]).status === 0
const missing = "redis-server is not installed"

const small = ["--processes", "4", "--seconds", "2", "--rounds", "1", "--kind", "token bucket"]
/** Other tests run at the same time, so nothing is said of milliseconds here. */
const busy = ["--within", "2000", "--patience", "10000"]

describe.concurrent("four processes that share state", { concurrent: true }, () => {
  it.for(["sqlite", "redis"])("keep every promise, also when some are killed (%s)", async (store, context) => {
    context.skip(store === "redis" && !hasRedis, missing)
    const { stdout } = await execute("node", [run, "--store", store, ...small, ...busy]).catch(
      (failed: { readonly stdout: string }) => failed
    )
    expect(stdout).not.toContain("BROKEN")
    expect(stdout).toContain("every promise is kept")
    // What was to be shared really was, or the promises would say nothing.
    expect(stdout).toContain("kept   a circuit opened by one refuses the calls of all: 4 of 4")
    expect(Number(/(\d+) grants to 4 processes/.exec(stdout)?.[1])).toBeGreaterThan(400)
    expect(Number(/(\d+) processes are killed/.exec(stdout)?.[1])).toBeGreaterThan(0)
  })
})

const grantsAt = (times: ReadonlyArray<number>, width = 0): ReadonlyArray<Grant> =>
  times.map((at) => ({ process: 0, before: at, after: at + width, at }))

const evenly = (count: number, from: number, step: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => from + index * step)

describe("the judgement of the run", () => {
  const { burst, limit, perMillis } = quota
  const start = 1000 * perMillis

  it("counts what a span of a sliding window held, wherever it begins", () => {
    const grants = grantsAt([...evenly(limit, start + perMillis / 2, 1), ...evenly(limit, start + perMillis, 1)])
    expect(peakOf("sliding window", grants).most).toBe(2 * limit)
    expect(peakOf("sliding window", grantsAt([start, ...evenly(limit, start + perMillis, 1)])).most).toBe(limit)
  })

  it("counts windows of the clock for a fixed window", () => {
    const grants = grantsAt([...evenly(limit, start - limit, 1), ...evenly(limit, start, 1)])
    expect(peakOf("fixed window", grants).most).toBe(limit)
    expect(peakOf("fixed window", [...grants, ...grantsAt([start + perMillis - 1])]).most).toBe(limit + 1)
  })

  it("takes what flowed in meanwhile from the burst of a token bucket", () => {
    const flow = evenly(limit, start, perMillis / limit)
    expect(peakOf("token bucket", grantsAt(flow)).most).toBeLessThanOrEqual(1)
    const burstAt = Array.from({ length: burst + 1 }, () => start + perMillis / 2)
    expect(peakOf("token bucket", grantsAt([...flow, ...burstAt])).most).toBeGreaterThan(burst)
  })

  it("counts only what certainly fell into a window", () => {
    const grants = grantsAt(
      Array.from({ length: limit + 1 }, () => start),
      perMillis
    )
    expect(peakOf("sliding window", grants).most).toBe(0)
    expect(peakOf("fixed window", grants).most).toBe(0)
  })

  it("measures use by what the limit allows in the time", () => {
    const half = grantsAt(evenly(limit / 2, start, 1))
    expect(usedShare("fixed window", half, { from: start - 1, until: start + perMillis, full: true })).toBe(0.5)
    expect(usedShare("sliding window", half, { from: start, until: start + perMillis, full: true })).toBe(0.5)
    const all = (limit + burst) / 2
    expect(
      usedShare("token bucket", grantsAt(evenly(all, start, 1)), { from: start, until: start + perMillis, full: true })
    ).toBe(0.5)
  })
})

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

describe("a real Redis", () => {
  it("is asked at most once for a decision", async (context) => {
    context.skip(!hasRedis, missing)
    const { stdout } = await execute("node", [trips])
    const counted: ReadonlyArray<{ readonly decision: string; readonly reads: number }> = JSON.parse(stdout)
    expect(counted.length).toBeGreaterThan(3)
    // The looks that keep closed circuits fresh come a few times a second, however many calls there are.
    expect(counted.filter(({ reads }) => reads > 1.05)).toEqual([])
    expect(counted.find(({ decision }) => decision === "a token that is at hand")?.reads).toBeGreaterThan(0)
  })

  it("takes the configuration of the compose file", async (context) => {
    context.skip(!hasRedis, missing)
    const [, configuration = ""] = /<<CONFIG\n([\s\S]*?)\n *CONFIG\n/.exec(readFileSync(compose, "utf8")) ?? []
    const password = "a-long-random-text"
    const port = await freePort()
    const directory = mkdtempSync(join(tmpdir(), "skippy-compose-"))
    const server = spawn("redis-server", ["-", "--port", String(port), "--dir", directory], {
      stdio: ["pipe", "ignore", "inherit"]
    })
    try {
      server.stdin.end(configuration.replaceAll("$$REDIS_PASSWORD", password).replaceAll(/^ +/gm, ""))
      const settings = Effect.gen(function* () {
        const { send } = yield* Redis
        return yield* send<Readonly<Record<string, string>>>("CONFIG", "GET", "maxmemory-policy", "appendonly")
      })
      const connected = (secret: string) =>
        Effect.provide(settings, NodeRedis.layer({ url: `redis://:${secret}@127.0.0.1:${port}`, RESP: 2 })).pipe(
          // It is asked until it is up, which is no news.
          Effect.provideService(References.MinimumLogLevel, "None")
        )
      const answer = await Effect.runPromise(
        Effect.retry(connected(password), { times: 100, schedule: Schedule.spaced("100 millis") })
      )
      expect(answer).toEqual(expect.arrayContaining(["maxmemory-policy", "noeviction", "appendonly", "yes"]))
      const refused = await Effect.runPromise(Effect.flip(connected("another")))
      expect(String(refused.cause)).toContain("WRONGPASS")
    } finally {
      server.kill("SIGKILL")
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 })
    }
  })
})

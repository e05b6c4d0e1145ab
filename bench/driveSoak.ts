/**
 * Many mixed operations on a Drive of which nearly a third of the answers goes wrong, by a process that is killed (SIGKILL)
 * at random moments and started again. At the end every file that was reported done has to be there once with the right
 * content, nothing may be there twice, no quota may have been passed, and nothing may stay acquired.
 *
 *   npm run soak:drive -- [OPERATIONS] [SEED] [KILLS]      default 5,000 operations, seed 1, 25 kills
 *
 * It prints its numbers, and exits with 1 when a promise broke. Three processes: this one; Drive (`driveSoakServer.ts`); who
 * works with it (`driveSoakWorker.ts`).
 */
import { type ChildProcess, fork } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { check, peakOf, type Promised } from "./driveSoakCheck.ts"
import { contentOf, draw, type Job, jobsOf, type Line, places, sources } from "./driveSoakPlan.ts"
import type { Said } from "./driveSoakServer.ts"
import type { Idle } from "./driveSoakWorker.ts"

const [operations = 5000, seed = 1, kills = 25] = process.argv.slice(2).map(Number)
const faultShare = 0.3
/** What the limiter of the worker lets through. It forgets with its process, so a restart comes later than its window. */
const quota = { requests: 150, millis: 1000 }
/** So many requests at the same time. */
const mostRequests = 32
/** Requests may be so much closer together when they arrive than when they were sent. */
const jitterMillis = 300
/** What a killed program has left while it wrote is removed by a program that comes so much later. */
const leftoverMillis = 11_000
const killWithin = [300, Math.min(4000, 300 + 4 * operations)] as const
const patienceMillis = 120_000 + operations * 500

const directory = mkdtempSync(join(tmpdir(), "skippy-drive-soak-"))
const work = join(directory, "work")
const jobs = jobsOf(seed, operations)
const startedAt = performance.now()
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

const prepare = (): void => {
  const { batch, source } = places(work)
  for (const each of ["sources", "batches", "downloads"]) mkdirSync(join(work, each), { recursive: true })
  for (const [number] of sources.entries()) writeFileSync(source(number), contentOf(number))
  for (const job of jobs) {
    if (job.kind !== "batchUpload") continue
    mkdirSync(batch(job.id))
    for (const { name, source } of job.files) writeFileSync(join(batch(job.id), name), contentOf(source))
  }
}

const start = (script: string, args: ReadonlyArray<string | number>, env: Readonly<Record<string, string>> = {}) =>
  fork(fileURLToPath(new URL(script, import.meta.url)), args.map(String), { env: { ...process.env, ...env } })

const said = (server: ChildProcess): Promise<Said> =>
  new Promise((resolve, reject) => {
    server.once("message", (message: Said) => resolve(message))
    server.once("exit", () => reject(new Error("Drive has ended")))
  })

const linesOf = (): ReadonlyArray<Line> =>
  readFileSync(places(work).results, "utf8")
    .split("\n")
    .flatMap((line): ReadonlyArray<Line> => (line.endsWith("}") ? [JSON.parse(line)] : []))

/** Runs the worker until it ends or, after a time, is killed. Answers what it holds when it ended by itself. */
const runWorker = (env: Readonly<Record<string, string>>, run: number, killAfter: number | undefined) =>
  new Promise<Idle | undefined>((resolve, reject) => {
    const worker = start(
      "driveSoakWorker.ts",
      [work, operations, seed, quota.requests, quota.millis, mostRequests, run],
      env
    )
    let idle: Idle | undefined
    let isKilled = false
    const kill = () => {
      isKilled = true
      worker.kill("SIGKILL")
    }
    const late = setTimeout(() => {
      worker.kill("SIGKILL")
      reject(new Error(`the worker has not come to an end in ${patienceMillis / 1000} s`))
    }, patienceMillis)
    let due: NodeJS.Timeout | undefined
    worker.on("message", (message: "working" | Idle) => {
      if (message !== "working") idle = message
      else if (killAfter !== undefined) due = setTimeout(kill, killAfter)
    })
    worker.on("exit", (code) => {
      clearTimeout(late)
      clearTimeout(due)
      if (isKilled) resolve(undefined)
      else if (code === 0 && idle !== undefined) resolve(idle)
      else reject(new Error(`the worker ended with ${code}`))
    })
  })

/** Files that should be gone: parts of downloads, and what was not yet renamed. */
const leftovers = (): ReadonlyArray<string> =>
  readdirSync(work, { recursive: true, encoding: "utf8" }).filter((path) => /\.skippy-(part|tmp)|\.aside/.test(path))

const counted = (items: ReadonlyArray<string>): ReadonlyArray<readonly [string, number]> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return Array.from(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

const print = (title: string, counts: ReadonlyArray<readonly [string, number]>): void => {
  console.log(title)
  for (const [name, count] of counts) console.log(`  ${String(count).padStart(7)}  ${name}`)
}

const ask = async (server: ChildProcess): Promise<Extract<Said, { _tag: "Report" }>> => {
  const answer = said(server)
  server.send("report")
  const report = await answer
  if (report._tag !== "Report") throw new Error("Drive has not reported")
  return report
}

const zero = (says: string, count: number): Promised => ({
  says: `${says}: ${count}`,
  broken: count === 0 ? [] : [says]
})

prepare()
const server = start("driveSoakServer.ts", [join(directory, "drive"), operations, seed, faultShare])
const ready = await said(server)
if (ready._tag !== "Ready") throw new Error("Drive has not started")
const env = { SOAK_URL: ready.url, SOAK_REFRESH_TOKEN: ready.refreshToken }

let killed = 0
let runs = 0
let idle: Idle | undefined
let lastKill = Number.NEGATIVE_INFINITY
while (idle === undefined) {
  const [least, most] = killWithin
  const killAfter = killed < kills ? least + draw(seed, -1 - runs) * (most - least) : undefined
  idle = await runWorker(env, runs++, killAfter)
  if (idle === undefined) {
    killed++
    lastKill = performance.now()
    await sleep(quota.millis)
  }
}
const seconds = (performance.now() - startedAt) / 1000

// A last start has nothing to do, and asks for nothing.
await sleep(Math.max(0, leftoverMillis - (performance.now() - lastKill)))
const before = await ask(server)
idle = (await runWorker(env, runs++, undefined)) ?? idle
const report = await ask(server)
const lines = linesOf()
const closest = quota.millis - jitterMillis
const steadyPeak = peakOf(report.steady, closest)
const peak = peakOf(report.arrivals, closest)
const held = Object.values(idle.held).reduce((sum, count) => sum + count, 0)

const promises: ReadonlyArray<Promised> = [
  ...check({ directory: work, jobs, lines, files: report.files }),
  {
    says: `no quota was passed: at most ${steadyPeak} requests in ${closest} ms, ${quota.requests} are allowed in ${quota.millis} ms`,
    broken: steadyPeak <= quota.requests ? [] : [`${steadyPeak} requests`]
  },
  {
    // They were counted when they were let through, and no more than these can be on their way.
    says: `nor by much with those that waited for a new token on their way: at most ${peak}, with ${mostRequests} on their way`,
    broken: peak <= quota.requests + mostRequests ? [] : [`${peak} requests`]
  },
  zero("nothing stays acquired in the policies", held),
  zero("nothing stays unfinished in the state store", idle.unfinishedUploads + idle.unfinishedMoves),
  zero("no connection stays open, no request is under way", report.openConnections + report.inFlight),
  zero("a start with nothing left to do asks for nothing", report.requests - before.requests),
  {
    says: `no temporary file is left over: ${leftovers().length}`,
    broken: leftovers()
  }
]

const faults = Object.entries(report.faults).toSorted(([a], [b]) => (a < b ? -1 : 1))
const faulty = faults.reduce((sum, [, count]) => sum + count, 0)
const failures = lines.flatMap((line) => (line.status === "failed" ? [line.why] : []))
console.log(
  `${operations} operations, seed ${seed}, ${killed} kills, ${runs} starts, ${seconds.toFixed(1)} s; ${report.requests - report.renewals} requests and ${report.renewals} for tokens`
)
const share = ((100 * faulty) / Math.max(1, report.requests - report.renewals)).toFixed(1)
print("operations", counted(jobs.map(({ kind }: Job) => kind)))
print(`faults: ${faulty}, ${share} % of the requests`, faults)
print(`reported as failed and done again: ${failures.length}`, counted(failures))
console.log(`sessions of uploads that nobody has gone on with: ${report.sessions}`)
for (const { broken, says } of promises) {
  console.log(`${broken.length === 0 ? "kept  " : "BROKEN"} ${says}`)
  for (const each of broken.slice(0, 10)) console.log(`         ${each}`)
}
process.exitCode = promises.every(({ broken }) => broken.length === 0) ? 0 : 1
server.disconnect()

/**
 * Compares the policies with their peers: same body, contenders in turns, medians of many rounds. Each contender runs in
 * processes of its own, so that none is slowed down by what another did to the compiler or the heap.
 *
 *   pnpm bench [--json FILE] [--docs] [--rounds N] [--upload MIB]
 *   pnpm bench --only TEXT [--rounds N]      only works whose name holds the text, and no memory
 *
 * Exits with 1 when a target is missed or a peer cannot be run.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import type { Work } from "./Contender.ts"
import { markdown } from "./markdown.ts"
import { hasRedis, startRedisForChildren } from "./redisServer.ts"
import { grownKiB, judge, type Report } from "./Report.ts"
import { works } from "./works.ts"

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    docs: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    upload: { type: "string", default: "2048" },
    only: { type: "string" }
  }
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds is ${values.rounds}; give a whole number of at least 1`)

const median = (figures: ReadonlyArray<number>): number => {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const child = (file: string, ...args: ReadonlyArray<string>) =>
  JSON.parse(
    execFileSync(process.execPath, ["--expose-gc", fileURLToPath(new URL(file, import.meta.url)), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"]
    })
  )

const roundsOfProcess = 5

const measure = (work: Work, index: number): Report["works"][number] => {
  const figures = new Map(work.contenders.map(({ name }) => [name, new Array<number>()]))
  for (let turn = 0; turn < rounds; turn++) {
    for (const [at, { name }] of work.contenders.entries()) {
      figures.get(name)?.push(...child("one.ts", String(index), String(at), String(roundsOfProcess)))
    }
  }
  const nanoseconds = Object.fromEntries(Array.from(figures, ([name, all]) => [name, Math.round(median(all))]))
  return { name: work.name, nanoseconds, targets: work.targets.map((target) => judge(target, nanoseconds)) }
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version

const memory = (): Report["memory"] => ({
  bytesPerCircuit: child("memory.ts", "circuit"),
  bytesPerLimiterKey: child("memory.ts", "limiterKey"),
  flood: child("memory.ts", "flood"),
  requests: child("httpMemory.ts", "requests"),
  origins: child("httpMemory.ts", "origins"),
  upload: child("uploadMemory.ts", values.upload)
})

const redis = hasRedis()
if (redis) await startRedisForChildren()

const measured: Array<Report["works"][number]> = []
for (const [index, work] of (await Effect.runPromise(Effect.all(works))).entries()) {
  if (!work.name.includes(values.only ?? "")) continue
  if (work.needs === "redis-server" && !redis) {
    console.log(`\n${work.name}\n  left out: redis-server is not installed (Debian: apt-get install redis-server)`)
    continue
  }
  const result = measure(work, index)
  measured.push(result)
  console.log(`\n${result.name}`)
  for (const [name, ns] of Object.entries(result.nanoseconds))
    console.log(`  ${name.padEnd(36)} ${String(ns).padStart(7)} ns`)
  for (const { met, said, subject } of result.targets) {
    console.log(`  ${met ? "met   " : "MISSED"} ${subject}: ${said}`)
  }
}

const targetsMet = measured.every(({ targets }) => targets.every(({ met }) => met))
if (values.only !== undefined) process.exit(targetsMet ? 0 : 1)

const report: Report = {
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version
  },
  versions: Object.fromEntries(
    ["effect", "cockatiel", "opossum", "rate-limiter-flexible"].map((name) => [name, versionOf(name)])
  ),
  rounds,
  works: measured,
  trips: redis ? child("redisTrips.ts") : [],
  memory: memory()
}
const { bytesPerCircuit, bytesPerLimiterKey, flood, origins, requests, upload } = report.memory
console.log(`\nmemory
  idle circuit with a window of 100 calls ${bytesPerCircuit.toFixed(0)} bytes
  limiter key                             ${bytesPerLimiterKey.toFixed(0)} bytes
  heap growth after ${flood.floods} one-shot keys ${(flood.grownBytes / 1024).toFixed(0)} KiB
  second half of ${requests.total} requests  ${grownKiB(requests).toFixed(0)} KiB
  second half of ${origins.total} origins   ${grownKiB(origins).toFixed(0)} KiB
  process that uploads ${(upload.bytes / 2 ** 20).toFixed(0)} MiB       ${(upload.peak / 1e6).toFixed(0)} MB at most, ${(upload.before / 1e6).toFixed(0)} MB before, in ${upload.seconds.toFixed(0)} s`)

for (const { decision, reads } of report.trips)
  console.log(`  trips to Redis, ${decision.padEnd(34)} ${reads.toFixed(2)}`)

if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`)
if (values.docs) writeFileSync(new URL("../docs/performance.md", import.meta.url), markdown(report))

const floodLimitBytes = 8 * 2 ** 20
const flatLimitKiB = 2048
const uploadLimitBytes = 150e6
const misses = [
  ...report.trips.flatMap(({ decision, reads }) =>
    reads > 1.05 ? [`${decision} takes more than one trip to Redis`] : []
  ),
  ...(flood.grownBytes > floodLimitBytes ? ["one-shot keys grow the heap for good"] : []),
  ...(grownKiB(requests) > flatLimitKiB ? ["requests grow the memory for good"] : []),
  ...(grownKiB(origins) > flatLimitKiB ? ["origins grow the memory for good"] : []),
  ...(upload.peak > uploadLimitBytes ? ["an upload takes more than 150 MB of process memory"] : [])
]
for (const miss of misses) console.error(`MISSED: ${miss}`)
process.exitCode = targetsMet && misses.length === 0 ? 0 : 1
// Opossum keeps timers of its own that would hold the process.
process.exit()

/**
 * Many processes share limits and circuits through a store, and are killed at random moments. Checked are the promises of the
 * policies, from what the processes wrote down themselves.
 *
 *   npm run shared -- [--seconds 60] [--processes 8] [--store sqlite|redis|both] [--rounds 12]
 *                      [--kind "token bucket"]... [--within MILLIS] [--patience MILLIS]
 *
 * It prints its numbers, and exits with 1 when a promise broke. Each kind of limit is hammered for so many seconds, and then a
 * third of it (at least 3 seconds) while processes are killed. `sharedWorker.ts` is what the processes run. Redis is a real one: it needs
 * `redis-server` (Debian: `apt-get install redis-server`).
 *
 * `--within`: how soon all see what one did to a circuit; default 100 ms for SQLite, 50 ms for Redis. `--patience`: the longest wait
 * for a decision, after which a process decides alone; default that of the library. Both are for machines that are busy with
 * something else.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Promised } from "./driveSoakCheck.ts"
import { hasRedis, startRedis } from "./redisServer.ts"
import { circuits } from "./sharedCircuits.ts"
import { Worker } from "./sharedFleet.ts"
import { hammered, killed, type Setting } from "./sharedLimits.ts"
import { kinds } from "./sharedPlan.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    processes: { type: "string", default: "8" },
    rounds: { type: "string", default: "12" },
    store: { type: "string", default: "both" },
    kind: { type: "string", multiple: true },
    within: { type: "string" },
    patience: { type: "string" }
  }
})
const whole = (option: "seconds" | "processes" | "rounds" | "within" | "patience", least: number): number => {
  const number = Number(values[option])
  if (Number.isInteger(number) && number >= least) return number
  throw new Error(`--${option} is ${values[option]}; give a whole number of at least ${least}`)
}
const seconds = whole("seconds", 1)
const processes = whole("processes", 2)
const rounds = whole("rounds", 1)
const within = values.within === undefined ? undefined : whole("within", 1)
const patience = values.patience === undefined ? undefined : whole("patience", 1)
const stores = values.store === "both" ? ["sqlite", "redis"] : [values.store]
const unknown = stores.find((store) => store !== "sqlite" && store !== "redis")
if (unknown !== undefined) throw new Error(`--store is ${unknown}; give sqlite, redis or both`)
const chosen = kinds.filter((kind) => values.kind?.includes(kind) ?? true)
if (chosen.length === 0) throw new Error(`--kind is ${values.kind?.join(", ")}; give one of ${kinds.join(", ")}`)

const directory = mkdtempSync(join(tmpdir(), "skippy-shared-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

let broken = 0
const report = (title: string, said: ReadonlyArray<string>, promises: ReadonlyArray<Promised>): void => {
  console.log(`\n${title}`)
  for (const line of said) console.log(`       ${line}`)
  for (const promise of promises) {
    const isKept = promise.broken.length === 0
    if (!isKept) broken++
    console.log(`${isKept ? "kept  " : "BROKEN"} ${promise.says}`)
    for (const each of promise.broken.slice(0, 10)) console.log(`         ${each}`)
  }
}

for (const store of stores) {
  if (store === "redis" && !hasRedis()) {
    console.error("redis-server is not installed (Debian: apt-get install redis-server)")
    process.exit(1)
  }
  const results = join(directory, store)
  mkdirSync(results)
  const setting: Setting = {
    place:
      store === "redis"
        ? { _tag: "redis", port: await startRedis(), patience }
        : { _tag: "sqlite", directory: join(results, "state"), patience },
    processes,
    seconds,
    directory: results,
    seenWithinMillis: within ?? (store === "redis" ? 50 : 100)
  }
  let workers: ReadonlyArray<Worker> = await Promise.all(
    Array.from({ length: processes }, () => Worker.start(setting.place))
  )
  for (const kind of chosen) {
    const result = await hammered(kind, setting, workers)
    report(`${store}, ${kind}`, result.said, result.promises)
  }
  const result = await circuits(setting, workers, rounds)
  workers = result.workers
  report(`${store}, circuit, ${rounds} rounds`, [], result.promises)
  for (const kind of chosen) {
    const result = await killed(kind, { ...setting, seconds: Math.max(3, Math.ceil(seconds / 3)) }, workers)
    workers = result.workers
    report(`${store}, ${kind}, with kills`, result.said, result.promises)
  }
  await Promise.all(workers.map((worker) => worker.stop()))
}
console.log(broken === 0 ? "\nevery promise is kept" : `\n${broken} promises are broken`)
process.exit(broken === 0 ? 0 : 1)

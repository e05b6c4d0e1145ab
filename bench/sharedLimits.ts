/** Processes hammer one limit: it is kept, used, and shared out fairly, also when some of them are killed. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Promised } from "./driveSoakCheck.ts"
import { atStore, type Grant, longestStillness, peakOf, quantile, usedShare } from "./sharedCheck.ts"
import { Worker } from "./sharedFleet.ts"
import { type Kind, type Place, quota } from "./sharedPlan.ts"

/** How the run is made. */
export interface Setting {
  readonly place: Place
  readonly processes: number
  readonly seconds: number
  /** Where the processes write down what they were granted. */
  readonly directory: string
  /** How long after an opening another process may still let calls through. */
  readonly seenWithinMillis: number
}

/** Callers in each process. */
const callers = 8
const shareToUse = 0.97
const shareOfShare = 0.5
const windowsToShare = 20
const headStartMillis = 300
const betweenKillsMillis = 500
/** How long the processes go on when no more of them are killed. */
const calmMillis = 2 * quota.perMillis

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

interface Notes {
  readonly grants: ReadonlyArray<Grant>
  /** Decisions asked for. */
  readonly asked: number
  /** Decisions a process made alone because the store did not answer. */
  readonly alone: number
}

const read = (file: string, process: number): Notes => {
  const grants: Array<Grant> = []
  let asked = 0
  let alone = 0
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const words = line.split(" ")
    const [first = 0, second = 0, third = 0] = (words[0] === "asked" ? words.slice(1) : words).map(Number)
    if (words[0] === "asked") {
      asked = first
      alone = second
    } else if (words.length === 3) {
      // The last line of a process that was killed may be torn.
      grants.push({ process, before: first, after: second, at: third })
    }
  }
  return { grants, asked, alone }
}

const kept = (kind: Kind, grants: ReadonlyArray<Grant>): Promised => {
  const seen = peakOf(kind, grants)
  const stored = peakOf(kind, atStore(grants))
  const says = `never more than ${seen.allowed} ${seen.unit}: at most ${seen.most} by the clocks of the processes, ${stored.most} by that of the store`
  const broken = [seen, stored].filter(({ allowed, most }) => most > allowed).map(({ most }) => `${most} ${seen.unit}`)
  return { says, broken }
}

const used = (share: number, when: string): Promised => {
  return {
    says: `${percent(share)} of the limit is used${when} (to reach: ${percent(shareToUse)})`,
    broken: share >= shareToUse ? [] : ["too little is used"]
  }
}

const accuracy = (grants: ReadonlyArray<Grant>): string => {
  const widths = grants.map(({ after, before }) => after - before)
  return `the moment of a decision is known to ${quantile(widths, 0.5) + 1} ms (median), ${quantile(widths, 0.99) + 1} ms (99 of 100), ${quantile(widths, 1) + 1} ms (worst)`
}

/** All processes take from one limit as fast as it lets them. */
export const hammered = async (kind: Kind, setting: Setting, workers: ReadonlyArray<Worker>) => {
  const { directory, processes, seconds } = setting
  const from = Date.now() + headStartMillis
  const until = from + seconds * 1000
  const name = `hammered ${kind}`
  const files = workers.map((_, process) => join(directory, `${kind}-${process}`))
  const patience = seconds * 1000 + 30_000
  await Promise.all(
    workers.map((worker, process) =>
      worker.ask({ _tag: "Hammer", kind, name, from, until, callers, file: files[process] ?? "" }, "Hammered", patience)
    )
  )
  const all = files.map(read)
  const grants = all.flatMap((each) => each.grants)
  const counts = all.map((each) => each.grants.length)
  const fair = grants.length / processes
  const least = Math.min(...counts) / fair
  const isFair: Promised = {
    says: `nobody starves: the slowest process gets ${percent(least)} of its share (to reach: ${percent(shareOfShare)})`,
    broken: least >= shareOfShare ? [] : ["a process starves"]
  }
  // Who is awake first takes most of a window, so only many of them say how they are shared out.
  const isLong = kind === "token bucket" || seconds * 1000 >= windowsToShare * quota.perMillis
  const asked = all.reduce((sum, each) => sum + each.asked, 0)
  const still = Math.max(...all.map((each) => longestStillness(each.grants)))
  const said = [
    `${grants.length} grants to ${processes} processes of ${callers} callers in ${seconds} s; ${(asked / grants.length).toFixed(1)} decisions for each`,
    `${all.reduce((sum, each) => sum + each.alone, 0)} decisions a process made alone because the store did not answer`,
    accuracy(grants),
    `the longest a process got nothing: ${still} ms; shares of the processes: ${counts.map((count) => percent(count / grants.length)).join(", ")}`
  ]
  const promises: ReadonlyArray<Promised> = [
    kept(kind, grants),
    used(
      usedShare(kind, grants, {
        from: grants.reduce((first, { before }) => Math.min(first, before), until),
        until,
        full: true
      }),
      ""
    ),
    ...(isLong ? [isFair] : [])
  ]
  return { said, promises }
}

/** The same while processes are killed at random moments and others take their place. */
export const killed = async (kind: Kind, setting: Setting, workers: ReadonlyArray<Worker>) => {
  const { directory, place, seconds } = setting
  const from = Date.now() + headStartMillis
  const calmFrom = from + seconds * 1000
  const until = calmFrom + calmMillis
  const name = `killed ${kind}`
  const files: Array<string> = []
  const hammer = (worker: Worker): Promise<unknown> => {
    const file = join(directory, `${name}-${files.length}`)
    files.push(file)
    writeFileSync(file, "")
    const heard = worker.hear("Hammered", until - Date.now() + 30_000)
    worker.order({ _tag: "Hammer", kind, name, from, until, callers, file })
    return heard
  }
  const fleet = workers.map((worker) => ({ worker, work: hammer(worker) }))
  let kills = 0
  await sleep(2 * headStartMillis)
  for (;;) {
    await sleep(Math.random() * betweenKillsMillis)
    const at = Math.floor(Math.random() * fleet.length)
    const victim = fleet[at]
    if (victim === undefined || Date.now() >= calmFrom) break
    await victim.worker.kill()
    kills++
    const worker = await Worker.start(place)
    fleet[at] = { worker, work: hammer(worker) }
  }
  await Promise.all(fleet.map(({ work }) => work))
  const grants = files.flatMap((file, process) => read(file, process).grants)
  await sleep(quota.perMillis + 100)
  const { tokens } = (await fleet[0]?.worker.ask({ _tag: "Remaining", kind, name }, "Remaining")) ?? { tokens: 0 }
  const whole = kind === "token bucket" ? quota.burst : quota.limit
  const still = longestStillness(grants)
  const promises: ReadonlyArray<Promised> = [
    kept(kind, grants),
    // Where a short time lies in the rhythm of a sliding window says more than what is used of it.
    ...(kind === "sliding window"
      ? []
      : [used(usedShare(kind, grants, { from: calmFrom, until, full: false }), " once no process is killed any more")]),
    {
      says: `nothing is held up for longer than a window: the longest time without any grant is ${still} ms`,
      broken: still <= quota.perMillis + 100 ? [] : ["a lock was held"]
    },
    {
      says: `all tokens are back after a window: ${tokens} of ${whole}`,
      broken: tokens === whole ? [] : ["tokens are gone"]
    }
  ]
  return {
    workers: fleet.map(({ worker }) => worker),
    said: [`${kills} processes are killed at random moments; ${grants.length} grants`, accuracy(grants)],
    promises
  }
}

/** Processes share one circuit: what one does to it all see at once, and one of them probes, also when it is killed. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Promised } from "./driveSoakCheck.ts"
import { quantile } from "./sharedCheck.ts"
import { Worker } from "./sharedFleet.ts"
import type { Setting } from "./sharedLimits.ts"
import { type Call, circuit } from "./sharedPlan.ts"

type Log = ReadonlyArray<Call>

const settleMillis = 150

const watchAll = (workers: ReadonlyArray<Worker>, name: string, hang = false): Promise<unknown> =>
  Promise.all(workers.map((worker) => worker.ask({ _tag: "Watch", name, hang }, "Watching")))

const tell = async (workers: ReadonlyArray<Worker>): Promise<ReadonlyArray<Log>> =>
  Promise.all(workers.map(async (worker) => (await worker.ask({ _tag: "Tell" }, "Told")).calls))

const begunBetween = (log: Log, from: number, until: number): ReadonlyArray<number> =>
  log.flatMap(({ beganAt }) => (beganAt !== undefined && beganAt > from && beganAt < until ? [beganAt] : []))

const refusedBetween = (log: Log, from: number, until: number): ReadonlyArray<number> =>
  log.flatMap(({ askedAt, beganAt }) => (beganAt === undefined && askedAt > from && askedAt < until ? [askedAt] : []))

/** How long after a moment the last of these came; 0 when none did. */
const lastAfter = (moment: number, times: ReadonlyArray<number>): number =>
  times.reduce((most, time) => Math.max(most, time - moment), 0)

/** One after another opens the circuit by failures. */
const opened = async (round: number, workers: ReadonlyArray<Worker>) => {
  const name = `opened-${round}`
  await watchAll(workers, name)
  await sleep(settleMillis)
  const opener = workers[round % workers.length]
  const { at: openedAt, from } = (await opener?.ask({ _tag: "Fail", name }, "Did")) ?? { at: 0, from: 0 }
  await sleep(circuit.openMillis + circuit.probeMillis + 2 * settleMillis)
  const logs = await tell(workers)
  // Clocks that tell whole milliseconds may end the open time one earlier.
  const openUntil = from + circuit.openMillis - 1
  const seen = logs.map((log) => lastAfter(openedAt, begunBetween(log, openedAt, openUntil)))
  const refusing = logs.filter((log) => refusedBetween(log, openedAt, openUntil).length > 0).length
  const after = logs
    .flat()
    .filter(({ beganAt }) => beganAt !== undefined && beganAt >= openUntil)
    .toSorted((a, b) => (a.beganAt ?? 0) - (b.beganAt ?? 0))
  const probe = after[0]
  const probes = after.filter(({ beganAt }) => (beganAt ?? 0) < (probe?.doneAt ?? 0)).length
  const closedAt = probe?.endedAt ?? Number.NaN
  const closed = logs.map((log) => lastAfter(closedAt, refusedBetween(log, closedAt, Infinity)))
  return { seen, refusing, probes, closed }
}

/** One isolates the circuit, and another resets it. */
const reset = async (round: number, workers: ReadonlyArray<Worker>) => {
  const name = `reset-${round}`
  await watchAll(workers, name)
  await sleep(settleMillis)
  const order = async (index: number, tag: "Isolate" | "Reset") =>
    (await workers[index % workers.length]?.ask({ _tag: tag, name }, "Did")) ?? { at: 0, from: 0 }
  const isolated = await order(round, "Isolate")
  await sleep(settleMillis)
  const reset = await order(round + 1, "Reset")
  await sleep(4 * settleMillis)
  const logs = await tell(workers)
  return {
    isolated: logs.map((log) => lastAfter(isolated.at, begunBetween(log, isolated.at, reset.from))),
    admitting: logs.filter((log) => begunBetween(log, reset.at, Infinity).length > 0).length,
    seen: logs.map((log) => lastAfter(reset.at, refusedBetween(log, reset.at, Infinity)))
  }
}

/** Whoever probes is killed; the slot comes back when its lease is over, and not before. */
const killedProbe = async (round: number, setting: Setting, workers: ReadonlyArray<Worker>) => {
  const name = `killed-probe-${round}`
  await watchAll(workers, name, true)
  await sleep(settleMillis)
  const probing = Promise.race(workers.map(async (worker) => ({ worker, word: await worker.hear("Probing") })))
  await workers[round % workers.length]?.ask({ _tag: "Fail", name }, "Did")
  const { word, worker: victim } = await probing
  const { at: probedAt, from } = word ?? { at: 0, from: 0 }
  await victim.kill()
  const others = workers.filter((worker) => worker !== victim)
  await Promise.all(others.map((worker) => worker.ask({ _tag: "Release" }, "Released")))
  await sleep(circuit.leaseMillis + Math.min(1000, 2 * setting.seenWithinMillis) + settleMillis)
  const begun = (await tell(others)).flatMap((log) => begunBetween(log, probedAt, Infinity))
  const next = Math.min(Infinity, ...begun)
  return {
    next: { atLeast: next - probedAt, atMost: next - from },
    workers: [...others, await Worker.start(setting.place)]
  }
}

const millis = (times: ReadonlyArray<number>): string =>
  `${quantile(times, 0.5).toFixed(1)} ms (median), ${Math.max(...times).toFixed(1)} ms (worst)`

/** All of it, `rounds` times. */
export const circuits = async (setting: Setting, all: ReadonlyArray<Worker>, rounds: number) => {
  const { seenWithinMillis: bound } = setting
  let workers = all
  const openings = []
  const resets = []
  const nexts: Array<{ readonly atLeast: number; readonly atMost: number }> = []
  for (let round = 0; round < rounds; round++) {
    openings.push(await opened(round, workers))
    resets.push(await reset(round, workers))
  }
  for (let round = 0; round < Math.ceil(rounds / 4); round++) {
    const killed = await killedProbe(round, setting, workers)
    nexts.push(killed.next)
    workers = killed.workers
  }
  const within = (what: string, times: ReadonlyArray<number>): Promised => ({
    says: `${what}: ${millis(times)}, at most ${bound} ms`,
    broken: times.filter((time) => !(time <= bound)).map((time) => `${time.toFixed(1)} ms`)
  })
  const everybody = (what: string, counts: ReadonlyArray<number>): Promised => ({
    says: `${what}: ${counts.reduce((sum, count) => sum + count, 0)} of ${counts.length * all.length}`,
    broken: counts.filter((count) => count !== all.length).map((count) => `only ${count} of ${all.length}`)
  })
  const promises: ReadonlyArray<Promised> = [
    everybody(
      "a circuit opened by one refuses the calls of all",
      openings.map(({ refusing }) => refusing)
    ),
    within(
      "the last call another lets through after the opening",
      openings.flatMap(({ seen }) => seen)
    ),
    {
      says: `one probe among all processes: at most ${Math.max(...openings.map(({ probes }) => probes))} at a time in ${rounds} rounds`,
      broken: openings.filter(({ probes }) => probes !== 1).map(({ probes }) => `${probes} probes`)
    },
    within(
      "the last refusal after the probe has closed it",
      openings.flatMap(({ closed }) => closed)
    ),
    within(
      "the last call after one has isolated it",
      resets.flatMap(({ isolated }) => isolated)
    ),
    everybody(
      "a reset by one is seen by all",
      resets.map(({ admitting }) => admitting)
    ),
    within(
      "the last refusal after the reset",
      resets.flatMap(({ seen }) => seen)
    ),
    {
      says: `the slot of a killed probe is free after its lease of ${circuit.leaseMillis} ms: ${millis(nexts.map(({ atLeast }) => atLeast))}`,
      broken: nexts
        .filter(({ atLeast, atMost }) => !(atMost >= circuit.leaseMillis - 1 && atLeast <= circuit.leaseMillis + bound))
        .map(({ atLeast, atMost }) => `between ${atLeast.toFixed(1)} and ${atMost.toFixed(1)} ms`)
    }
  ]
  return { workers, promises }
}

/** Times one contender in a process of its own: `one.ts WORK CONTENDER ROUNDS`, numbers from 0. Prints JSON. */
import { Effect } from "effect"
import { checked, works } from "./works.ts"

const [workIndex = 0, contenderIndex = 0, rounds = 1] = process.argv.slice(2).map(Number)
const work = await Effect.runPromise(works[workIndex] ?? Effect.die(`there is no work ${workIndex}`))
const contender = work.contenders[contenderIndex]
if (contender === undefined) throw new Error(`"${work.name}" has no contender ${contenderIndex}`)

const warmups = 3
for (let i = 0; i < warmups; i++) await checked(contender.name, contender.run, work.times)
const figures: Array<number> = []
for (let round = 0; round < rounds; round++) {
  const { sample } = contender
  let each: ReadonlyArray<number> = []
  const run = sample === undefined ? contender.run : async (times: number) => void (each = await sample(times))
  const startedAt = process.hrtime.bigint()
  await checked(contender.name, run, work.times)
  const mean = Number(process.hrtime.bigint() - startedAt) / work.times
  figures.push(each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? mean)
}
console.log(JSON.stringify(figures))
// Opossum keeps timers of its own that would hold the process.
process.exit(0)

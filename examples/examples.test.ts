/** The examples run, and print what is told of them. That of Drive has its own tests, as its users would write them. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const printed = async (example: string) => {
  const main = fileURLToPath(new URL(`${example}/main.ts`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [main])
  return stdout.trimEnd().split("\n")
}

it("protects any Effect: it is repeated, answered from what was kept, and not asked while it is down", async () => {
  expect(await printed("any-effect")).toEqual([
    "tea costs 42, asked 3 times, the circuit is Closed",
    "tea costs 42, asked 3 times, the circuit is Closed",
    "tea costs 42, asked 2 times, the circuit is Open",
    "tea costs 42, asked 0 times, the circuit is Open"
  ])
})

it("shares a limit between processes", async () => {
  expect(await printed("shared-limits")).toEqual([
    "3 processes wanted to make 12 calls; the limit is 6, and 6 were made"
  ])
})

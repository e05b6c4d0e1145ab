import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { fileOf, inWorld, large, noise, uploads } from "./support.ts"

const content = noise(large + 300_000)
const md5Of = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex")

const rateLimited = Fault.status(403, {
  body: JSON.stringify({ error: { code: 403, message: "", errors: [{ reason: "userRateLimitExceeded" }] } })
})

/** What a request meets. Connections break at any byte. */
const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.nat(content.length).map((bytes) => Fault.cutRequest(bytes)) },
  { weight: 2, arbitrary: fc.constant(Fault.lostAnswer) },
  { weight: 1, arbitrary: fc.constantFrom(Fault.reset, Fault.truncate(), Fault.hang, Fault.hangInBody(), rateLimited) },
  { weight: 1, arbitrary: fc.constantFrom(Fault.status(500), Fault.status(503), Fault.status(429)) }
)

/** A session that is over, as far as the client hears. */
const sessionFault = fc.oneof(
  { weight: 8, arbitrary: fault },
  { weight: 1, arbitrary: fc.constantFrom(Fault.status(404), Fault.status(410), Fault.status(400)) }
)

const runsFor = (size: number, numRuns: number, chunkSize: fc.Arbitrary<number | undefined>) =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 8 }),
      fc.array(sessionFault, { maxLength: 12 }),
      // Less would be none of the smallest chunk: that is another story.
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      chunkSize,
      (others, puts, share, chunkSize) => {
        const bytes = content.subarray(0, size)
        const faults = Fault.firstOf(
          Fault.when({ method: "PUT" }, Fault.sequence(puts)),
          Fault.when({ method: "POST" }, Fault.sequence(others))
        )
        const options = { faults, keep: (received: number) => Math.floor(received * share) }
        return Effect.runPromise(
          inWorld(
            options,
            Effect.gen(function* () {
              const path = yield* fileOf(bytes)
              // A program fails, and another one goes on with what is kept.
              const once = Effect.flatMap(uploads, ({ uploadFile }) =>
                uploadFile({ path, chunkSize, idleTimeout: "100 millis" })
              )
              const file = yield* Effect.retry(once, { times: 25 })
              const drive = yield* DriveTest
              expect(drive.createdCount()).toBe(1)
              expect(drive.files().map(({ id }) => id)).toEqual([file.fileId])
              expect(file.md5).toBe(md5Of(bytes))
              expect(md5Of(drive.content(file.fileId) ?? new Uint8Array())).toBe(file.md5)
              expect(yield* (yield* uploads).unfinishedUploads).toEqual([])
            })
          )
        )
      }
    ),
    { numRuns }
  )

describe("whatever happens on the way, there is one file, and it is right", () => {
  it("when it goes with one request", { timeout: 60_000 }, () => runsFor(1000, 60, fc.constant(undefined)))

  it("when it goes with a session, whole or in chunks", { timeout: 120_000 }, () =>
    runsFor(content.length, 20, fc.constantFrom(undefined, undefined, 4 * 262_144, 8 * 262_144))
  )
})

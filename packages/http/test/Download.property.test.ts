import { Resilience } from "@skippy/core"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { HttpService } from "../src/HttpService.ts"
import type { FaultPlan } from "../src/testing/Fault.ts"
import * as EmulatorClient from "../src/testing/EmulatorClient.ts"
import * as Fault from "../src/testing/Fault.ts"
import * as FileEmulator from "../src/testing/FileEmulator.ts"
import { files, folder, noise } from "./httpServiceSupport.ts"

/** What happens at a request: a fault, or another version of the file. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.constant("nothing" as const) },
  {
    weight: 4,
    arbitrary: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }).map((share) => Fault.truncate(share))
  },
  { weight: 1, arbitrary: fc.constantFrom(Fault.reset, Fault.lostAnswer, Fault.status(503)) },
  {
    weight: 1,
    arbitrary: fc.record({
      size: fc.constantFrom(0, 1, 1000, 2000, 3000),
      ranges: fc.boolean(),
      ifRange: fc.boolean(),
      tag: fc.constantFrom("strong", "weak", "none")
    })
  }
)

const versionOf = (size: number, seed: number): Uint8Array => noise(size + seed).subarray(seed)

/** A circuit that opened would have to be waited for. */
const unbroken = Resilience.layer({
  services: { http: { circuitBreaker: false, rateLimit: false, budget: false, retry: { baseDelay: 0 } } }
})

describe("a download", () => {
  it("is one of the versions there were, whole, whatever happens on the way", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
        const versions: Array<string> = []
        const emulator = FileEmulator.make()
        const put = (size: number, tag: string, how: Partial<FileEmulator.File>) => {
          const content = versionOf(size, versions.length * 7)
          versions.push(Buffer.from(content).toString("hex"))
          const number = versions.length
          const etag = tag === "none" ? false : tag === "weak" ? `W/"${number}"` : `"${number}"`
          emulator.put("/file", { content, etag, ...how })
        }
        put(2000, "strong", {})
        const plan: FaultPlan = (_, count) => {
          const now = happenings[count]
          if (now === undefined || now === "nothing") return undefined
          if ("_tag" in now) return now
          put(now.size, now.tag, { ranges: now.ranges, ifRange: now.ifRange })
          return undefined
        }
        const kit = EmulatorClient.make(emulator, { faults: plan })

        const program = Effect.gen(function* () {
          const { at, names, read } = yield* folder
          const { download } = yield* HttpService
          const input = { url: "http://files.example/file", path: at("file") }
          const toTheEnd: Effect.Effect<unknown> = Effect.catch(download(input), () =>
            Effect.andThen(
              Effect.map(names, (found) => expect(found).not.toContain("file")),
              toTheEnd
            )
          ).pipe(Effect.orDie)
          yield* toTheEnd
          expect(versions).toContain(Buffer.from(yield* read("file")).toString("hex"))
          expect(yield* names).toEqual(["file"])
        })
        const layer = HttpService.layerNoDeps().pipe(
          Layer.provide([unbroken, Layer.succeed(HttpClient.HttpClient, kit.client)]),
          Layer.provideMerge(files)
        )
        await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(layer)))
      }),
      { numRuns: 150 }
    )
  })
})

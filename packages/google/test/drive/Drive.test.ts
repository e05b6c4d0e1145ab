import { describe, expect, it } from "@effect/vitest"
import { EmulatorServer } from "@skippy/http/testing"
import { ConfigProvider, Effect, Layer } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"
import { conformance } from "./conformance.ts"
import { worlds } from "./support.ts"

for (const [name, world] of worlds) conformance(name, world)

describe("Drive.layer", () => {
  it.live("needs nothing but its settings", () =>
    Effect.gen(function* () {
      const emulator = DriveEmulator.make({ files: [{ name: "report.txt", content: "42 rows" }] })
      const server = yield* EmulatorServer.start(emulator)
      const env = { SKIPPY_GOOGLE_DRIVE_URL: server.url, SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test" }
      const layer = Layer.provide(Drive.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
      const { files } = yield* Drive.use((drive) => drive.searchFiles()).pipe(Effect.provide(layer))
      expect(files.map(({ name }) => name)).toEqual(["report.txt"])
    }).pipe(Effect.scoped)
  )

  it.live("counts units when its settings say so, and is not stopped after sixty calls", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(DriveEmulator.make())
      const env = {
        SKIPPY_GOOGLE_DRIVE_URL: server.url,
        SKIPPY_GOOGLE_DRIVE_QUOTA: "units",
        SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test"
      }
      const layer = Layer.provide(Drive.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
      const looks = Array.from({ length: 70 }, (_, n) => n)
      yield* Drive.use((drive) =>
        Effect.forEach(looks, (n) => Effect.flip(drive.getFile({ fileId: `n${n}` })), { concurrency: 5 })
      ).pipe(Effect.provide(layer), Effect.timeout("20 seconds"))
      expect(server.requests()).toHaveLength(70)
    }).pipe(Effect.scoped)
  )
})

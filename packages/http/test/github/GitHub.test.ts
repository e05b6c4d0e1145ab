import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { GitHub } from "../../src/github/GitHub.ts"
import * as EmulatorServer from "../../src/testing/EmulatorServerNode.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import { conformance } from "./conformance.ts"
import { engine, repository, worlds } from "./support.ts"

for (const [name, world] of worlds) conformance(name, world)

describe("GitHub.layer", () => {
  it.live("needs nothing but its settings", () =>
    Effect.gen(function* () {
      const server = yield* EmulatorServer.start(GitHubEmulator.make({ repositories: [engine] }))
      const env = { SKIPPY_GITHUB_URL: server.url }
      const layer = Layer.provide(GitHub.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))
      const found = yield* GitHub.use((github) => github.getRepository(repository)).pipe(Effect.provide(layer))
      expect(found.fullName).toBe(repository)
    }).pipe(Effect.scoped)
  )
})

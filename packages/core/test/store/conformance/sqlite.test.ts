/** The stores in SQLite keep what the conformance suite asks. Each world is a file that two connections share. */
import { NodeFileSystem } from "@effect/platform-node"
import { Effect, FileSystem, Layer } from "effect"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"
import { turns } from "../away/RawMemory.ts"
import type { Subject } from "./Subject.ts"
import { conformance } from "./suite.ts"

const sqlite: Subject = {
  name: "sqlite",
  isShared: true,
  bounds: "maxKeys",
  runs: 40,
  steps: 40,
  world: Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    const layer = SqliteStores.layer({ directory })
    return { here: Layer.orDie(layer), there: Layer.orDie(Layer.fresh(layer)) }
  }).pipe(Effect.provide(NodeFileSystem.layer), Effect.orDie),
  settled: turns
}

conformance(sqlite)

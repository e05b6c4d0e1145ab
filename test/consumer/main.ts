/**
 * A program of somebody who installed the packages: something of each entry, for the compiler and for Node. It prints what
 * it got, and needs no network.
 */
import { NodeFileSystem } from "@effect/platform-node"
import { CircuitOpenError, RateLimiter, Resilience } from "@skippy/core"
import { SqliteStores } from "@skippy/core/node"
import { FlakyDependency } from "@skippy/core/testing"
import { Drive, DriveTest } from "@skippy/google"
import { DriveEmulator } from "@skippy/google/testing"
import { GitHub, HttpService } from "@skippy/http"
import { withoutRedirects } from "@skippy/http/authoring"
import { TransportNode } from "@skippy/http/node"
import { EmulatorClient, EmulatorServer } from "@skippy/http/testing"
import { Effect, FileSystem } from "effect"

const pipeline = Effect.gen(function* () {
  const reports = FlakyDependency.make([FlakyDependency.fail("reset"), FlakyDependency.succeed("42 rows")])
  return yield* reports.call.pipe(
    Resilience.call({ service: "reports", operation: "fetch", idempotent: true }),
    Effect.catchTag("CircuitOpenError", (error: CircuitOpenError) => Effect.succeed(error.message))
  )
}).pipe(Effect.provide(Resilience.layer({ services: { reports: { retry: { baseDelay: "1 milli" } } } })))

const shared = Effect.gen(function* () {
  const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const limiter = yield* RateLimiter.make({
    name: "reports",
    limits: RateLimiter.tokenBucket({ limit: 3, per: "1 day" })
  }).pipe(Effect.provide(SqliteStores.layer({ directory })))
  yield* limiter.acquire()
  return yield* limiter.remaining
}).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const github = Effect.gen(function* () {
  const { number } = yield* (yield* GitHub).createIssue({ repository: "ada/engine", title: "The carry is slow" })
  return number
}).pipe(Effect.provide(GitHub.layerTest({ repositories: [{ owner: "ada", name: "engine" }] })))

const drive = Effect.gen(function* () {
  const folder = yield* (yield* Drive).createFolder({ name: "Skippy" })
  const { children } = yield* DriveTest
  const { files } = yield* (yield* Drive).searchFiles({ query: "name contains 'Skippy'", maxResults: 10 })
  return [files.map(({ name }) => name), children(folder.fileId).length]
}).pipe(Effect.provide(Drive.layerTest()))

const server = Effect.gen(function* () {
  const { url } = yield* EmulatorServer.start({ handle: () => ({ status: 200, body: "served" }) })
  return yield* Effect.promise(() => fetch(url).then((answer) => answer.text()))
}).pipe(Effect.scoped)

const program = Effect.all({
  pipeline,
  shared,
  github,
  drive,
  server,
  there: Effect.sync(
    () => [HttpService, TransportNode.layer, withoutRedirects, EmulatorClient.make(DriveEmulator.make())].length
  )
})

console.log(JSON.stringify(await Effect.runPromise(program)))

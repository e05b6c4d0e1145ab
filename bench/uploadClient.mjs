/** Uploads a file and prints JSON: what it took. `uploadClient.mjs URL PATH CHUNK_BYTES STATE_DIRECTORY`; see `uploadMemory.ts`. */
import { Resilience, StateStore } from "@skippy/core"
import { Drive, Tokens } from "@skippy/google"
import { Checksums, Files } from "@skippy/http/authoring"
import { TransportNode } from "@skippy/http/node"
import { Effect, Layer, Redacted } from "effect"

const [url, path, chunkBytes, state] = process.argv.slice(2)

const upload = Effect.gen(function* () {
  const drive = yield* Drive
  const before = process.memoryUsage().rss
  const startedAt = performance.now()
  const { size } = yield* drive.uploadFile({ path, ...(chunkBytes === "0" ? {} : { chunkSize: Number(chunkBytes) }) })
  const seconds = (performance.now() - startedAt) / 1000
  return { bytes: size, seconds, before, peak: process.resourceUsage().maxRSS * 1024 }
})

const live = Drive.layerWith({ url }).pipe(
  Layer.provide([
    TransportNode.layer(),
    Resilience.layer({ services: { "google-drive": { rateLimit: false } } }),
    Tokens.layerStatic(Redacted.make("token-of-a-test")),
    Checksums.layer,
    Layer.provideMerge(StateStore.layerFiles(state), Files.layer)
  ])
)
console.log(JSON.stringify(await Effect.runPromise(Effect.provide(upload, live))))
process.exit(0)

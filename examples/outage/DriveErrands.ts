/**
 * Real files through Google Drive while it fails and recovers: the documentation of this repository is uploaded while a
 * third of all requests meets a fault, a large file while the connection breaks, and all of it is put in order and brought
 * back. Real requests to an emulator on loopback that keeps its files on disk.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Resilience, StateStore } from "@skippy/core"
import { Drive, DriveQuota, Query, Tokens } from "@skippy/google"
import { DriveEmulator, DriveFaults } from "@skippy/google/testing"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorServer, Fault } from "@skippy/http/testing"
import { Effect, Layer, Redacted } from "effect"
import type { Say } from "./Errands.ts"

/** Google's own quota, and the times of the catalog made small. */
export const policies = {
  ...DriveQuota.units,
  retry: { maxAttempts: 8, baseDelay: "20 millis", maxDelay: "200 millis" },
  circuitBreaker: { consecutiveFailures: 5, openFor: "500 millis", successThreshold: 1 },
  cache: { ttl: "100 millis" }
} as const

const documents = fileURLToPath(new URL("../../docs", import.meta.url))
const token = "an-emulator-takes-any-token-it-knows"
const megabyte = 1024 * 1024

const md5 = (path: string): string => createHash("md5").update(readFileSync(path)).digest("hex")

/** What can happen to a request: before it is carried out, after, and in the middle of its answer. */
const mishaps = [
  DriveFaults.rateLimited(),
  DriveFaults.backendError(503),
  DriveFaults.htmlError(),
  Fault.reset,
  Fault.lostAnswer,
  Fault.truncate()
]

/** Runs all of it; what it makes is put into `folder`. */
export const run = (folder: string, say: Say) =>
  Effect.scoped(
    Effect.gen(function* () {
      const directory = join(folder, "drive")
      rmSync(directory, { recursive: true, force: true })
      mkdirSync(directory, { recursive: true })
      const machine = yield* DriveEmulator.open({
        directory: join(directory, "emulator"),
        tokens: [{ token, email: "ada@example.com" }]
      })
      const server = yield* EmulatorServer.start(machine)
      const faulty = () => server.requests().filter(({ fault }) => fault !== undefined).length

      const work = Effect.gen(function* () {
        const drive = yield* Drive
        const resilience = yield* Resilience

        server.faults.set(Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer)))
        const docs = yield* drive.createFolder({ name: "Skippy docs" })
        say(
          `Drive    folder "${docs.name}": the answer was lost, and asked for again by its id; ${machine.createdCount()} folder`,
          !docs.created && machine.createdCount() === 1
        )

        server.clear()
        server.faults.set(Fault.share(0.3, mishaps, 5))
        const names = readdirSync(documents).filter((name) => name.endsWith(".md"))
        const batch = yield* drive.batchUpload({ directory: documents, parentId: docs.fileId, pattern: "*.md" })
        server.faults.set(Fault.none)
        const there = machine.children(docs.fileId)
        const right = names.filter((name) => {
          const found = there.filter((file) => file.name === name)
          return found.length === 1 && found[0]?.md5Checksum === md5(join(documents, name))
        })
        say(
          `Drive    ${batch.counts.uploaded} files of docs/ while ${faulty()} of ${server.requests().length} requests met a fault: ${right.length} there, each once, each with the right md5`,
          batch.counts.failed === 0 && right.length === names.length && there.length === names.length
        )

        const large = join(directory, "large.bin")
        writeFileSync(
          large,
          new Uint8Array(12 * megabyte).map((_, at) => (at * 31) % 253)
        )
        server.clear()
        server.faults.set(
          Fault.when(
            { method: "PUT" },
            // Between the two it is asked how much has come.
            Fault.sequence([Fault.cutRequest(5 * megabyte), undefined, Fault.cutRequest(3 * megabyte)])
          )
        )
        const uploaded = yield* drive.uploadFile({ path: large })
        const sent = server.requests().filter(({ bodyLength, method }) => method === "PUT" && bodyLength > 0)
        say(
          `Drive    12 MB in ${sent.length} requests: cut off after 5 MB and again after 3 MB, and gone on with where it broke off`,
          sent.length === 3 && uploaded.md5 === md5(large)
        )

        const query = Query.and(Query.inFolder(docs.fileId), Query.name("contains", "drive"))
        yield* drive.searchFiles({ query })
        yield* Effect.sleep("120 millis")
        server.faults.set(Fault.always(DriveFaults.backendError(503)))
        const stale = yield* drive.searchFiles({ query })
        const refused = yield* Effect.flip(drive.renameFile({ fileId: uploaded.fileId, name: "larger.bin" }))
        const { circuit } = yield* resilience.state("google-drive")
        say(
          `Drive    down: ${stale.files.length} files from the search of before, a change fails (${refused._tag}), the circuit is ${circuit?.state ?? "missing"}`,
          stale.stale && circuit?.state === "Open"
        )
        server.faults.set(Fault.none)
        yield* Effect.sleep("600 millis")

        const folder = yield* drive.createFolder({ name: "About Drive" })
        const organize = { query, destinationId: folder.fileId }
        const plan = yield* drive.organize({ ...organize, dryRun: true })
        const moved = yield* drive.organize(organize)
        const inFolder = machine.children(folder.fileId).length
        const undone = yield* drive.undoMoves({ id: moved.id ?? "" })
        say(
          `Drive    back: a plan for ${plan.counts.planned} files, ${moved.counts.moved} moved, ${undone.counts.moved} moved back`,
          plan.counts.planned > 0 &&
            inFolder === plan.counts.planned &&
            machine.children(docs.fileId).length === names.length
        )

        server.faults.set(Fault.share(0.3, [Fault.truncate(), DriveFaults.userRateLimited], 11))
        const fetched = yield* Effect.forEach(
          batch.items,
          ({ fileId = "", name }) => drive.downloadFile({ fileId, path: join(directory, name), overwrite: true }),
          { concurrency: 4 }
        )
        const whole = names.filter((name) => md5(join(directory, name)) === md5(join(documents, name))).length
        say(
          `Drive    ${fetched.length} files downloaded over broken connections: ${whole} as they were`,
          whole === names.length
        )
      })

      yield* Effect.provide(
        work,
        Drive.layerWith({ url: server.url, quota: "units" }).pipe(
          Layer.provide([
            Tokens.layerStatic(Redacted.make(token)),
            Files.layer,
            Checksums.layer,
            StateStore.layerFiles(join(directory, "state")).pipe(Layer.provide(Files.layer))
          ])
        )
      )
    })
  )

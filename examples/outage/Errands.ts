/**
 * Three errands with typed services, each with its own bad luck: GitHub loses an answer and then goes down, Pexels cuts a
 * download off, and a web address turns out to lead into the private network. Real requests to emulators on loopback.
 */
import { createHash } from "node:crypto"
import { readFileSync, rmSync } from "node:fs"
import { GitHub, HttpService, Pexels, UrlGuard } from "@skippy/http"
import { EmulatorServer, Fault, FileEmulator, GitHubEmulator, PexelsEmulator } from "@skippy/http/testing"
import { Effect, Redacted } from "effect"

const token = "an-emulator-takes-any-token-it-knows"

/** The policies of the services, in small times; the rest is the catalog's. */
export const services = {
  github: { retry: { baseDelay: "50 millis" }, cache: { ttl: "100 millis" } },
  pexels: { retry: { baseDelay: "50 millis" } },
  http: { retry: { baseDelay: "50 millis" } }
} as const

/** Says what was done, and whether it went as it should. */
export type Say = (line: string, went: boolean) => void

const lost = Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer))

const github = (say: Say) =>
  Effect.gen(function* () {
    const machine = GitHubEmulator.make({
      tokens: [{ token, login: "ada" }],
      repositories: [{ owner: "ada", name: "engine", branches: ["notes"] }]
    })
    const server = yield* EmulatorServer.start(machine)
    const work = Effect.gen(function* () {
      const github = yield* GitHub
      const repository = "ada/engine"
      server.faults.set(lost)
      const issue = yield* github.createIssue({ repository, title: "The carry is slow" })
      const posts = server.requests().filter(({ method }) => method === "POST").length
      say(
        `GitHub   issue #${issue.number}: the answer was lost, the issue was found by its marker; ${posts} POST, ${machine.issues(repository).length} issue`,
        posts === 1 && machine.issues(repository).length === 1
      )
      const pull = { repository, title: "Notes", head: "notes" }
      const first = yield* github.createPullRequest(pull)
      const second = yield* github.createPullRequest(pull)
      say(
        `GitHub   pull request #${first.number}: asked for twice, made once`,
        first.created && !second.created && first.number === second.number
      )
      yield* github.listPullRequests({ repository })
      yield* Effect.sleep("150 millis")
      const again = yield* github.listPullRequests({ repository })
      const unchanged = server.requests().at(-1)?.status === 304
      say(`GitHub   the list is asked for again and has not changed: a 304 costs no quota`, unchanged && !again.stale)
      server.faults.set(Fault.always(Fault.status(503)))
      yield* Effect.sleep("150 millis")
      const { ageSeconds, pullRequests, stale } = yield* github.listPullRequests({ repository })
      say(
        `GitHub   down: ${pullRequests.length} pull request from the list of ${Math.round(ageSeconds)} s ago`,
        stale && pullRequests.length === 1
      )
    })
    yield* Effect.provide(work, GitHub.layerWith({ url: server.url, token: Redacted.make(token) }))
  })

const pexels = (folder: string, say: Say) =>
  Effect.gen(function* () {
    const server = yield* EmulatorServer.start(PexelsEmulator.make({ keys: [token], topics: { ocean: 20 } }))
    const work = Effect.gen(function* () {
      const pexels = yield* Pexels
      const { photos } = yield* pexels.search({ query: "Ocean", perPage: 1 })
      const photo = photos[0]
      if (photo === undefined) return say("Pexels   there is no photo", false)
      server.faults.set(Fault.once(Fault.truncate()))
      const path = `${folder}/ocean.jpg`
      const { attribution, bytes } = yield* pexels.download({ photoId: photo.id, path, overwrite: true })
      say(
        `Pexels   ${attribution.text}: ${bytes} bytes, after the connection was cut once`,
        readFileSync(path).length === bytes
      )
    })
    yield* Effect.provide(work, Pexels.layerWith({ url: server.url, key: Redacted.make(token) }))
  })

const sha = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex")

const http = (folder: string, say: Say) =>
  Effect.gen(function* () {
    const content = new Uint8Array(1_000_000).map((_, at) => at % 251)
    const files = FileEmulator.make({ "/report.bin": { content } })
    const moved = yield* EmulatorServer.start({
      handle: () => ({ status: 302, headers: { location: "http://169.254.169.254/latest/meta-data" } })
    })
    const server = yield* EmulatorServer.start(files, { faults: Fault.times(2, Fault.truncate()) })
    const work = Effect.gen(function* () {
      const http = yield* HttpService
      const path = `${folder}/report.bin`
      const { bytes } = yield* http.download({ url: `${server.url}/report.bin`, path, overwrite: true })
      const ranges = server.requests().map(({ headers }) => headers["range"] ?? "all of it")
      say(
        `HTTP     ${bytes} bytes in ${ranges.length} pieces (${ranges.join(", ")}), the file is whole`,
        ranges.length === 3 && sha(readFileSync(path)) === sha(content)
      )
      const refused = yield* Effect.flip(http.get({ url: moved.url }))
      say(`HTTP     a redirect is refused: ${refused.message}`, refused._tag === "UrlRefusedError")
    })
    const guard = UrlGuard.make({ allow: ["127.0.0.1"] })
    yield* Effect.provide(work, HttpService.layerNoDeps({ guard }))
  })

/** Does all errands; what they bring is put into `folder`. */
export const run = (folder: string, say: Say) =>
  Effect.scoped(
    Effect.gen(function* () {
      for (const file of ["ocean.jpg", "report.bin"]) rmSync(`${folder}/${file}`, { force: true })
      yield* github(say)
      yield* pexels(folder, say)
      yield* http(folder, say)
    })
  )

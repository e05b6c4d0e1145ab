/**
 * The stage of the demo: real HTTP to emulators on loopback, policies in small times, and a folder of its own.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { join, relative, resolve } from "node:path"
import { AlertRules, EventBus, Health, Operations, Resilience, Snapshot, StateStore } from "@skippy/core"
import { Drive, Tokens } from "@skippy/google"
import { GitHub, HttpService, Pexels, Transport, UrlGuard } from "@skippy/http"
import { Checksums, Files } from "@skippy/http/authoring"
import { type Emulator, FileEmulator } from "@skippy/http/testing"
import { Clock, Context, Duration, Effect, Layer, Redacted, type Scope, Stream } from "effect"
import type { WorldOptions } from "../command/World.ts"
import * as Choice from "../demo/Choice.ts"
import { programOf } from "../demo/Next.ts"
import * as Script from "../demo/Script.ts"
import type { Asked, Stage } from "../demo/Stage.ts"
import { type AnyFailure, UsageError } from "../output/Failure.ts"
import * as DemoFolder from "./DemoFolder.ts"
import * as Emulators from "./Emulators.ts"
import * as Provider from "./Provider.ts"
import * as Credentials from "./SandboxCredentials.ts"
import { settle, type Settled } from "./Settled.ts"
import { site } from "./Site.ts"
import { watch } from "./Watch.ts"

const words = "circuit,deadline,hedge,journal,limit,probe,retry,stale,timeout".split(",")

/** Where nobody finds a document, the demo writes some. */
const written: ReadonlyArray<readonly [name: string, content: string]> = words.map((word) => [
  `note-${word}.md`,
  `# ${word}\n\n${`What a ${word} is for, told again and again. `.repeat(400)}\n`
])

const chosenBy = (asked: Asked): Effect.Effect<Choice.Chosen | undefined, UsageError> =>
  Effect.gen(function* () {
    if (asked.files === undefined) return yield* Choice.find(process.cwd())
    const chosen = yield* Choice.of(resolve(asked.files))
    if (chosen.files.length > 0) return chosen
    return yield* new UsageError({
      problem: `--files ${asked.files} has no document or picture of 1 MB at most; name another directory`
    })
  }).pipe(Effect.provide(Layer.orDie(Files.layer)))

const filesOf = (run: string, asked: Asked): Effect.Effect<Stage["files"], UsageError, Scope.Scope> =>
  Effect.gen(function* () {
    const chosen = yield* chosenBy(asked)
    const directory = yield* DemoFolder.temporary(run, "files")
    const list =
      chosen === undefined
        ? yield* Effect.forEach(written, ([name, content]) => DemoFolder.write(directory, name, content))
        : yield* Effect.forEach(chosen.files, ({ name }) => DemoFolder.copy(chosen.directory, directory, name))
    const content = new Uint8Array(Script.large.bytes).map((_, at) => (at * 31) % 253)
    const large = yield* DemoFolder.write(yield* DemoFolder.temporary(run, "large"), "large.bin", content)
    const here = chosen === undefined ? directory : relative(process.cwd(), chosen.directory)
    return { source: here === "" ? "the working directory" : here, made: chosen === undefined, directory, list, large }
  })

/** The first alert of a group waits for others, but not for the end of the demo. */
const alerts = {
  rules: AlertRules.defaults.filter((rule) => rule !== AlertRules.healthChanged),
  groupWait: "200 millis"
} as const

const baseOf = (settled: Settled) =>
  Operations.layer({
    path: settled.places.path,
    checkEvery: "never",
    alerts,
    snapshot: { every: "500 millis", sampleEvery: "1 second" }
  }).pipe(
    Layer.provideMerge(Resilience.layer({ services: Script.policies })),
    // Commands that look at the run later have the limits of the catalog, which count in another way.
    Layer.provideMerge([StateStore.layerMemory, Transport.layer, Checksums.layer]),
    Layer.provideMerge(Files.layer),
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(Provider.layer(settled))
  )

/** How often the picture changes. */
const lookEvery = Duration.millis(250)

const inside = "http://169.254.169.254/latest/meta-data"
const movedPath = "/moved"

/** The web: a file, an address that leads into the network, and everything else as in the sandbox. */
const webOf = (content: Uint8Array): Emulator => {
  const path = `/${Script.names.download}`
  const files = FileEmulator.make({ [path]: { content } })
  return {
    handle: (request, now) => {
      const { pathname } = request.url
      if (pathname === movedPath) return { status: 302, headers: { location: inside } }
      return (pathname === path ? files : site).handle(request, now)
    }
  }
}

const start = (machine: Emulator) => Emulators.serve(machine, { faults: Script.calm })

/** The stage, until the scope closes. */
export const stage = (options: WorldOptions, asked: Asked): Effect.Effect<Stage, AnyFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const settled = yield* settle({ ...options, sandbox: true })
    const run = yield* DemoFolder.make(settled.places.path, yield* Clock.currentTimeMillis)
    // Where --sandbox looks, when --path is the folder of the run.
    const own: Settled = { ...settled, places: { ...settled.places, path: join(run, "sandbox") } }
    const files = yield* filesOf(run, asked)
    const downloads = yield* DemoFolder.temporary(run, "downloads")
    const report = new Uint8Array(Script.reportBytes).map((_, at) => at % 251)
    const machines = {
      drive: yield* Emulators.drive(own.places.path, "empty"),
      github: Emulators.github(),
      pexels: Emulators.pexels()
    }
    const driveServer = yield* start(machines.drive)
    const githubServer = yield* start(machines.github)
    const pexelsServer = yield* start(machines.pexels)
    const web = webOf(report)
    const webServer = yield* start(web)
    const guard = UrlGuard.make({ allow: ["127.0.0.1"] })
    const services = Layer.mergeAll(
      Drive.layerWith({ url: driveServer.url, quota: "units" }).pipe(
        Layer.provide(Tokens.layerStatic(Redacted.make(Credentials.googleToken)))
      ),
      GitHub.layerWith({ url: githubServer.url, token: Redacted.make(Credentials.githubToken) }),
      Pexels.layerWith({ url: pexelsServer.url, key: Redacted.make(Credentials.pexelsKey) }),
      HttpService.layerNoDeps({ guard })
    ).pipe(Layer.provideMerge(baseOf(own)))
    const context = yield* Layer.build(services)
    return {
      seed: asked.seed,
      path: run,
      journal: join(own.places.path, "metrics"),
      files,
      downloads,
      md5: DemoFolder.md5,
      drive: { service: Context.get(context, Drive), machine: machines.drive, server: driveServer },
      github: { service: Context.get(context, GitHub), machine: machines.github, server: githubServer },
      pexels: { service: Context.get(context, Pexels), machine: machines.pexels, server: pexelsServer },
      http: {
        service: Context.get(context, HttpService),
        machine: web,
        server: webServer,
        report: {
          url: `${webServer.url}/${Script.names.download}`,
          md5: createHash("md5").update(report).digest("hex")
        },
        moved: { url: `${webServer.url}${movedPath}`, to: new URL(inside).host }
      },
      resilience: Context.get(context, Resilience),
      views: watch(
        own,
        { snapshot: Context.get(context, Snapshot.Live).current, health: Context.get(context, Health.Health).check },
        lookEvery,
        () => Effect.die("the journal of a run that has just begun is not packed")
      ).pipe(Stream.provideContext(context)),
      bus: Context.get(context, EventBus.Current)
    }
  })

/** How this program is called, where it can be called so again. */
export const program = (): string => programOf(process.argv[1] ?? "", process.env["npm_lifecycle_script"])

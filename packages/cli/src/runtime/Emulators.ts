/**
 * The emulators of the sandbox, each opened when it is asked for. Drive is on the disk, the Photos Picker in a file that is
 * written at the end; GitHub, Pexels and the web are as new for each command.
 *
 * @module
 */
import { AtomicFile, Folder, platformCodeOf } from "@skippy/core"
import { DriveEmulator, PhotosEmulator } from "@skippy/google/testing"
import { type Emulator, EmulatorServer, GitHubEmulator, PexelsEmulator } from "@skippy/http/testing"
import { Cause, Clock, Effect, FileSystem, type Scope } from "effect"
import type { UsageError } from "../output/Failure.ts"
import { cannotListen, codeOf } from "./CannotListen.ts"
import * as Credentials from "./SandboxCredentials.ts"
import { site } from "./Site.ts"

const tokens = [{ token: Credentials.googleToken, email: Credentials.googleEmail }]

const folderType = "application/vnd.google-apps.folder"
const documentType = "application/vnd.google-apps.document"

/** What a new Drive has. */
const files = (createdTime: number): ReadonlyArray<DriveEmulator.FileOptions> => [
  {
    id: "sandbox-welcome",
    name: "Welcome.txt",
    content: "This Drive is an emulator on your disk. Change what you like.\n",
    createdTime
  },
  { id: "sandbox-reports", name: "Reports", mimeType: folderType, createdTime },
  {
    id: "sandbox-may",
    name: "May report.txt",
    content: "42 rows and a sum\n",
    parents: ["sandbox-reports"],
    createdTime
  },
  { id: "sandbox-notes", name: "Notes", mimeType: documentType, content: "Notes of the sandbox\n", createdTime }
]

/** The emulated Google Drive, with the emulated sign-in; a new one has a few files. */
export const drive = (
  directory: string,
  begins: "empty" | "furnished" = "furnished"
): Effect.Effect<DriveEmulator.DriveEmulator, DriveEmulator.StorageError, Scope.Scope> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    DriveEmulator.open({
      directory: `${directory}/drive`,
      tokens,
      files: begins === "empty" ? [] : files(now)
    })
  )

/** The emulated Photos Picker. Its owner picks two photos soon after they are asked. */
export const photos = (directory: string): Effect.Effect<Emulator, never, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = `${directory}/photos.json`
    const emulator = PhotosEmulator.make({
      tokens,
      picksAfter: 1,
      pollInterval: "1 second",
      media: [{ filename: "sea.jpg" }, { filename: "hill.jpg" }]
    })
    const kept = yield* Effect.option(fs.readFileString(file))
    yield* Effect.ignore(
      Effect.try(() => {
        if (kept._tag === "Some") emulator.restore(kept.value)
      })
    )
    yield* Effect.addFinalizer(() =>
      Folder.make(directory, 0o700).pipe(
        Effect.andThen(AtomicFile.write(file, emulator.snapshot())),
        Effect.provideService(FileSystem.FileSystem, fs),
        Effect.catch((error) =>
          Effect.logWarning(
            `${file} cannot be written (${platformCodeOf(error)}); the next command does not know what was picked`
          )
        )
      )
    )
    return emulator
  })

/** The emulated GitHub, with one repository. */
export const github = (): GitHubEmulator.GitHubEmulator =>
  GitHubEmulator.make({
    tokens: [{ token: Credentials.githubToken, login: Credentials.githubLogin }],
    repositories: [
      {
        owner: Credentials.githubLogin,
        name: "demo",
        branches: ["notes", "fix"],
        pulls: [{ title: "Fix the sum", head: "fix" }],
        issues: [{ title: "The sum is wrong" }]
      }
    ]
  })

/** The emulated Pexels, with photos of three topics. */
export const pexels = (): Emulator =>
  PexelsEmulator.make({ keys: [Credentials.pexelsKey], topics: { ocean: 20, forest: 20, city: 20 } })

/** The web of the sandbox. */
export const web = (): Emulator => site

/** Lets one be asked on loopback, until the scope closes; on a free port by default. */
export const serve = (
  emulator: Emulator,
  options: EmulatorServer.Options = {}
): Effect.Effect<EmulatorServer.EmulatorServer, UsageError, Scope.Scope> =>
  Effect.catchCause(EmulatorServer.start(emulator, options), (cause) => {
    // What the system refuses is a defect there.
    const defect = Cause.squash(cause)
    return codeOf(defect) === undefined
      ? Effect.failCause(cause)
      : Effect.fail(cannotListen("127.0.0.1", options.port ?? 0, defect))
  })

/**
 * The emulators of the sandbox for other programs, on loopback.
 *
 * @module
 */
import type { Emulator } from "@skippy/http/testing"
import { Effect, type FileSystem, type Scope } from "effect"
import type { Served } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"
import * as Emulators from "./Emulators.ts"
import * as Credentials from "./SandboxCredentials.ts"
import type { Settled } from "./Settled.ts"

/** Runs them until the scope closes. `port` is that of Drive; the others take those after it. */
export const serve = (
  { places: { path } }: Settled,
  port: number | undefined
): Effect.Effect<Served, AnyFailure, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const at = (offset: number): number | undefined => (port === undefined ? undefined : port + offset)
    const start = (emulator: Emulator, offset: number) =>
      Effect.map(Emulators.serve(emulator, { port: at(offset) }), ({ url }) => url)
    const drive = yield* start(yield* Emulators.drive(path), 0)
    const photos = yield* start(yield* Emulators.photos(path), 1)
    const github = yield* start(Emulators.github(), 2)
    const pexels = yield* start(Emulators.pexels(), 3)
    const http = yield* start(Emulators.web(), 4)
    const served: Served = {
      services: { "google-drive": drive, "google-photos": photos, github, pexels, http },
      environment: {
        SKIPPY_GOOGLE_DRIVE_URL: drive,
        SKIPPY_GOOGLE_PHOTOS_URL: photos,
        SKIPPY_GOOGLE_AUTH_URL: drive,
        SKIPPY_GOOGLE_ACCESS_TOKEN: Credentials.googleToken,
        SKIPPY_GITHUB_URL: github,
        SKIPPY_GITHUB_TOKEN: Credentials.githubToken,
        SKIPPY_PEXELS_URL: pexels,
        SKIPPY_PEXELS_API_KEY: Credentials.pexelsKey,
        SKIPPY_HTTP_ALLOW: new URL(http).host
      }
    }
    return served
  })

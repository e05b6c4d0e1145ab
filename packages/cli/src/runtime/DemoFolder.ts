/**
 * The folder of a run of the demo: made anew for each, below the sandbox. The last runs stay, to be looked at.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { FolderNode } from "@skippy/core/node"
import { DateTime, Effect, type Scope } from "effect"
import type { PlayedFile } from "../demo/Stage.ts"
import { UsageError } from "../output/Failure.ts"

/** How many runs are kept. */
const kept = 5
/** A run is over long before that. */
const oldMillis = 60 * 60 * 1000

/** The names of runs; anything else there is somebody's. */
const runs = /^\d{8}-\d{6}-[A-Za-z0-9]{6}$/

/** Runs before the last ones go, unless they may be running. */
const tidy = async (folder: string, now: number): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => runs.test(name)).toSorted()
  for (const name of names.slice(0, Math.max(0, names.length - kept))) {
    const path = join(folder, name)
    if (now - (await stat(path)).mtimeMs > oldMillis) await rm(path, { recursive: true, force: true })
  }
}

const failed = (folder: string) => (cause: unknown) => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it failed"
  return new UsageError({
    problem: `the demo cannot write to ${folder} (${code}); name another folder with --path or SKIPPY_PATH`
  })
}

/** Makes the folder of a run below `sandbox`. */
export const make = (sandbox: string, now: number): Effect.Effect<string, UsageError> => {
  const folder = join(sandbox, "demo")
  const name = DateTime.formatIso(DateTime.makeUnsafe(now)).slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")
  return Effect.tryPromise({
    try: async () => {
      FolderNode.make(folder, 0o700)
      // Another demo may tidy at the same time.
      await tidy(folder, now).catch(() => {})
      return mkdtemp(join(folder, `${name}-`))
    },
    catch: failed(folder)
  })
}

/** The MD5 of a file. */
export const md5 = (path: string): Effect.Effect<string, UsageError> =>
  Effect.tryPromise({
    try: async () =>
      createHash("md5")
        .update(await readFile(path))
        .digest("hex"),
    catch: failed(path)
  })

/** A folder below the run's that is gone when the scope closes. */
export const temporary = (run: string, name: string): Effect.Effect<string, UsageError, Scope.Scope> => {
  const folder = join(run, name)
  return Effect.acquireRelease(
    Effect.try({
      try: () => {
        FolderNode.make(folder)
        return folder
      },
      catch: failed(folder)
    }),
    () => Effect.ignore(Effect.tryPromise(() => rm(folder, { recursive: true, force: true })))
  )
}

const played = (folder: string, name: string, put: (path: string) => Promise<void>) =>
  Effect.gen(function* () {
    const path = join(folder, name)
    yield* Effect.tryPromise({ try: () => put(path), catch: failed(path) })
    const { size } = yield* Effect.tryPromise({ try: () => stat(path), catch: failed(path) })
    const file: PlayedFile & { readonly path: string } = { name, bytes: size, md5: yield* md5(path), path }
    return file
  })

/** Copies a file; what is played with is the copy. */
export const copy = (from: string, folder: string, name: string) =>
  played(folder, name, (path) => copyFile(join(from, name), path))

/** Writes a file. */
export const write = (folder: string, name: string, content: string | Uint8Array) =>
  played(folder, name, (path) => writeFile(path, content))

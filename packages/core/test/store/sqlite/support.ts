/** Files, programs and warnings for the tests of the SQLite stores. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import * as sqlite from "node:sqlite"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Effect, Layer, Logger, type Scope } from "effect"
import type { StateStore } from "../../../src/store/StateStore.ts"
import { FileDatabase, type Options } from "../../../src/store/sqlite/DatabaseNode.ts"
import * as SqliteStores from "../../../src/store/sqlite/SqliteStoresNode.ts"

/** A directory that is gone after the test. */
export const directory: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(`${tmpdir()}/skippy-sqlite-`)),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** What a process that opens the file provides, until the test ends. */
export const processOn = (path: string): Effect.Effect<Layer.Layer<StateStore>, never, Scope.Scope> =>
  Effect.map(Layer.build(Layer.fresh(Layer.orDie(SqliteStores.layer({ directory: path })))), (context) =>
    Layer.succeedContext(context)
  )

/** What is warned of while an effect runs. */
export const warned = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ message }) => void warnings.push(String(message)))
  return Effect.map(Effect.provide(effect, Logger.layer([logger])), (value) => ({ value, warnings }))
}

/** A file that is open until the test ends, and what it warned of. */
export const database = (
  file: string,
  options: Partial<Options> = {}
): Effect.Effect<{ readonly database: FileDatabase; readonly warnings: ReadonlyArray<string> }, never, Scope.Scope> =>
  Effect.suspend(() => {
    const warnings: Array<string> = []
    const made = {
      sqlite,
      file,
      busyMillis: 100,
      now: () => 0,
      warn: (text: string) => void warnings.push(text),
      ...options
    }
    return Effect.acquireRelease(
      Effect.sync(() => ({ database: new FileDatabase(made), warnings })),
      ({ database }) => Effect.sync(() => database.close())
    )
  })

/** Runs statements on a file as any program could. */
export const scribble = (file: string, ...statements: ReadonlyArray<string>): void => {
  const other = new sqlite.DatabaseSync(file)
  for (const statement of statements) other.exec(statement)
  other.close()
}

/** Another program: `tell` it a line, or wait until it has `said` one. */
export interface Program {
  readonly child: ChildProcess
  readonly tell: (line: string) => Effect.Effect<string>
  readonly said: Effect.Effect<string>
  /** Ends it at once, wherever it is. */
  readonly kill: Effect.Effect<void>
}

/** Starts `program.ts` in a process of its own. */
export const program = (file: string): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const script = fileURLToPath(new URL("program.ts", import.meta.url))
      const child = spawn(process.execPath, [script, file], { stdio: ["pipe", "pipe", "inherit"] })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const said = Effect.promise(async () => String((await lines.next()).value))
      const exited = once(child, "exit")
      return {
        child,
        said,
        tell: (line: string) =>
          Effect.andThen(
            Effect.sync(() => child.stdin.write(`${line}\n`)),
            said
          ),
        kill: Effect.promise(() => {
          child.kill("SIGKILL")
          return exited
        })
      }
    }),
    ({ kill }) => kill
  )

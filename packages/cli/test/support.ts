/** Runs the real program, as somebody would in a shell. */
import { execFileSync, spawn, type SpawnOptions } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { FailureReport, load, Results } from "@skippy/cli"
import { Context, Effect, Schema } from "effect"
import type { Command } from "effect/cli"
import { afterAll, expect } from "vitest"

export const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

const repository = fileURLToPath(new URL("../../..", import.meta.url))

const newest = (directory: string): number =>
  Math.max(
    ...readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs)
  )

/** The program as people run it, in one file, which starts three times as fast as its sources. Made when it is older. */
export const bundled = (): string => {
  const program = join(repository, "packages/cli/dist/skippy.mjs")
  const sources = ["core", "http", "google", "cli"].map((name) => newest(join(repository, "packages", name, "src")))
  if (!existsSync(program) || statSync(program).mtimeMs < Math.max(...sources))
    execFileSync(process.execPath, ["scripts/bundle.ts"], { cwd: repository })
  return program
}

const folders: Array<string> = []

/** A folder that is gone after the tests. */
export const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "skippy-cli-"))
  folders.push(made)
  return made
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Options extends SpawnOptions {
  readonly path?: string | undefined
  readonly variables?: Readonly<Record<string, string>> | undefined
  readonly program?: string | undefined
}

/** Nothing of whoever runs the tests counts: neither settings nor credentials. */
export const environmentOf = (home: string, variables: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  // Google's library looks for a cloud otherwise, which takes its time.
  METADATA_SERVER_DETECTION: "none",
  SKIPPY_PATH: join(home, "state"),
  ...variables
})

export const start = (
  args: ReadonlyArray<string>,
  { path = folder(), program = bin, variables, ...options }: Options = {}
) =>
  spawn(process.execPath, [program, ...args], {
    cwd: path,
    env: environmentOf(path, variables),
    stdio: ["ignore", "pipe", "pipe"],
    ...options
  })

export const ended = (child: ReturnType<typeof start>): Promise<Ran> =>
  new Promise((resolve, reject) => {
    let [out, err] = ["", ""]
    child.stdout?.on("data", (bytes: Buffer) => (out += bytes.toString()))
    child.stderr?.on("data", (bytes: Buffer) => (err += bytes.toString()))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, out, err }))
  })

/** Runs a command line without a terminal. */
export const run = (args: ReadonlyArray<string>, options?: Options): Promise<Ran> => ended(start(args, options))

const quoted = (words: ReadonlyArray<string>): string =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ")

/** Runs a line of bash in which `skippy` is the program. */
export const shell = (line: string, { path = folder(), program = bin, variables, ...options }: Options = {}) =>
  ended(
    spawn("bash", ["-c", `skippy() { ${quoted([process.execPath, program])} "$@"; }; ${line}`], {
      cwd: path,
      env: environmentOf(path, variables),
      stdio: ["ignore", "pipe", "pipe"],
      ...options
    })
  )

/** Runs it on a terminal, which somebody types `typed` into. */
export const onTerminal = (
  args: ReadonlyArray<string>,
  path: string,
  typed: string | (() => string) = "",
  { columns = 80, program = bin, variables }: Options & { readonly columns?: number } = {}
): Promise<Ran> => {
  const line = `stty cols ${columns}; ${quoted([process.execPath, program, ...args])}`
  const child = spawn("script", ["-qefc", line, "/dev/null"], {
    cwd: path,
    env: { ...environmentOf(path, variables), TERM: "xterm" },
    stdio: ["pipe", "pipe", "pipe"]
  })
  child.stdout.on("data", (bytes: Buffer) => {
    if (typed === "" || !bytes.toString().includes("(y/N)")) return
    child.stdin.write(typeof typed === "string" ? typed : typed())
  })
  return ended(child)
}

const root = await Effect.runPromise(load(["--completions"]))

const find = (path: ReadonlyArray<string>): Command.Command.Any => {
  let command: Command.Command.Any = root
  for (const name of path) {
    const found = command.subcommands.flatMap(({ commands }) => commands).find((one) => one.name === name)
    if (found === undefined) return command
    command = found
  }
  return command
}

const leavesOf = (command: Command.Command.Any, path: string): ReadonlyArray<string> => {
  const below = command.subcommands.flatMap(({ commands }) => commands)
  return below.length === 0 ? [path] : below.flatMap((one) => leavesOf(one, `${path} ${one.name}`.trim()))
}

/** All commands that do something: `drive list`. */
export const leaves: ReadonlyArray<string> = leavesOf(root, "")

/** The schema a command documents for its JSON. */
const schemaOf = (args: ReadonlyArray<string>) => {
  const results = Context.get(find(args).annotations, Results)
  const wanted = results.find(({ when }) => (when === "with --all") === args.includes("--all")) ?? results[0]
  expect(wanted, `${args.join(" ")} documents what it answers`).toBeDefined()
  return wanted!
}

/** The lines of JSON of a command, each decoded with the schema it documents. */
export const decoded = async (args: ReadonlyArray<string>, options?: Options) => {
  const { code, err, out } = await run([...args, "--json"], options)
  expect(err).toBe("")
  expect(code).toBe(0)
  return parsed(args, out)
}

/** What a command wrote with `--json`, decoded with the schema it documents. */
export const parsed = (args: ReadonlyArray<string>, out: string) => {
  const { many, schema } = schemaOf(args)
  const lines = out.split("\n").filter((line) => line !== "")
  if (!many) expect(lines).toHaveLength(1)
  const decode = Schema.decodeUnknownSync(schema as Schema.Codec<unknown>, { onExcessProperty: "error" })
  return lines.map((line) => {
    const json = JSON.parse(line)
    decode(json)
    return json
  })
}

/** The error of a command that failed with `--json`. */
export const failure = (err: string): FailureReport["error"] => {
  const lines = err.trim().split("\n")
  return Schema.decodeUnknownSync(FailureReport)(JSON.parse(lines[lines.length - 1]!), { onExcessProperty: "error" })
    .error
}

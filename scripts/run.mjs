/**
 * The one way into the repository: `node scripts/run.mjs <command>` installs what is missing, then runs the command
 * under the Node version the project pins. It needs nothing but the machine's own Node (20 or newer) and npm.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const bin = join(root, "node_modules", ".bin")
const pnpm = "pnpm@12.21.0"

/** Written after an install that succeeded: what it installed from. */
const stamp = join(root, "node_modules", ".installed-from")

const lock = createHash("sha256")
  .update(readFileSync(join(root, "pnpm-lock.yaml")))
  .update(readFileSync(join(root, "package.json")))
  .digest("hex")

// Ctrl-C is for the program that runs: it ends, and this one with its exit code.
process.on("SIGINT", () => {})

/** Runs a program and stops with its exit code when it fails. */
const run = (command, args, env = process.env, cwd = root) => {
  const result = spawnSync(command, args, { cwd, env, stdio: "inherit" })
  if (result.error !== undefined) {
    console.error(`cannot run ${command}: ${result.error.message}`)
    process.exit(1)
  }
  // One that a signal ended has no code of its own; shells count from 128.
  if (result.status !== 0) process.exit(result.status ?? 128 + (constants.signals[result.signal ?? ""] ?? 0))
}

const install = () => {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return
  console.error("installing what is missing (once)")
  run("npx", ["--yes", pnpm, "install", "--frozen-lockfile", "--reporter=append-only"])
  writeFileSync(stamp, lock)
}

/** Puts back the manifests of the workspace that scripts/prepack.ts put aside, also those of an `npm pack` that was killed. */
const putBack = () =>
  readdirSync(join(root, "packages")).filter((name) => {
    const aside = join(root, "packages", name, ".package.json")
    const found = existsSync(aside)
    if (found) renameSync(aside, join(root, "packages", name, "package.json"))
    return found
  })

const pinned = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` }
const tool =
  (name, ...args) =>
  () =>
    run(name, args, pinned)
const script = (path, ...args) => tool("node", path, ...args)

/** The command line from its source, where it was called: npm runs everything in the root. */
const skippy = (...args) =>
  run("node", [join(root, "packages/cli/src/bin.ts"), ...args], pinned, process.env["INIT_CWD"] ?? process.cwd())

const refuse = (message) => () => {
  console.error(message)
  process.exit(1)
}

const rest = process.argv.slice(3)
const back = putBack()
const types = tool("tsc", "-b")
const checks = {
  lint: tool("oxlint", "--deny-warnings"),
  format: tool("oxfmt", "--check", "."),
  types,
  unused: tool("knip", "--no-progress"),
  api: script("scripts/api.ts", "--check"),
  metrics: script("scripts/metrics.ts", "--check"),
  settings: script("scripts/settings.ts", "--check"),
  cli: script("scripts/cli.ts", "--check"),
  mcp: script("scripts/mcp.ts", "--check"),
  packages: script("scripts/pack.ts", "--check")
}

const commands = {
  start: [script("packages/cli/src/bin.ts", "demo", ...rest)],
  skippy: [() => skippy(...rest)],
  test: [tool("vitest", "run", "--config", "vitest.workspace.ts", ...rest)],
  check: Object.values(checks),
  ...Object.fromEntries(Object.entries(checks).map(([name, step]) => [`check:${name}`, [step]])),
  fix: [tool("oxlint", "--fix"), tool("oxfmt", ".")],
  api: [types, script("scripts/api.ts")],
  metrics: [script("scripts/metrics.ts")],
  settings: [script("scripts/settings.ts")],
  cli: [script("scripts/cli.ts")],
  mcp: [script("scripts/mcp.ts")],
  bundle: [script("scripts/bundle.ts")],
  release: [
    tool("npx", "--yes", "--package", pnpm, "--", "changeset", "version"),
    script("scripts/version.ts"),
    script("scripts/cli.ts"),
    tool("oxfmt", ".")
  ],
  pack: [script("scripts/pack.ts", ...rest)],
  prepack: [script("scripts/prepack.ts", ...rest)],
  postpack: back.includes(rest[0]) ? [] : [refuse("the manifest was put back while it was packed; pack again")],
  prepublish: [refuse("publish what `npm run pack` makes: npm publish .cache/packs/<package>.tgz")],
  bench: [script("bench/main.ts", ...rest)],
  soak: [script("bench/soak.ts", ...rest)],
  shared: [script("bench/sharedRun.ts", ...rest)],
  "soak:drive": [script("bench/driveSoak.ts", ...rest)]
}

const name = process.argv[2] ?? ""
const steps = commands[name]
if (steps === undefined) {
  console.error(`unknown command "${name}"; one of: ${Object.keys(commands).join(", ")}`)
  process.exit(2)
}
install()
for (const step of steps) step()

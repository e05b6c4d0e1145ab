/**
 * The one way into the repository: `node scripts/run.mjs <command>` installs what is missing, then runs the command
 * under the Node version the project pins. It needs nothing but the machine's own Node (20 or newer) and npm.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
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

/** Runs a program and stops with its exit code when it fails. */
const run = (command, args, env = process.env) => {
  const result = spawnSync(command, args, { cwd: root, env, stdio: "inherit" })
  if (result.error !== undefined) {
    console.error(`cannot run ${command}: ${result.error.message}`)
    process.exit(1)
  }
  if (result.status !== 0) process.exit(result.status ?? 1)
}

const install = () => {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return
  console.error("installing what is missing (once)")
  run("npx", ["--yes", pnpm, "install", "--frozen-lockfile", "--reporter=append-only"])
  writeFileSync(stamp, lock)
}

const tool =
  (name, ...args) =>
  () =>
    run(name, args, { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` })
const script = (path, ...args) => tool("node", path, ...args)

const rest = process.argv.slice(3)
const types = tool("tsc", "-b")
const checks = {
  lint: tool("oxlint", "--deny-warnings"),
  format: tool("oxfmt", "--check", "."),
  types,
  unused: tool("knip", "--no-progress"),
  api: script("scripts/api.ts", "--check"),
  metrics: script("scripts/metrics.ts", "--check"),
  settings: script("scripts/settings.ts", "--check"),
  cli: script("scripts/cli.ts", "--check")
}

const commands = {
  start: [script("examples/outage/main.ts", ...rest)],
  test: [tool("vitest", "run", "--config", "vitest.workspace.ts", ...rest)],
  check: Object.values(checks),
  ...Object.fromEntries(Object.entries(checks).map(([name, step]) => [`check:${name}`, [step]])),
  fix: [tool("oxlint", "--fix"), tool("oxfmt", ".")],
  api: [types, script("scripts/api.ts")],
  metrics: [script("scripts/metrics.ts")],
  settings: [script("scripts/settings.ts")],
  cli: [script("scripts/cli.ts")],
  bundle: [script("scripts/bundle.ts")],
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

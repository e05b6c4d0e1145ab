/**
 * Makes the command line one file, `packages/cli/dist/skippy.mjs`, which needs nothing but Node.
 *
 * The program is in it as a text, which is compiled when a command is run: Node would read all of it for `--version` too,
 * which takes it longer than to start.
 */
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { version } from "@skippy/cli"
import { build } from "rolldown"

const path = (name: string): string => fileURLToPath(new URL(`../packages/cli/${name}`, import.meta.url))

const { output } = await build({
  input: path("src/runtime/Main.ts"),
  cwd: path("."),
  platform: "node",
  external: [/^node:/],
  logLevel: "warn",
  // Effect looks for the variables of a bundler there.
  transform: { define: { "import.meta": "{}" } },
  write: false,
  output: { format: "cjs", codeSplitting: false, minify: true, keepNames: true, dynamicImportInCjs: false }
})
const [{ code }, ...others] = output
if (others.length > 0) throw new Error(`the program is ${output.length} files, not one`)

const program = `#!/usr/bin/env node
// Made by scripts/bundle.ts.
const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) process.stdout.write(${JSON.stringify(`${version}\n`)})
else if (isOld(...process.versions.node.split("."))) {
  process.stderr.write("skippy: this is Node " + process.versions.node + "; install Node 22.19 or newer\\n")
  process.exitCode = 2
} else {
  const { createRequire } = await import("node:module")
  const { Script } = await import("node:vm")
  const { fileURLToPath } = await import("node:url")
  const filename = fileURLToPath(import.meta.url)
  const program = new Script("(function(exports,require,module,__filename){" + text() + "\\n})", { filename })
  const module = { exports: {} }
  program.runInThisContext()(module.exports, createRequire(filename), module, filename)
  process.exitCode = await module.exports.main(args)
}
function isOld(major, minor) { return major < 22 || (major === "22" && minor < 19) }
function text() { return ${JSON.stringify(code)} }
`

const file = path("dist/skippy.mjs")
mkdirSync(path("dist"), { recursive: true })
writeFileSync(file, program)
chmodSync(file, 0o755)
console.log(`${file}: ${(statSync(file).size / 1_000_000).toFixed(1)} MB`)

/**
 * Makes the command line one file, `packages/cli/dist/skippy.mjs`, which needs nothing but Node.
 *
 * The program is in it in pieces, each packed in a comment of its own, which is unpacked and compiled when it is first needed:
 * to read all of it takes Node several times as long as to start. What Node compiled it keeps below `XDG_CACHE_HOME`, where it
 * can, for the next start. `THIRD-PARTY-LICENSES` beside it has the licences of what is in it.
 */
import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { constants, zstdCompressSync } from "node:zlib"
import { version } from "@skippy/cli"
import { build } from "rolldown"
import { licensesOf } from "./licenses.ts"

const path = (name: string): string => fileURLToPath(new URL(`../packages/cli/${name}`, import.meta.url))

const { output } = await build({
  input: path("src/runtime/Main.ts"),
  cwd: path("."),
  platform: "node",
  external: [/^node:/],
  logLevel: "warn",
  preserveEntrySignatures: "allow-extension",
  // Effect looks for the variables of a bundler there.
  transform: { define: { "import.meta": "{}" } },
  write: false,
  output: {
    format: "cjs",
    minify: true,
    keepNames: true,
    dynamicImportInCjs: false,
    // The same in all versions: Node keeps what it compiled by name, and a new version takes the place of the one before.
    chunkFileNames: "[name].js",
    codeSplitting: {
      includeDependenciesRecursively: false,
      // What every command needs; without this it is in one piece with all of @skippy/core.
      groups: [{ name: "errors", test: /packages\/core\/src\/(error\/|config\/NearName)|effect\/dist\/Logger/ }]
    }
  }
})

const level = { params: { [constants.ZSTD_c_compressionLevel]: 19 } }
const chunks = output.filter((piece) => piece.type === "chunk")
const pieces = chunks.map(
  ({ code, fileName }) => `//@./${fileName} ${zstdCompressSync(code, level).toString("base64")}\n`
)
const entry = chunks.find(({ isEntry }) => isEntry)
if (entry === undefined) throw new Error("no piece of the program is its beginning")

const program = `#!/usr/bin/env node
// Made by scripts/bundle.ts.
const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) process.stdout.once("error", untold).write(${JSON.stringify(`${version}\n`)})
else if (isOld(...process.versions.node.split("."))) {
  process.stderr.write("skippy: this is Node " + process.versions.node + "; install Node 22.19 or newer\\n")
  process.exitCode = 2
} else {
  const { lstatSync, mkdirSync, readFileSync } = await import("node:fs")
  const stat = (path) => lstatSync(path, { throwIfNoEntry: false })
  // Node runs what it finds there, so nobody else may write there.
  const isOwn = ({ mode, uid }) => process.getuid === undefined || (uid === process.getuid() && (mode & 0o22) === 0)
  const keepsIn = (caches) => {
    const folder = join(caches, "skippy")
    try {
      // Node would make all folders above too, which never ends where a system has none to give, as in /proc.
      for (const path of [caches, folder]) if (stat(path) === undefined) mkdirSync(path, 0o700)
      const found = stat(folder)
      if (found.isDirectory() && isOwn(found)) enableCompileCache(folder)
    } catch {
      // Without it everything is as well, and slower to start.
    }
  }
  const { createRequire, enableCompileCache, Module } = await import("node:module")
  const { homedir } = await import("node:os")
  const { join } = await import("node:path")
  const { zstdDecompressSync } = await import("node:zlib")
  const { fileURLToPath } = await import("node:url")
  const { url } = import.meta
  const filename = fileURLToPath(url)
  const { NODE_COMPILE_CACHE: given = "", XDG_CACHE_HOME: caches = "" } = process.env
  if (given === "") keepsIn(caches.startsWith("/") ? caches : join(homedir(), ".cache"))
  const ofNode = createRequire(filename)
  const file = readFileSync(filename, "latin1")
  const places = new Map()
  for (let at = file.indexOf("\\n//@"); at !== -1; at = file.indexOf("\\n//@", at + 1)) {
    const begin = file.indexOf(" ", at) + 1
    places.set(file.slice(at + 4, begin - 1), begin)
  }
  const loaded = new Map()
  const load = (name) => {
    const begin = places.get(name)
    if (begin === undefined) return ofNode(name)
    const known = loaded.get(name)
    if (known !== undefined) return known.exports
    const module = new Module(filename + name.slice(1))
    module.filename = module.id
    module.require = load
    loaded.set(name, module)
    const text = zstdDecompressSync(Buffer.from(file.slice(begin, file.indexOf("\\n", begin)), "base64")).toString()
    // The compile cache keeps only what Node's own loader compiles, not what node:vm does.
    module._compile(text, module.filename)
    return module.exports
  }
  process.exitCode = await load(${JSON.stringify(`./${entry.fileName}`)}).main(args)
}
function untold({ code }) {
  if (code === "EPIPE") return
  process.stderr.write("skippy: the version cannot be written (" + code + ")\\n")
  process.exitCode = 1
}
function isOld(major, minor) { return major < 22 || (major === "22" && minor < 19) }
${pieces.join("")}`

const file = path("dist/skippy.mjs")
mkdirSync(path("dist"), { recursive: true })
// Whoever starts it meanwhile gets the old one, whole.
const made = `${file}.${process.pid}`
writeFileSync(made, program)
chmodSync(made, 0o755)
renameSync(made, file)
writeFileSync(path("dist/THIRD-PARTY-LICENSES"), licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds)))
console.log(`${file}: ${(statSync(file).size / 1_000_000).toFixed(1)} MB`)

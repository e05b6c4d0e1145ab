/**
 * How much memory an upload takes: a large file through the real transport to a Drive in a process of its own.
 *
 *   node uploadMemory.ts [MIB] [CHUNK_MIB]      2048 by default, sent with one request
 *
 * What is measured is a process of its own, too, that runs what is compiled (`tsc -b`), as programs do, and whose heap may
 * take 64 MiB. Without a limit V8 lets 64 MB of used buffers and a young generation of 48 MB lie about, which is more than
 * what is to be shown here: `fs.createReadStream` and undici alone take 150 MB then. Prints JSON: the size of the file, the
 * time, and the most memory the process ever had beside what it had before, in bytes.
 */
import { execFileSync, fork } from "node:child_process"
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const mebibyte = 2 ** 20
const [mebibytes = 2048, chunkMebibytes = 0] = process.argv.slice(2).map(Number)

const directory = mkdtempSync(join(tmpdir(), "skippy-upload-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

/** A file with holes: it is as long as it says, and takes no room. */
const path = join(directory, "film.bin")
const file = openSync(path, "w")
writeSync(file, "a film")
ftruncateSync(file, mebibytes * mebibyte)
closeSync(file)

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Starts Drive in a process of its own that ends with this one, and answers its address. */
const server = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = fork(at("uploadServer.ts"), [], { execArgv: [] })
    child.once("error", reject)
    child.once("message", (url) => resolve(String(url)))
  })

// The workspace's own compiler, which does nothing when all is compiled.
execFileSync(at("../node_modules/.bin/tsc"), ["-b", at("../packages/google/tsconfig.json")], { stdio: "inherit" })

const url = await server()
const options = ["--max-heap-size=64", "--import", at("compiled.mjs"), at("uploadClient.mjs")]
const given = [url, path, String(chunkMebibytes * mebibyte), join(directory, "state")]
const output = execFileSync(process.execPath, [...options, ...given], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"]
})
console.log(output.trim())
process.exit(0)

/** One limit for several processes: three workers share a file, and together they stay below what the provider allows. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const workers = 3
const callsEach = 4

// Where your programs keep their state; here it is gone afterwards.
const directory = mkdtempSync(join(tmpdir(), "skippy-"))
const worker = fileURLToPath(new URL("worker.ts", import.meta.url))
const work = () => promisify(execFile)(process.execPath, [worker, directory, String(callsEach)])

try {
  const ended = await Promise.all(Array.from({ length: workers }, work))
  const made = ended.reduce((sum, { stdout }) => sum + Number(stdout), 0)
  console.log(`${workers} processes wanted to make ${workers * callsEach} calls; the limit is 6, and ${made} were made`)
} finally {
  rmSync(directory, { recursive: true })
}

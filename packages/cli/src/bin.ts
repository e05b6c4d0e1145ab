#!/usr/bin/env node
/**
 * The program. The version is told without loading anything else.
 *
 * @module
 */
import { version } from "./runtime/Version.ts"

const args = process.argv.slice(2)
const [only] = args

/** That nobody reads is no failure. */
const untold = ({ code }: NodeJS.ErrnoException): void => {
  if (code === "EPIPE") return
  process.stderr.write(`skippy: the version cannot be written (${code})\n`)
  process.exitCode = 1
}

if (args.length === 1 && (only === "--version" || only === "-v"))
  process.stdout.once("error", untold).write(`${version}\n`)
else {
  const { main } = await import("./runtime/Main.ts")
  process.exitCode = await main(args)
}

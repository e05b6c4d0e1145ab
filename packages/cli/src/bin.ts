#!/usr/bin/env node
/**
 * The program. The version is told without loading anything else.
 *
 * @module
 */
import { version } from "./runtime/Version.ts"

const args = process.argv.slice(2)
const [only] = args

if (args.length === 1 && (only === "--version" || only === "-v")) process.stdout.write(`${version}\n`)
else {
  const { main } = await import("./runtime/Main.ts")
  process.exitCode = await main(args)
}

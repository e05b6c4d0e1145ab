/**
 * Makes the reference of the command line from the help of the commands and the schemas of their results: docs/cli.md, and
 * docs/man/skippy.1 for `man`. `--check` fails when a file is not what the commands say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { manOf } from "./cli/man.ts"
import { markdownOf } from "./cli/markdown.ts"
import { program } from "./cli/pages.ts"

const check = process.argv.includes("--check")
for (const [name, text] of [
  ["docs/cli.md", markdownOf(program)],
  ["docs/man/skippy.1", manOf(program)]
] as const) {
  const file = new URL(`../${name}`, import.meta.url)
  if (!check) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${name} is not what the commands say; run: npm run cli`)
    process.exitCode = 1
  }
}

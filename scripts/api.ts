/**
 * Records the public API of each package in `packages/<name>/api.txt`: every declaration its entry points reach, without
 * comments. `--check` fails when a record is not what the sources say, so no change of the API goes unseen.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const packages = fileURLToPath(new URL("../packages", import.meta.url))
const importPath = /(?:from|import)\s*\(?"(\.{1,2}\/[^"]+)"/g

const withoutComments = (source: string): string =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "")
    .replaceAll(/^\s*\n/gm, "")

const declarationsOf = (file: string, seen: Map<string, string>): void => {
  if (seen.has(file)) return
  const source = withoutComments(readFileSync(file, "utf8"))
  seen.set(file, source)
  for (const [, path = ""] of source.matchAll(importPath)) {
    declarationsOf(join(dirname(file), path.replace(/\.(ts|js)$/, ".d.ts")), seen)
  }
}

const entriesOf = (name: string): ReadonlyArray<string> => {
  const { exports } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"))
  return Object.values<string>(exports).map((path) =>
    join(packages, name, path.replace("./src/", "./dist/").replace(/\.ts$/, ".d.ts"))
  )
}

const recordOf = (name: string): string => {
  const seen = new Map<string, string>()
  for (const entry of entriesOf(name)) declarationsOf(entry, seen)
  const dist = join(packages, name, "dist")
  return Array.from(seen)
    .map(([file, source]) => ({ file: relative(dist, file), source }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .map(({ file, source }) => `// ${file}\n${source}`)
    .join("\n")
}

const check = process.argv.includes("--check")
for (const name of readdirSync(packages)) {
  const file = join(packages, name, "api.txt")
  const record = recordOf(name)
  if (!check) {
    writeFileSync(file, record)
    continue
  }
  if (existsSync(file) && readFileSync(file, "utf8") === record) continue
  console.error(`the public API of packages/${name} differs from its record; look at it, then run: npm run api`)
  process.exitCode = 1
}

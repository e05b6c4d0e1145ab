/**
 * Makes what npm installs: `.cache/packs/skippy-<name>-<version>.tgz`, one for each package. `--to FOLDER` puts them
 * there; `--check` fails when publint or "Are the types wrong?" have anything to say of them.
 */
import { spawnSync } from "node:child_process"
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { build, folderOf, manifestOf, names, publishedOf, root, run } from "./build.ts"

const { values } = parseArgs({ options: { to: { type: "string" }, check: { type: "boolean" } } })
const packs = resolve(values.to ?? join(root, ".cache/packs"))
const staged = mkdtempSync(join(tmpdir(), "skippy-pack-"))
process.on("exit", () => rmSync(staged, { recursive: true }))

/** A folder with what the package publishes and nothing else. */
const stage = (name: string): string => {
  const folder = join(staged, name)
  for (const file of [...manifestOf(name).files, "README.md", "LICENSE"])
    cpSync(join(folderOf(name), file), join(folder, file), { recursive: true })
  writeFileSync(join(folder, "package.json"), publishedOf(name))
  return folder
}

build()
mkdirSync(packs, { recursive: true })
for (const old of globSync(join(packs, "skippy-*.tgz"))) rmSync(old)
run("npm", "pack", "--silent", "--pack-destination", packs, ...names.map(stage))

/** They have much to say when nothing is wrong; it is shown when something is. */
const approved = (command: string, ...args: ReadonlyArray<string>): void => {
  const { error, status, stderr, stdout } = spawnSync(command, args, { encoding: "utf8" })
  if (error !== undefined) throw error
  if (status === 0) return
  console.error(stdout + stderr)
  process.exitCode = 1
}

if (values.check === true)
  for (const pack of globSync(join(packs, "skippy-*.tgz"))) {
    approved("publint", "run", pack, "--strict")
    // The command line is a program, it has no types.
    if (!pack.includes("skippy-cli-"))
      approved("attw", pack, "--profile", "esm-only", "--no-definitely-typed", "--format", "ascii", "--no-color")
  }

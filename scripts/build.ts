/**
 * Builds what the packages consist of when they are installed, and knows their manifests.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, globSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { version } from "@skippy/cli"
import { type Manifest, published } from "./manifest.ts"

/** The folder of the workspace. */
export const root = fileURLToPath(new URL("..", import.meta.url))

const libraries = ["core", "http", "google"]

/** The packages, by their folders. */
export const names: ReadonlyArray<string> = [...libraries, "cli"]

/** The folder of a package. */
export const folderOf = (name: string): string => join(root, "packages", name)

/** What a package's manifest says inside the workspace. */
export const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8"))

/** What it says to those who install it. */
export const publishedOf = (name: string): string => {
  const versions = Object.fromEntries(names.map(manifestOf).map(({ name, version }) => [name, version]))
  return `${JSON.stringify(published(manifestOf(name), versions), null, 2)}\n`
}

/** The compiler leaves what it made of a source that is gone. */
const tidy = (folder: string): void => {
  for (const path of globSync("**/*.{js,d.ts,map}", { cwd: join(folder, "dist") }))
    if (!existsSync(join(folder, "src", path.replace(/(\.js|\.d\.ts)(\.map)?$/, ".ts"))))
      rmSync(join(folder, "dist", path))
}

/** Runs a program, which tells on stderr what it has to say, and ends with its exit code when it fails. */
export const run = (command: string, ...args: ReadonlyArray<string>): void => {
  // Stdout is that of `npm pack`, which this may run inside.
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** Brings `dist` of every package up to date. */
export const build = (): void => {
  if (manifestOf("cli").version !== version)
    throw new Error(`the command line says it is ${version}, its package.json ${manifestOf("cli").version}`)
  run("tsc", "-b", ...libraries.map(folderOf))
  for (const name of libraries) tidy(folderOf(name))
  run("node", "scripts/bundle.ts")
  copyFileSync(join(root, "docs/man/skippy.1"), join(folderOf("cli"), "dist/skippy.1"))
}

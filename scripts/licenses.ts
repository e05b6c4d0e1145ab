/**
 * The licences of the packages a bundle has code of, which ask to be given to whoever gets it.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

interface Package {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const packagePattern = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/
const licensePattern = /^(licen[cs]e|copying|notice)(\.|-|$)/i

/** Some have it in their README only, at its end. */
const readmePattern = /^(#+ *)?licen[cs]e\s[\s\S]*$/im

const textsIn = (folder: string): ReadonlyArray<string> => {
  const textOf = (file: string) => readFileSync(join(folder, file), "utf8").trim()
  const files = readdirSync(folder).toSorted()
  const own = files.filter((file) => licensePattern.test(file))
  return own.length > 0
    ? own.map(textOf)
    : files.filter((file) => /^readme/i.test(file)).flatMap((file) => readmePattern.exec(textOf(file))?.[0] ?? [])
}

const sectionOf = (folder: string): readonly [name: string, section: string] => {
  const { license, name, version }: Package = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const texts = textsIn(folder)
  if (license === undefined || texts.length === 0)
    throw new Error(`${name} ${version} comes without a licence, so its code cannot be given to others`)
  return [name, [`${name} ${version} (${license})`, ...texts].join("\n\n")]
}

/** The names, versions and licences of the packages that the files are of, by name. */
export const licensesOf = (files: ReadonlyArray<string>): string => {
  const folders = new Set(files.flatMap((file) => packagePattern.exec(file)?.[1] ?? []))
  const sections = Array.from(folders, sectionOf).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `skippy contains code of these packages.\n\n${sections.map(([, section]) => section).join(`\n\n${"-".repeat(80)}\n\n`)}\n`
}

/**
 * Settles which value every setting has and where it comes from, and finds all that is wrong, as a pure function.
 *
 * The strongest source that names a setting decides: flag, environment, project file, user file, and then the setting it
 * inherits from, and the default. A wrong value of that source is an error; it never falls silently to a weaker one.
 *
 * @module
 */
import { Redacted, Result } from "effect"
import { nearName } from "./NearName.ts"
import { errorsFirst, type Problem } from "./Problem.ts"
import { doubts } from "./Sense.ts"
import { envOf, type Setting, spellingOf } from "./Setting.ts"
import { settingOfEnv, settingOfKey, settings } from "./Settings.ts"
import { rawText, redacted } from "./SettingText.ts"
import { type Entry, type Source, sourceNames } from "./Sources.ts"
import { type Origin, originText, type Settled, type Values } from "./Values.ts"

/** What the sources come to. */
export interface Resolution {
  readonly values: Values
  /** Errors first. */
  readonly problems: ReadonlyArray<Problem>
}

const originOf = ({ name, where }: Source, entry: Entry): Origin => ({
  source: name,
  where: name === "flag" || name === "environment" ? entry.name : `${where}: ${entry.name}`
})

interface Given {
  readonly entry: Entry
  readonly origin: Origin
}

const prefix = envOf("")
// All variables begin alike, which must not make them near.
const variables = settings.map(({ env }) => env.slice(prefix.length))
const keys = settings.map(({ key }) => spellingOf(key))

const unknownName = (source: Source, entry: Entry): Problem => {
  const variable = source.name === "environment"
  const near = variable
    ? settingOfEnv(prefix + (nearName(entry.name.slice(prefix.length), variables) ?? ""))?.env
    : settingOfKey(nearName(spellingOf(entry.name), keys) ?? "")?.key
  return {
    // A file or an environment may be older or newer than the program; a command line is meant for this one.
    severity: source.name === "flag" ? "error" : "warning",
    key: entry.name,
    // A misspelled secret is one all the same.
    value: redacted,
    origin: originText(originOf(source, entry)),
    problem: `there is no such ${variable ? "variable" : "setting"}, so it does nothing`,
    fix: near === undefined ? "check its spelling or remove it" : `did you mean "${near}"?`
  }
}

const wrong = (setting: Setting, { entry, origin }: Given, by: Given | undefined, fix: string): Problem => ({
  severity: by === undefined ? "error" : "warning",
  key: setting.key,
  value: rawText(setting, Redacted.value(entry.raw)),
  origin: originText(origin),
  problem:
    by === undefined
      ? "it cannot be used"
      : `it cannot be used, which harms nobody only while ${originText(by.origin)} is stronger`,
  fix
})

const twice = (setting: Setting, first: Given, second: Given): Problem => ({
  severity: "error",
  key: setting.key,
  value: rawText(setting, Redacted.value(second.entry.raw)),
  origin: originText(second.origin),
  problem: `it is given a second time, after ${first.entry.name}`,
  fix: "remove one of the two"
})

const inTheOpen = (setting: Setting, { origin }: Given): Problem => ({
  severity: "warning",
  key: setting.key,
  value: redacted,
  origin: originText(origin),
  problem: "it is a secret in the file of the project, and such files get committed",
  fix: `move it to the environment (${setting.env}) or to your user file`
})

interface Collected {
  /** By key, the strongest source first. */
  readonly given: ReadonlyMap<string, ReadonlyArray<Given>>
  readonly problems: ReadonlyArray<Problem>
}

/** Brings what is given to the settings it is meant for. */
const collect = (sources: ReadonlyArray<Source>): Collected => {
  const problems: Array<Problem> = []
  const given = new Map<string, ReadonlyArray<Given>>()
  for (const source of sources) {
    for (const entry of source.entries) {
      const setting = source.name === "environment" ? settingOfEnv(entry.name) : settingOfKey(entry.name)
      if (setting === undefined) {
        problems.push(unknownName(source, entry))
        continue
      }
      const own: Given = { entry, origin: originOf(source, entry) }
      const before = given.get(setting.key) ?? []
      const same = before.find(({ origin }) => origin.source === source.name)
      if (same === undefined) given.set(setting.key, [...before, own])
      else problems.push(twice(setting, same, own))
    }
  }
  return { given, problems }
}

/** Reads what is given for a setting; only the strongest becomes its value. */
const settle = (setting: Setting, all: ReadonlyArray<Given>) => {
  const problems: Array<Problem> = []
  let settled: Settled | undefined
  for (const [index, one] of all.entries()) {
    const by = index === 0 ? undefined : all[0]
    const parsed = setting.parse(Redacted.value(one.entry.raw))
    if (Result.isFailure(parsed)) problems.push(wrong(setting, one, by, parsed.failure))
    else if (by === undefined) settled = { value: parsed.success, origin: one.origin }
    if (setting.type === "secret" && one.origin.source === "project file") problems.push(inTheOpen(setting, one))
  }
  return { settled, problems }
}

/** Which value every setting has, and all that is wrong. The order of `sources` does not matter. */
export const resolve = (sources: ReadonlyArray<Source>): Resolution => {
  const strongestFirst = sources.toSorted((a, b) => sourceNames.indexOf(a.name) - sourceNames.indexOf(b.name))
  const { given, problems: unfit } = collect(strongestFirst)
  const problems = [...unfit]
  const values = new Map<string, Settled>()
  for (const setting of settings) {
    const own = settle(setting, given.get(setting.key) ?? [])
    problems.push(...own.problems)
    if (own.settled !== undefined) values.set(setting.key, own.settled)
  }
  for (const { default: value, inherits = "", key } of settings) {
    // One that is given and wrong has no value at all.
    if (given.has(key)) continue
    const inherited = values.get(inherits)
    // Of what is inherited only what somebody sets counts: a service has a default of its own.
    if (inherited !== undefined && inherited.origin.source !== "default") values.set(key, inherited)
    else if (value !== undefined) values.set(key, { value, origin: { source: "default", where: "" } })
  }
  return { values, problems: errorsFirst([...problems, ...doubts(values)]) }
}

/**
 * What people are told of many files: the plan of what is to be done, and what became of it. Pure.
 *
 * @module
 */
import { count, oneLine } from "../../output/Style.ts"

/** A file of a batch. */
export interface Item {
  readonly name: string
  readonly status: string
  readonly problem?: { readonly message: string; readonly retryable: boolean } | undefined
}

/** How many names are told, and how many problems. */
const shownNames = 10

/** In characters. */
const longestName = 120
const longestProblem = 400

const cut = (text: string, longest: number): string => {
  const characters = Array.from(oneLine(text))
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("")
}

/** A name in a sentence: where it ends is seen, whatever is in it. */
export const quoted = (name: string): string => `"${cut(name, longestName).replaceAll(/["\u201C-\u201F]/g, "'")}"`

const namesText = (names: ReadonlyArray<string>): string => {
  const more = names.length - shownNames
  const shown = names.slice(0, shownNames).map(quoted).join(", ")
  return more > 0 ? `${shown} and ${more} more` : shown
}

/** The first problems, one a line. */
export const problemsOf = (items: ReadonlyArray<Item>): ReadonlyArray<string> => {
  const failed = items.filter(({ problem }) => problem !== undefined)
  const more = failed.length - shownNames
  return [
    ...failed
      .slice(0, shownNames)
      .map(
        ({ name, problem }) =>
          `${quoted(name)}: ${cut(problem?.message ?? "", longestProblem)}${problem?.retryable === true ? " (may work later)" : ""}`
      ),
    ...(more > 0 ? [`and ${more} more that failed`] : [])
  ]
}

/** What somebody who has to agree is told. */
export interface Told {
  /** `Move`. */
  readonly verb: string
  /** `into "Archive" (1AbC)`. */
  readonly where: string
  readonly items: ReadonlyArray<Item>
  /** What else there is to know, one a line. */
  readonly notes: ReadonlyArray<string>
}

/** The question with the plan; `undefined` when nothing is to be done. */
export const questionOf = ({ items, notes, verb, where }: Told): string | undefined => {
  const planned = items.filter(({ status }) => status === "planned")
  if (planned.length === 0) return undefined
  const left = items.filter(({ problem, status }) => status !== "planned" && problem === undefined).length
  return [
    `${verb} ${count(planned.length, "file")} ${where}: ${namesText(planned.map(({ name }) => name))}.`,
    ...(left > 0 ? [`${count(left, "file")} will be left as ${left === 1 ? "it is" : "they are"}.`] : []),
    ...problemsOf(items).map((line) => `Cannot be done: ${line}`),
    ...notes
  ].join("\n")
}

/** Files that are left out of an upload. */
export const leftOutText = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.length === 0
    ? []
    : [`Left out, because they may hold secrets, or are not below an allowed folder: ${namesText(names)}.`]

const words = [
  ["moved", "moved"],
  ["uploaded", "uploaded"],
  ["already", "there already"],
  ["identical", "there already"],
  ["failed", "failed"],
  ["notTried", "not tried"]
] as const

/** How many came to what, in words; `none` when there is no file at all. */
export const summaryOf = (items: ReadonlyArray<Item>, none: string): string => {
  const parts = words.flatMap(([status, word]) => {
    const number = items.filter((item) => item.status === status).length
    return number === 0 ? [] : [`${number} ${word}`]
  })
  return parts.length === 0 ? none : `${count(items.length, "file")}: ${parts.join(", ")}`
}

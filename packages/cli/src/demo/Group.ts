/**
 * Which files are put in order: those whose names begin with the same word. Pure.
 *
 * @module
 */

const wordOf = (name: string): string => /^[\p{L}\p{N}]+/u.exec(name)?.[0] ?? name

/** The word most of the names begin with; of those as frequent, the first. */
export const groupOf = (names: ReadonlyArray<string>): string => {
  const groups = Array.from(Map.groupBy(names, wordOf), ([word, own]) => ({ word, count: own.length }))
  return groups.toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))[0]?.word ?? ""
}

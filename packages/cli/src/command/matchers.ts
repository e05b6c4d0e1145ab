/**
 * What a silence is about, as it is written on a command line: `service=google-*`, `level=ERROR`, or just the name of an
 * alert. Pure.
 *
 * @module
 */
import { Alert } from "@skippy/core"
import { Effect } from "effect"
import { UsageError } from "../output/Failure.ts"

const wrong = (word: string, fix: string) => Effect.fail(new UsageError({ problem: `the matcher "${word}" ${fix}` }))

/** The label Prometheus has for the name of an alert; `name` is shorter. */
const nameLabel = "alertname"

const levels: ReadonlySet<string> = new Set(Alert.AlertLevel.literals)

const partsOf = (word: string): readonly [label: string, pattern: string] => {
  const at = word.indexOf("=")
  if (at === -1) return [nameLabel, word]
  const label = word.slice(0, at).trim()
  return [label === "name" ? nameLabel : label, word.slice(at + 1).trim()]
}

/** The matchers of some words; each label once. Fails with what is wrong with a word. */
export const matchersOf = (words: ReadonlyArray<string>): Effect.Effect<Readonly<Record<string, string>>, UsageError> =>
  Effect.gen(function* () {
    const matchers = new Map<string, string>()
    for (const word of words) {
      const [label, pattern] = partsOf(word)
      if (!/^[A-Za-z_]\w*$/.test(label)) return yield* wrong(word, "names no label; write service=google-drive")
      if (pattern === "") return yield* wrong(word, `says nothing of ${label}; write ${label}=* for any`)
      if (label === "level" && !pattern.includes("*") && !levels.has(pattern))
        return yield* wrong(word, `names no level; there are ${Alert.AlertLevel.literals.join(", ")}`)
      if (matchers.has(label)) return yield* wrong(word, `is the second of ${label}; give each label once`)
      matchers.set(label, pattern)
    }
    return Object.fromEntries(matchers)
  })

/** Matchers as they are written. */
export const matchersText = (matchers: Readonly<Record<string, string>>): string =>
  Object.entries(matchers)
    .map(([label, pattern]) => `${label === nameLabel ? "name" : label}=${pattern}`)
    .join(" ")

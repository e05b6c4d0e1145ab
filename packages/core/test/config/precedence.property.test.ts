import { Duration, Redacted } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { settingOfKey, settings } from "../../src/config/Settings.ts"
import * as Sources from "../../src/config/Sources.ts"
import { resolve } from "../../src/config/Validation.ts"

const keys = [
  "path",
  "retry.max_attempts",
  "circuit_breaker.timeout",
  "google-drive.max_attempts",
  "github.max_attempts",
  "github.circuit_breaker_timeout",
  "pexels.api_key",
  "alerts.level",
  "otlp.endpoint"
] as const
type Key = (typeof keys)[number]

const inherits: Partial<Record<Key, Key>> = {
  "google-drive.max_attempts": "retry.max_attempts",
  "github.max_attempts": "retry.max_attempts",
  "github.circuit_breaker_timeout": "circuit_breaker.timeout"
}

/** A value of the right kind that tells which source gave it. */
const valueOf = (key: Key, source: number): string | number => {
  if (key === "alerts.level") return ["DEBUG", "INFO", "ERROR", "CRITICAL"][source]!
  if (key === "otlp.endpoint") return `https://host-${source}/`
  return key === "path" || key === "pexels.api_key" ? `text-${source}` : source + 1
}

type Table = Partial<Record<Key, boolean>>

const table: fc.Arbitrary<Table> = fc.record(
  Object.fromEntries(keys.map((key) => [key, fc.boolean()])) as Record<Key, fc.Arbitrary<boolean>>
)

const given = (table: Table, source: number) =>
  Object.fromEntries(keys.filter((key) => table[key]).map((key) => [key, valueOf(key, source)]))

/** A file, with the tables of a service written in both ways. */
const toml = (table: Table, source: number, dash: boolean) =>
  Object.entries(given(table, source))
    .map(([key, value]) => `${dash ? key : key.replaceAll("-", "_")} = ${JSON.stringify(value)}`)
    .join("\n")

const plain = (value: unknown) =>
  Duration.isDuration(value) ? Duration.toSeconds(value) : Redacted.isRedacted(value) ? Redacted.value(value) : value

/** The rule, as a person would follow it. */
const expected = (tables: ReadonlyArray<Table>, key: Key): { readonly value: unknown; readonly source: string } => {
  for (const [index, name] of Sources.sourceNames.entries()) {
    if (tables[index]![key]) return { value: valueOf(key, index), source: name }
  }
  const from = inherits[key]
  if (from !== undefined) {
    const inherited = expected(tables, from)
    if (inherited.source !== "default") return inherited
  }
  return { value: plain(settingOfKey(key)!.default), source: "default" }
}

describe("the order of the sources", () => {
  it("is flag, environment, project file, user file, inherited, default, whatever is set where", () => {
    fc.assert(
      fc.property(
        fc.tuple(table, table, table, table),
        fc.boolean(),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        (tables, dash, order) => {
          const environment = Object.entries(given(tables[1], 1)).map(([key, value]) => [
            settingOfKey(key)!.env,
            String(value)
          ])
          const sources = [
            Sources.ofFlags(given(tables[0], 0)),
            Sources.ofEnvironment(Object.fromEntries(environment)),
            ...Sources.ofToml("project file", "skippy.toml", toml(tables[2], 2, dash)).sources,
            ...Sources.ofToml("user file", "/home/me/skippy.toml", toml(tables[3], 3, !dash)).sources
          ]
          const { problems, values } = resolve(order.map((index) => sources[index]!))
          expect(problems.filter(({ severity }) => severity === "error")).toEqual([])
          for (const key of keys) {
            const settled = values.get(key)
            expect([key, plain(settled?.value), settled?.origin.source ?? "default"]).toEqual([
              key,
              ...Object.values(expected(tables, key))
            ])
          }
        }
      )
    )
  })

  it("leaves every setting nobody sets at its default", () => {
    const { problems, values } = resolve([])
    expect(problems).toEqual([])
    for (const setting of settings) expect(values.get(setting.key)?.value).toBe(setting.default)
  })
})

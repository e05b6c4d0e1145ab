/**
 * `and` and `or` have one rank in the language of Drive and are read from left to right
 * (https://developers.google.com/workspace/drive/api/guides/search-files), and `not` takes one term. A query that was
 * written by hand lost its meaning when it was joined with another.
 */
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Query from "../../src/drive/Query.ts"
import { matches } from "../../src/testing/drive/query/Match.ts"
import { parse } from "../../src/testing/drive/query/Parse.ts"
import { file, me } from "../testing/query/support.ts"

const holds = (query: Query.Query, trashed: boolean, starred: boolean, shared: boolean): boolean => {
  const parsed = parse(Query.textOf(query))
  if (parsed._tag === "Wrong") throw new Error(`${Query.textOf(query)}: ${parsed.message}`)
  return matches(parsed.query, { ...file, trashed, starred, sharedWithMeTime: shared ? 0 : undefined }, me)
}

/** A query, and what it is to mean. */
interface Meant {
  readonly query: Query.Query
  readonly means: (trashed: boolean, starred: boolean, shared: boolean) => boolean
}

const meant: fc.Arbitrary<Meant> = fc.letrec<{ meant: Meant }>((tie) => ({
  meant: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Meant>(
      { query: Query.trashed(), means: (trashed) => trashed },
      { query: Query.starred(false), means: (_, starred) => !starred },
      { query: Query.sharedWithMe, means: (_, __, shared) => shared },
      { query: Query.raw("trashed = true or starred = true"), means: (trashed, starred) => trashed || starred },
      { query: Query.raw("not sharedWithMe and trashed = true"), means: (trashed, _, shared) => !shared && trashed }
    ),
    tie("meant").map(({ means, query }) => ({
      query: Query.not(query),
      means: (...of: Parameters<Meant["means"]>) => !means(...of)
    })),
    fc.tuple(tie("meant"), tie("meant")).map(([a, b]) => ({
      query: Query.and(a.query, b.query),
      means: (...of: Parameters<Meant["means"]>) => a.means(...of) && b.means(...of)
    })),
    fc.tuple(tie("meant"), tie("meant"), tie("meant")).map(([a, b, c]) => ({
      query: Query.or(a.query, b.query, c.query),
      means: (...of: Parameters<Meant["means"]>) => a.means(...of) || b.means(...of) || c.means(...of)
    }))
  )
})).meant

describe("queries that are joined", () => {
  it("mean what their parts mean, also those written by hand", () => {
    fc.assert(
      fc.property(meant, fc.boolean(), fc.boolean(), fc.boolean(), ({ means, query }, trashed, starred, shared) => {
        expect(holds(query, trashed, starred, shared)).toBe(means(trashed, starred, shared))
      }),
      { numRuns: 1000 }
    )
  })
})

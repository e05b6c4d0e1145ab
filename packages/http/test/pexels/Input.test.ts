/** What is refused before anything is sent. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { normalizeColor, normalizeQuery } from "../../src/pexels/Input.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { directory, inMemory, log } from "./support.ts"

type Call = (
  pexels: Record<string, (input: unknown) => Effect.Effect<unknown, unknown>>
) => Effect.Effect<unknown, unknown>

const colors =
  'give "red", "orange", "yellow", "green", "turquoise", "blue", "violet", "pink", "brown", "black", "gray", "white" or a hexadecimal code such as "#ffffff"'
const perPage = "give a whole number from 1 to 80"
const page = "give a whole number of at least 1"
const query = 'give words to search for, such as "ocean"'
const id = "give the id of a photo, a whole number of at least 1"

const search =
  (input: object): Call =>
  (pexels) =>
    pexels["search"]!({ query: "ocean", ...input })
const download =
  (input: object): Call =>
  (pexels) =>
    pexels["download"]!({ photoId: 1, path: "a.png", ...input })

/** As somebody calls it whose program is not type-checked. */
const untyped = (pexels: Pexels["Service"]) => pexels as unknown as Parameters<Call>[0]

const cases: ReadonlyArray<readonly [what: string, call: Call, field: string, message: string]> = [
  [
    "an unknown orientation",
    search({ orientation: "round" }),
    "orientation",
    'orientation is "round"; give "landscape" or "portrait" or "square"'
  ],
  ["an unknown size", search({ size: "huge" }), "size", 'size is "huge"; give "large" or "medium" or "small"'],
  ["an unknown color", search({ color: "mauve" }), "color", `color is "mauve"; ${colors}`],
  ["a color of five digits", search({ color: "12345" }), "color", `color is "12345"; ${colors}`],
  ["more than 80 on a page", search({ perPage: 81 }), "perPage", `perPage is 81; ${perPage}`],
  ["nothing on a page", search({ perPage: 0 }), "perPage", `perPage is 0; ${perPage}`],
  ["half a photo", search({ perPage: 1.5 }), "perPage", `perPage is 1.5; ${perPage}`],
  ["a page that is no number", search({ perPage: "15" }), "perPage", `perPage is "15"; ${perPage}`],
  ["a number that is none", search({ perPage: Number.NaN }), "perPage", `perPage is NaN; ${perPage}`],
  ["page 0", search({ page: 0 }), "page", `page is 0; ${page}`],
  ["an endless page", search({ page: Number.POSITIVE_INFINITY }), "page", `page is Infinity; ${page}`],
  ["an empty query", search({ query: "" }), "query", `query is ""; ${query}`],
  ["a query of spaces", search({ query: " \n" }), "query", `query is " \\n"; ${query}`],
  ["no query", (pexels) => pexels["search"]!({}), "query", "query is missing; give one, it is required"],
  [
    "a field nobody knows",
    search({ per_page: 5 }),
    "per_page",
    "per_page is 5; there is no such field; there are query, orientation, size, color, perPage, page"
  ],
  ["a bad id", (pexels) => pexels["getPhoto"]!(0), "photoId", `photoId is 0; ${id}`],
  ["an id that is a text", (pexels) => pexels["getPhoto"]!("1/../2"), "photoId", `photoId is "1/../2"; give a number`],
  [
    "curated photos by the hundred",
    (pexels) => pexels["curated"]!({ perPage: 100 }),
    "perPage",
    `perPage is 100; ${perPage}`
  ],
  [
    "an unknown image",
    download({ size: "tiny" }),
    "size",
    'size is "tiny"; give "original" or "large" or "medium" or "small"'
  ],
  ["no path", download({ path: " " }), "path", 'path is " "; give the path of the file to write'],
  ["a directory that is not there", download({ path: "/nowhere/at/all/a.png" }), "path", "its directory does not exist"]
]

describe("Pexels refuses", () => {
  it.each(cases)("%s, before anything is sent", (_, call, field, message) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(call(untyped(yield* Pexels)))
      expect(error).toMatchObject({ _tag: "InvalidInputError", category: "invalid", delivered: false, field })
      expect(String((error as Error).message)).toContain(message)
      expect(yield* log).toEqual([])
    }).pipe(Effect.provide(inMemory()), Effect.runPromise)
  )

  it.effect("a search of all pages in its stream", () =>
    Effect.gen(function* () {
      const pexels = yield* Pexels
      const error = yield* Effect.flip(Stream.runDrain(pexels.searchAll({ query: "ocean", perPage: 81 })))
      expect(error).toMatchObject({ _tag: "InvalidInputError", operation: "Pexels.searchAll", field: "perPage" })
      expect(yield* log).toEqual([])
    }).pipe(Effect.provide(inMemory()))
  )

  it.effect("a path that is a directory", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const error = yield* Effect.flip(Pexels.use(({ download }) => download({ photoId: 1, path })))
      expect(error).toMatchObject({ _tag: "InvalidInputError", field: "path" })
      expect(yield* log).toEqual([])
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("a query and a color", () => {
  it("are sent in one spelling", () => {
    expect(normalizeQuery("  Group of\t\npeople   WORKING ")).toBe("group of people working")
    expect(normalizeQuery("Cafe\u0301")).toBe("caf\u00e9")
    expect(["red", "#FFF", "abc", "#A1b2C3", "000000"].map(normalizeColor)).toEqual([
      "red",
      "#ffffff",
      "#aabbcc",
      "#a1b2c3",
      "#000000"
    ])
  })
})

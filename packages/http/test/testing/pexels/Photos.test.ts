/** What the Pexels emulator answers: https://www.pexels.com/api/documentation/ */
import { describe, expect, it } from "vitest"
import * as PexelsEmulator from "../../../src/testing/PexelsEmulator.ts"
import { ask, idsOf, pexels } from "./support.ts"

describe("a photo", () => {
  it("has every field of the documentation", () => {
    const emulator = pexels({
      photos: [
        {
          topic: "rocks",
          id: 2014422,
          width: 3024,
          height: 3024,
          photographer: "Joey Farina",
          color: "gray",
          alt: "Brown Rocks During Golden Hour"
        }
      ]
    })
    const image = "https://images.pexels.com/images/photos/2014422/pexels-photo-2014422.png"
    const photo = ask(emulator, "/v1/photos/2014422")
    expect(photo.status).toBe(200)
    expect(photo.headers["content-type"]).toBe("application/json; charset=utf-8")
    expect(photo.json).toEqual({
      id: 2014422,
      width: 3024,
      height: 3024,
      url: "https://www.pexels.com/photo/brown-rocks-during-golden-hour-2014422/",
      photographer: "Joey Farina",
      photographer_url: "https://www.pexels.com/@joey-farina-680589",
      photographer_id: 680589,
      avg_color: "#86888A",
      src: {
        original: image,
        large2x: `${image}?auto=compress&cs=tinysrgb&dpr=2&h=650&w=940`,
        large: `${image}?auto=compress&cs=tinysrgb&h=650&w=940`,
        medium: `${image}?auto=compress&cs=tinysrgb&h=350`,
        small: `${image}?auto=compress&cs=tinysrgb&h=130`,
        portrait: `${image}?auto=compress&cs=tinysrgb&fit=crop&h=1200&w=800`,
        landscape: `${image}?auto=compress&cs=tinysrgb&fit=crop&h=627&w=1200`,
        tiny: `${image}?auto=compress&cs=tinysrgb&dpr=1&fit=crop&h=200&w=280`
      },
      liked: false,
      alt: "Brown Rocks During Golden Hour"
    })
    expect(emulator.photos()).toEqual([photo.json])
  })

  it("is always the same for the same options, and has an id and an image of its own", () => {
    const [one, other] = [pexels(), pexels()].map((emulator) => emulator.photos())
    expect(one).toEqual(other)
    expect(new Set(one?.map(({ id }) => id)).size).toBe(60)
    expect(new Set(one?.map(({ src }) => src.original)).size).toBe(60)
  })

  it("has its images where the API was asked, at Pexels' own host for its public name, or where it is told", () => {
    const image = (emulator: PexelsEmulator.PexelsEmulator, origin?: string) =>
      ask(emulator, "/v1/search?query=ocean", origin === undefined ? {} : { origin }).json.photos[0].src.tiny
    expect(image(pexels())).toMatch(/^https:\/\/images\.pexels\.com\/images\//)
    expect(image(pexels(), "http://127.0.0.1:40123")).toMatch(/^http:\/\/127\.0\.0\.1:40123\/images\//)
    expect(image(pexels({ imageOrigin: "http://images.test" }), "http://127.0.0.1:40123")).toMatch(
      /^http:\/\/images\.test\/images\//
    )
  })

  it("is not there for an id nobody has, and none at all", () => {
    for (const id of ["1", "this-is-not-a-valid-id", "2014422.0"]) {
      const missing = ask(pexels(), `/v1/photos/${id}`)
      expect([missing.status, missing.json]).toEqual([404, { status: 404, code: "Not Found" }])
    }
  })
})

describe("a search", () => {
  it("wants a query", () => {
    for (const query of ["", "?query=", "?query=%20"]) {
      const refused = ask(pexels(), `/v1/search${query}`)
      expect([refused.status, refused.json]).toEqual([400, { status: 400, code: "No query param given" }])
    }
  })

  it("finds photos by all words of the query, in either case, with or without the slash", () => {
    const emulator = pexels()
    expect(ask(emulator, "/v1/search?query=ocean").json.total_results).toBe(40)
    expect(ask(emulator, "/v1/search/?query=%20CAT%20%20black").json.total_results).toBe(20)
    expect(idsOf(ask(emulator, "/v1/search?query=ocean+7"))).toHaveLength(1)
    expect(ask(emulator, "/v1/search?query=black+ocean").json).toMatchObject({ total_results: 0, photos: [] })
  })

  it("has 15 photos on a page, up to 80 when asked", () => {
    const emulator = pexels({ topics: { ocean: 100 } })
    const first = ask(emulator, "/v1/search?query=Ocean").json
    expect([first.page, first.per_page, first.photos.length, first.total_results]).toEqual([1, 15, 15, 100])
    expect(ask(emulator, "/v1/search?query=ocean&per_page=80").json.photos).toHaveLength(80)
    expect(ask(emulator, "/v1/search?query=ocean&per_page=1&page=2").json).toMatchObject({ page: 2, per_page: 1 })
  })

  it("names the pages beside it, with everything that was asked for", () => {
    const emulator = pexels()
    const page = (number: number) =>
      ask(emulator, `/v1/search?query=Ocean&orientation=square&per_page=5&page=${number}`)
    const address = (number: number) =>
      `https://api.pexels.com/v1/search/?orientation=square&page=${number}&per_page=5&query=ocean`
    expect(page(1).json.total_results).toBe(11)
    expect(page(1).json).toMatchObject({ next_page: address(2) })
    expect(page(1).json.prev_page).toBeUndefined()
    expect(page(2).json).toMatchObject({ prev_page: address(1), next_page: address(3) })
    expect(page(3).json).toMatchObject({ prev_page: address(2) })
    expect(page(3).json.next_page).toBeUndefined()
    const next = new URL(page(1).json.next_page)
    expect(idsOf(ask(emulator, next.pathname + next.search))).toEqual(idsOf(page(2)))
  })

  it("gives every photo on exactly one page, and an empty page after the last", () => {
    const emulator = pexels()
    const pages = [1, 2, 3, 4].map((page) => ask(emulator, `/v1/search?query=ocean&page=${page}`))
    expect(pages.map((page) => page.json.photos.length)).toEqual([15, 15, 10, 0])
    expect(new Set(pages.flatMap(idsOf)).size).toBe(40)
  })

  it.each([
    ["landscape", ({ height, width }: PexelsEmulator.PhotoView) => width > height],
    ["portrait", ({ height, width }: PexelsEmulator.PhotoView) => width < height],
    ["square", ({ height, width }: PexelsEmulator.PhotoView) => width === height]
  ])("can be for %s photos only", (orientation, fits) => {
    const emulator = pexels()
    const found = ask(emulator, `/v1/search?query=ocean&per_page=80&orientation=${orientation}`).json.photos
    const expected = emulator.photos().filter((photo) => photo.alt.startsWith("Ocean") && fits(photo))
    expect(found.length).toBeGreaterThan(0)
    expect(found).toEqual(expected)
  })

  it.each([
    ["large", 24],
    ["medium", 12],
    ["small", 4]
  ])("can be for photos of at least the size %s, %s megapixels", (size, megapixels) => {
    const emulator = pexels()
    const found = ask(emulator, `/v1/search?query=ocean&per_page=80&size=${size}`).json.photos
    const expected = emulator
      .photos()
      .filter(({ alt, height, width }) => alt.startsWith("Ocean") && width * height >= megapixels * 1e6)
    expect(found.length).toBeGreaterThan(0)
    expect(found).toEqual(expected)
  })

  it("can be for a color, by name or by the code of one that is near", () => {
    const emulator = pexels({
      photos: [
        { topic: "sea", color: "turquoise" },
        { topic: "sea", color: "white" },
        { topic: "sea", color: "blue" }
      ]
    })
    const colors = (color: string) =>
      ask(emulator, `/v1/search?query=sea&color=${encodeURIComponent(color)}`).json.photos.map(
        ({ avg_color }: PexelsEmulator.PhotoView) => avg_color
      )
    expect(colors("turquoise")).toEqual(["#4FB8AE"])
    expect(colors("#ffffff")).toEqual(["#EDEDEA"])
    expect(colors("FFF")).toEqual(["#EDEDEA"])
    expect(colors("#0040c0")).toEqual(["#3D6FA8"])
    expect(colors("red")).toEqual([])
  })

  it.each([
    "per_page=81",
    "per_page=0",
    "per_page=many",
    "page=0",
    "page=1.5",
    "orientation=round",
    "size=huge",
    "color=mauve",
    "color=%23ffff",
    "locale=xx-XX"
  ])("does not take %s", (parameter) => {
    const refused = ask(pexels(), `/v1/search?query=ocean&${parameter}`)
    expect([refused.status, refused.json]).toEqual([400, { status: 400, code: "Bad Request" }])
  })

  it("takes a locale", () => {
    expect(ask(pexels(), "/v1/search?query=ocean&locale=de-DE").json.total_results).toBe(40)
  })
})

describe("the curated photos", () => {
  it("are pages of all photos", () => {
    const emulator = pexels()
    const page = ask(emulator, "/v1/curated?page=2&per_page=20")
    expect(page.json).toMatchObject({
      page: 2,
      per_page: 20,
      prev_page: "https://api.pexels.com/v1/curated/?page=1&per_page=20",
      next_page: "https://api.pexels.com/v1/curated/?page=3&per_page=20"
    })
    expect(page.json.photos).toEqual(emulator.photos().slice(20, 40))
    expect(ask(emulator, "/v1/curated").json.photos).toHaveLength(15)
    expect(ask(emulator, "/v1/curated?per_page=81").status).toBe(400)
  })
})

describe("what is not there", () => {
  it("is not found, and nothing can be changed", () => {
    for (const path of ["/", "/v1", "/v1/videos", "/v1/photos", "/v1/photos/1/2"]) {
      expect(ask(pexels(), path).json).toEqual({ status: 404, code: "Not Found" })
    }
    expect(ask(pexels(), "/v1/curated", { method: "POST" }).status).toBe(404)
    expect(ask(pexels(), "/v1/curated", { method: "HEAD" }).status).toBe(200)
  })
})

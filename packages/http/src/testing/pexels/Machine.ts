/**
 * How Pexels comes to an answer: the image host apart, then key, limits, endpoint.
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorRequest } from "../Emulator.ts"
import { colorOf } from "./Colors.ts"
import * as Images from "./Images.ts"
import { type Filter, matches, orientations, type Photo, sizes } from "./Library.ts"
import type { Limits, Usage } from "./Limits.ts"
import { locales } from "./Locales.ts"
import type { Options } from "./Options.ts"
import { pageView, type Paging, photoView } from "./PhotoView.ts"
import * as Reply from "./Reply.ts"

/** What an answer depends on, besides the request and the moment. */
export interface Machine {
  readonly options: Options
  readonly photos: ReadonlyArray<Photo>
  readonly limits: Limits
}

const defaultSize = 15
const largestSize = 80

const positive = (text: string | null, fallback: number): number | undefined => {
  if (text === null) return fallback
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** `undefined` when the parameters are none the documentation allows. */
const pagingOf = (query: URLSearchParams): Paging | undefined => {
  const page = positive(query.get("page"), 1)
  const perPage = positive(query.get("per_page"), defaultSize)
  return page === undefined || perPage === undefined || perPage > largestSize ? undefined : { page, perPage }
}

/** One of the allowed texts, nothing when the parameter is not given, `null` when it is another. */
const oneOf = <A extends string>(text: string | null, allowed: ReadonlyArray<A>): A | null | undefined =>
  text === null ? undefined : (allowed.find((one) => one === text) ?? null)

const filterOf = (query: URLSearchParams): Filter | undefined => {
  const orientation = oneOf(query.get("orientation"), orientations)
  const size = oneOf(query.get("size"), sizes)
  const color = query.get("color")
  const meant = color === null ? undefined : (colorOf(color) ?? null)
  if (orientation === null || size === null || meant === null) return undefined
  if (oneOf(query.get("locale"), locales) === null) return undefined
  return { query: (query.get("query") ?? "").trim(), orientation, size, color: meant }
}

/** The parameters a link repeats, the text of the search in lower case, as in the documentation. */
const repeated = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(query, ([name, value]) => [name, name === "query" ? value.toLowerCase() : value]))

const publicApi = "https://api.pexels.com"
/** Where the images are when the API is asked by its public name. */
export const publicImages = "https://images.pexels.com"

const originOf = ({ options }: Machine, { origin }: URL): string =>
  options.imageOrigin ?? (origin === publicApi ? publicImages : origin)

const search = (machine: Machine, url: URL): EmulatorAnswer => {
  const query = url.searchParams
  if ((query.get("query") ?? "").trim() === "") return Reply.noQuery
  const filter = filterOf(query)
  const paging = pagingOf(query)
  if (filter === undefined || paging === undefined) return Reply.badRequest
  const found = machine.photos.filter((photo) => matches(photo, filter))
  const place = { address: `${url.origin}/v1/search/`, parameters: repeated(query) }
  return Reply.ok(pageView(found, paging, place, originOf(machine, url)))
}

const curated = (machine: Machine, url: URL): EmulatorAnswer => {
  const paging = pagingOf(url.searchParams)
  if (paging === undefined) return Reply.badRequest
  const place = { address: `${url.origin}/v1/curated/`, parameters: {} }
  return Reply.ok(pageView(machine.photos, paging, place, originOf(machine, url)))
}

const photo = (machine: Machine, url: URL, id: string): EmulatorAnswer => {
  const found = machine.photos.find((photo) => String(photo.id) === id)
  return found === undefined ? Reply.notFound : Reply.ok(photoView(found, originOf(machine, url)))
}

const endpoint = (machine: Machine, { method, url }: EmulatorRequest): EmulatorAnswer => {
  if (method !== "GET" && method !== "HEAD") return Reply.notFound
  const path = url.pathname.replace(/\/$/, "")
  if (path === "/v1/search") return search(machine, url)
  if (path === "/v1/curated") return curated(machine, url)
  const [, id] = /^\/v1\/photos\/([^/]+)$/.exec(path) ?? []
  return id === undefined ? Reply.notFound : photo(machine, url, id)
}

const usageHeaders = ({ limit, remaining, reset }: Usage) => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(reset)
})

/** Answers a request. */
export const answer = (machine: Machine, request: EmulatorRequest, now: number): EmulatorAnswer => {
  const { headers, url } = request
  if ((headers["user-agent"] ?? "").trim() === "") return Reply.noUserAgent
  if (url.pathname.startsWith("/images/")) return Images.answer(request, machine.photos) ?? Reply.notFound
  const key = headers["authorization"]
  if (key === undefined || !(machine.options.keys ?? []).includes(key)) return Reply.unauthorized
  const usage = machine.limits.take(key, now)
  if (usage === undefined) return Reply.tooMany
  const reply = endpoint(machine, request)
  return reply.status === 200 ? { ...reply, headers: { ...reply.headers, ...usageHeaders(usage) } } : reply
}

/**
 * How GitHub comes to an answer: credentials, limits, the repository, what may be done, the endpoint, and the headers of
 * every answer.
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorRequest } from "../Emulator.ts"
import { authenticate, badCredentials, canSee, refusalOf, tokenHeaders } from "./Access.ts"
import type { Endpoint, Viewer } from "./Endpoint.ts"
import * as Etag from "./Etag.ts"
import type { Limits, Usage } from "./Limits.ts"
import type { Options } from "./Options.ts"
import * as Refusals from "./Refusals.ts"
import { documentation, notFound, ok, problem, type Reply } from "./Reply.ts"
import { type Route, routeOf } from "./Routes.ts"
import type { State } from "./State.ts"

/** What an answer depends on, besides the request and the moment. */
export interface Machine {
  readonly options: Options
  readonly state: State
  readonly limits: Limits
  readonly requestNumber: number
}

/** A reply, and what has to be known to finish it. */
interface Verdict {
  readonly reply: Reply
  /** Whether the headers tell of the primary limit. */
  readonly tells: boolean
  /** Whether it counts against the primary limit, as long as it is no 304. */
  readonly counts: boolean
  readonly endpoint?: Endpoint | undefined
}

const isRead = ({ method }: EmulatorRequest): boolean => method === "GET" || method === "HEAD"

const unused = (limit: number, reset: number): Usage => ({ limit, used: 0, remaining: limit, reset })

/** `search` and `graphql` are there, because GitHub shows them; nothing here uses them up. */
const rateLimit = ({ limits }: Machine, viewer: Viewer | undefined, now: number): Reply => {
  const core = limits.usage(viewer?.user.id, now)
  const seconds = Math.ceil(now / 1000)
  const resources = {
    core,
    search: unused(viewer === undefined ? 10 : 30, seconds + 60),
    graphql: unused(viewer === undefined ? 0 : 5000, seconds + 3600)
  }
  return ok({ resources, rate: core }, { "cache-control": "no-cache" })
}

/** The endpoint's own reply, for whoever may have it. */
const replyOf = (
  machine: Machine,
  request: EmulatorRequest,
  { endpoint, moved, number, repository, rest }: Route,
  viewer: Viewer | undefined,
  now: number
): Reply => {
  const { place } = endpoint
  const { body, method, url } = request
  if (repository === undefined || !canSee(viewer, repository)) return notFound(place)
  const canonical = `${url.origin}/repositories/${repository.id}${rest}`
  if (moved) return Refusals.moved(method, canonical + url.search)
  const refusal = viewer && refusalOf(viewer, repository, endpoint, machine.options.missingScopeStatus)
  if (refusal !== undefined) return refusal
  const call = { state: machine.state, repository, url, canonical, body, now }
  if (endpoint.method === "GET") return endpoint.run(call, viewer, place, number)
  if (viewer === undefined) return problem(401, "Requires authentication", place)
  const limited = machine.limits.create(viewer.user.id, now)
  return limited === undefined ? endpoint.run(call, viewer, place) : Refusals.secondaryLimit(limited)
}

const verdictOf = (machine: Machine, request: EmulatorRequest, viewer: Viewer | undefined, now: number): Verdict => {
  const { limits, state } = machine
  if (isRead(request) && request.url.pathname === "/rate_limit") {
    return { reply: rateLimit(machine, viewer, now), tells: true, counts: false }
  }
  const route = routeOf(request.method, request.url.pathname, state)
  // What leads nowhere is not counted for those who have a token (https://github.com/brekkylab/backlot/pull/292).
  if (route === undefined && viewer !== undefined) return { reply: notFound(), tells: false, counts: false }
  if (limits.usage(viewer?.user.id, now).remaining === 0) {
    return { reply: Refusals.primaryLimit(limits.primaryStatus, viewer?.user), tells: true, counts: false }
  }
  const reply = route === undefined ? notFound() : replyOf(machine, request, route, viewer, now)
  return { reply, tells: true, counts: true, endpoint: route?.endpoint }
}

const usageHeaders = ({ limit, remaining, reset, used }: Usage): Record<string, string> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-used": String(used),
  "x-ratelimit-reset": String(reset),
  "x-ratelimit-resource": "core"
})

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, "0")

const everyHeader = (requestNumber: number, now: number): Record<string, string> => ({
  server: "github.com",
  "content-type": "application/json; charset=utf-8",
  vary: "Accept-Encoding, Accept, X-Requested-With",
  "x-github-media-type": "github.v3; format=json",
  "x-github-api-version-selected": Refusals.version,
  "x-github-request-id": `E000:1F6A:${hex(requestNumber)}:${hex(requestNumber)}:${hex(Math.floor(now / 1000))}`
})

const cacheHeaders = (etag: string, viewer: Viewer | undefined): Record<string, string> => ({
  etag,
  "cache-control": `${viewer === undefined ? "public" : "private"}, max-age=60, s-maxage=60`,
  ...(viewer === undefined
    ? {}
    : { vary: "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With" })
})

/** The answer without what it tells of limits: a 304 when the client has it already. */
const render = (
  machine: Machine,
  request: EmulatorRequest,
  { endpoint, reply }: Verdict,
  viewer: Viewer | undefined,
  now: number
): EmulatorAnswer => {
  const body = JSON.stringify(reply.json)
  const etag = Etag.etagOf(body)
  const good = reply.status === 200 || reply.status === 201
  const headers = {
    ...everyHeader(machine.requestNumber, now),
    ...tokenHeaders(viewer, endpoint),
    ...(good ? cacheHeaders(etag, viewer) : {}),
    ...reply.headers
  }
  const known = reply.status === 200 && isRead(request) && Etag.matches(request.headers["if-none-match"], etag)
  return known ? { status: 304, headers } : { status: reply.status, headers, body }
}

const judge = (
  machine: Machine,
  request: EmulatorRequest,
  found: ReturnType<typeof authenticate>,
  now: number
): Verdict => {
  const known = found !== badCredentials
  const version = request.headers["x-github-api-version"] ?? Refusals.version
  if (version !== Refusals.version) {
    return { reply: Refusals.unsupportedVersion(version), tells: known, counts: known }
  }
  // The one answer that tells nothing of limits and counts nowhere (https://github.com/brekkylab/backlot/issues/273).
  if (!known) return { reply: problem(401, "Bad credentials", documentation), tells: false, counts: false }
  return verdictOf(machine, request, found, now)
}

/** Answers a request. */
export const answer = (machine: Machine, request: EmulatorRequest, now: number): EmulatorAnswer => {
  const { limits, options, state } = machine
  const { headers } = request
  if ((headers["user-agent"] ?? "").trim() === "") return Refusals.noUserAgent
  const found = authenticate(headers["authorization"], options.tokens ?? [], state)
  const viewer = found === badCredentials ? undefined : found
  const verdict = judge(machine, request, found, now)
  const rendered = render(machine, request, verdict, viewer, now)
  if (verdict.counts && rendered.status !== 304) limits.count(viewer?.user.id, now)
  if (!verdict.tells) return rendered
  return { ...rendered, headers: { ...rendered.headers, ...usageHeaders(limits.usage(viewer?.user.id, now)) } }
}

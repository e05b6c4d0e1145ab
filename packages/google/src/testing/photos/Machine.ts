/**
 * How the Photos Picker comes to an answer: sign-in apart, then the bytes of media, then token, scope, quota, method.
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorRequest } from "@skippy/http/testing"
import { decoded } from "../Paths.ts"
import * as CreateBody from "./CreateBody.ts"
import type { Minute } from "./Limits.ts"
import * as MediaHost from "./MediaHost.ts"
import type { Options } from "./Options.ts"
import * as Refusals from "./Refusals.ts"
import type { Session, State } from "./State.ts"
import { basePath, mediaView, sessionView } from "./Views.ts"

/** Who is behind a token, and what it is good for. */
export interface Account {
  readonly email: string
  readonly scopes: ReadonlyArray<string>
}

/** Google's sign-in, which answers what is its own. */
export interface SignIn {
  readonly handle: (request: EmulatorRequest, now: number) => EmulatorAnswer | undefined
  readonly accountOf: (token: string, now: number) => Account | undefined
}

/** What an answer depends on, besides the request and the moment. */
export interface Machine {
  readonly options: Options
  readonly state: State
  readonly tokens: SignIn
  readonly requests: Minute
  readonly media: Minute
}

/** The scope all methods need. */
export const scope = "https://www.googleapis.com/auth/photospicker.mediaitems.readonly"

const publicApi = "https://photospicker.googleapis.com"
/** Where the bytes are when the API is asked by its public name. */
const publicMedia = "https://lh3.googleusercontent.com"

const defaultPage = 50
const largestPage = 100

const originOf = ({ options }: Machine, { origin }: URL): string =>
  options.mediaOrigin ?? (origin === publicApi ? publicMedia : origin)

const serviceAccount = /\.gserviceaccount\.com$/

const create = ({ options, state }: Machine, { body }: EmulatorRequest, owner: string, now: number): EmulatorAnswer => {
  const asked = CreateBody.read(body)
  if ("refusal" in asked) return asked.refusal
  if (serviceAccount.test(owner) || options.withoutPhotos?.includes(owner) === true) return Refusals.noPhotos
  if (state.countOf(owner, now) >= state.limit().sessions) return Refusals.tooManySessions
  return Refusals.ok(sessionView(state, state.create(owner, asked.maxItemCount, now), now))
}

const get = ({ state }: Machine, session: Session, now: number): EmulatorAnswer =>
  state.hasExpired(session, now) ? Refusals.expired : Refusals.ok(sessionView(state, state.poll(session), now))

const remove = ({ state }: Machine, session: Session): EmulatorAnswer => {
  state.remove(session.id)
  return Refusals.ok({})
}

const tokenOf = (session: Session, offset: number): string => `${session.id}.${offset}`

/** Where a page begins; `undefined` when the token is none of this session. */
const offsetOf = (session: Session, token: string | null): number | undefined => {
  if (token === null || token === "") return 0
  const [id, offset = ""] = token.split(".")
  return id === session.id && /^\d+$/.test(offset) ? Number(offset) : undefined
}

/** How many are on a page; `undefined` when that is no number of them. */
const sizeOf = (text: string | null): number | undefined => {
  if (text === null || text === "") return defaultPage
  if (!/^\d{1,9}$/.test(text)) return undefined
  return Number(text) === 0 ? defaultPage : Math.min(Number(text), largestPage)
}

const list = (machine: Machine, { url }: EmulatorRequest, owner: string, now: number): EmulatorAnswer => {
  const { state } = machine
  const query = url.searchParams
  const id = query.get("sessionId") ?? ""
  if (id === "") return Refusals.invalidArgument("The session ID is required.")
  const session = state.session(id, owner)
  if (session === undefined) return Refusals.notFound
  if (state.hasExpired(session, now)) return Refusals.expired
  const size = sizeOf(query.get("pageSize"))
  if (size === undefined) return Refusals.invalidArgument("The page size must not be negative.")
  if (session.picked === undefined) return Refusals.notPicked
  const offset = offsetOf(session, query.get("pageToken"))
  if (offset === undefined) return Refusals.invalidArgument("The page token is not valid.")
  const origin = originOf(machine, url)
  const mediaItems = session.picked
    .slice(offset, offset + size)
    .flatMap((each) => state.find(each) ?? [])
    .map((media) => mediaView(media, origin + basePath(session, media, now)))
  const end = offset + size
  return Refusals.ok({
    ...(mediaItems.length === 0 ? {} : { mediaItems }),
    ...(end < session.picked.length ? { nextPageToken: tokenOf(session, end) } : {})
  })
}

const method = (machine: Machine, request: EmulatorRequest, owner: string, now: number): EmulatorAnswer => {
  const { url } = request
  const [, sessionId] = /^\/v1\/sessions\/([^/]+)$/.exec(url.pathname) ?? []
  if (sessionId === undefined) {
    return request.method === "POST" ? create(machine, request, owner, now) : list(machine, request, owner, now)
  }
  const session = machine.state.session(decoded(sessionId), owner)
  if (session === undefined) return Refusals.notFound
  return request.method === "DELETE" ? remove(machine, session) : get(machine, session, now)
}

const methods: ReadonlyArray<readonly [name: string, path: RegExp]> = [
  ["POST", /^\/v1\/sessions$/],
  ["GET", /^\/v1\/sessions\/[^/]+$/],
  ["DELETE", /^\/v1\/sessions\/[^/]+$/],
  ["GET", /^\/v1\/mediaItems$/]
]

const isMethod = ({ method, url }: EmulatorRequest): boolean =>
  methods.some(([name, path]) => name === method && path.test(url.pathname))

const bearer = (header: string | undefined): string | undefined => /^Bearer (\S+)$/i.exec(header ?? "")?.[1]

const mayUse = (account: Account | undefined): account is Account =>
  account !== undefined && account.scopes.includes(scope)

/** Answers a request. */
export const answer = (machine: Machine, request: EmulatorRequest, now: number): EmulatorAnswer => {
  const { media, options, requests, state, tokens } = machine
  const signIn = tokens.handle(request, now)
  if (signIn !== undefined) return signIn
  const token = bearer(request.headers["authorization"])
  const account = token === undefined ? undefined : tokens.accountOf(token, now)
  if (MediaHost.isMedia(request.url) && request.method === "GET") {
    if (!media.take(state.limit().mediaPerMinute, now)) return Refusals.media(429)
    const host = { ranges: options.ranges ?? true, videoOrigin: options.videoOrigin }
    return MediaHost.answer(state, request, mayUse(account) ? account.email : undefined, host, now)
  }
  if (!isMethod(request)) return Refusals.noSuchMethod
  if (account === undefined) return Refusals.unauthenticated(token !== undefined)
  if (!mayUse(account)) return Refusals.missingScope
  if (!requests.take(state.limit().perMinute, now)) return Refusals.quota
  return method(machine, request, account.email, now)
}

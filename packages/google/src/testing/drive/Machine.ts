/**
 * How Drive comes to an answer: credentials, scopes, limits, the method, and what of its answer was asked for.
 *
 * @module
 */
import type { EmulatorAnswer, EmulatorHead, EmulatorRequest } from "@skippy/http/testing"
import { Result } from "effect"
import { decoded } from "../Paths.ts"
import type { Viewer } from "./Call.ts"
import type { Endpoint } from "./Endpoint.ts"
import { endpoints as filesEndpoints } from "./FilesEndpoints.ts"
import { endpoints as otherEndpoints } from "./OtherEndpoints.ts"
import { unlessRefused } from "./Garbage.ts"
import * as Partial from "./Partial.ts"
import * as Refusals from "./Refusals.ts"
import { check, type Outcome, refuse, type Reply } from "./Reply.ts"
import { render } from "./Rendering.ts"
import * as Scopes from "./Scopes.ts"
import { endpoints as uploadEndpoints } from "./Uploads.ts"
import { callOf, type World } from "./World.ts"

const endpoints: ReadonlyArray<Endpoint> = [...filesEndpoints, ...uploadEndpoints, ...otherEndpoints]

const routeOf = (method: string, path: string) => {
  for (const endpoint of endpoints) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null
    if (match !== null) return { endpoint, first: decoded(match[1] ?? ""), second: decoded(match[2] ?? "") }
  }
  return undefined
}

/** Whoever sends a request. */
const viewerOf = ({ tokens }: World, { headers, url }: EmulatorHead, now: number): Outcome<Viewer> => {
  const [, bearer] = /^Bearer\s+(\S+)\s*$/i.exec(headers["authorization"] ?? "") ?? []
  const token = bearer ?? url.searchParams.get("access_token") ?? undefined
  if (token === undefined) return refuse(Refusals.loginRequired())
  const account = tokens.accountOf(token, now)
  return account === undefined ? refuse(Refusals.invalidCredentials()) : Result.succeed(account)
}

const outcomeOf = (world: World, request: EmulatorRequest, now: number): Outcome<Reply> =>
  Result.gen(function* () {
    const { limits, storage } = world
    const { method, url } = request
    const viewer = yield* viewerOf(world, request, now)
    const route = routeOf(method, url.pathname)
    if (route === undefined) return yield* refuse(Refusals.nothingHere())
    const { endpoint, first, second } = route
    const isMedia = url.searchParams.get("alt") === "media"
    yield* check(Scopes.suffice(viewer.scopes, isMedia ? "read" : endpoint.needs), () =>
      Refusals.insufficientScopes(endpoint.name)
    )
    const limited = limits.take(
      viewer.email,
      isMedia ? 200 : endpoint.units,
      endpoint.name === "DrivePermissions.Create",
      now
    )
    if (limited !== undefined) return yield* refuse(limited)
    const { kind } = endpoint
    const mask = kind === undefined || isMedia ? "all" : yield* Partial.maskOf(url.searchParams, kind)
    const reply = yield* storage.transact((tables) =>
      unlessRefused(tables, storage.blobs, (blobs) =>
        endpoint.run({ ...callOf(world, tables, viewer, request, now), blobs }, first, second)
      )
    )
    return Partial.taken(mask, reply)
  })

/** Answers a request. */
export const answer = (world: World, request: EmulatorRequest, now: number): EmulatorAnswer =>
  world.tokens.handle(request, now) ?? render(Result.merge(outcomeOf(world, request, now)))

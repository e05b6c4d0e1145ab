import { describe, expect, it } from "@effect/vitest"
import { HttpExchange } from "@skippy/http/authoring"
import { Effect, Redacted } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import * as AuthError from "../../src/auth/AuthError.ts"
import type { AccessToken } from "../../src/auth/TokenProvider.ts"
import * as Authorized from "../../src/client/Authorized.ts"

const tokenOf = (text: string, quotaProject?: string): AccessToken => ({
  value: Redacted.make(text),
  expiresAt: undefined,
  quotaProject
})

/** A service that accepts some tokens, and tokens that are renewed to others. */
const world = (accepted: ReadonlyArray<string>, renewals: ReadonlyArray<AccessToken>, first = tokenOf("old")) => {
  const sent: Array<HttpClientRequest.HttpClientRequest> = []
  const left = [...renewals]
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      sent.push(request)
      const token = request.headers["authorization"]?.slice("Bearer ".length) ?? ""
      const status = accepted.includes(token) ? 200 : 401
      return HttpClientResponse.fromWeb(request, new Response("text", { status }))
    })
  )
  const authorized = Authorized.make({
    exchange: HttpExchange.make({ client, accepts: () => true }),
    tokens: {
      get: Effect.succeed(first),
      renew: () =>
        Effect.suspend(() => {
          const next = left.shift()
          return next === undefined
            ? Effect.fail(AuthError.make({ reason: "badToken", category: "auth", fix: "sign in" }))
            : Effect.succeed(next)
        }),
      identity: Effect.succeed("somebody")
    },
    trusts: (url) => url.startsWith("https://www.googleapis.com/")
  })
  return { authorized, sent }
}

const status = (response: HttpClientResponse.HttpClientResponse) => Effect.succeed(response.status)
const request = HttpClientRequest.get("https://www.googleapis.com/drive/v3/files")

describe("an authorized exchange", () => {
  it.effect("sends the token, who asks, and whose quota is used", () =>
    Effect.gen(function* () {
      const { authorized, sent } = world(["old"], [], tokenOf("old", "project-7"))
      expect(yield* authorized(request, status)).toBe(200)
      expect(sent[0]?.headers).toMatchObject({ authorization: "Bearer old", "x-goog-user-project": "project-7" })
      expect(sent[0]?.headers["user-agent"]).toMatch(/^skippy\//)
    })
  )

  it.effect("renews a token that is not accepted once, and sends the request again", () =>
    Effect.gen(function* () {
      const { authorized, sent } = world(["new"], [tokenOf("new")])
      expect(yield* authorized(request, status)).toBe(200)
      expect(sent.map(({ headers }) => headers["authorization"])).toEqual(["Bearer old", "Bearer new"])
    })
  )

  it.effect("has the second 401 read as an answer", () =>
    Effect.gen(function* () {
      const { authorized, sent } = world([], [tokenOf("new"), tokenOf("newer")])
      expect(yield* authorized(request, status)).toBe(401)
      expect(sent).toHaveLength(2)
    })
  )

  it.effect("fails when there is no other token", () =>
    Effect.gen(function* () {
      const { authorized, sent } = world([], [])
      expect(yield* Effect.flip(authorized(request, status))).toMatchObject({ _tag: "AuthError", reason: "badToken" })
      expect(sent).toHaveLength(1)
    })
  )

  it.effect("tells the reader which token was sent, so that it is not told", () =>
    Effect.gen(function* () {
      const { authorized } = world(["new"], [tokenOf("new")])
      expect(yield* authorized(request, (_response, _received, secret) => Effect.succeed(secret))).toBe("new")
    })
  )

  it.effect("sends no token where it does not belong", () =>
    Effect.gen(function* () {
      const { authorized, sent } = world([], [tokenOf("new")])
      expect(yield* authorized(HttpClientRequest.get("https://example.org/"), status)).toBe(401)
      expect(sent).toHaveLength(1)
      expect(sent[0]?.headers["authorization"]).toBeUndefined()
    })
  )
})

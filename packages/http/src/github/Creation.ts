/**
 * How something is created in a repository: one at a time and a second apart, and never in a repository that has another
 * name now.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 *
 * @module
 */
import type { Resilience } from "@skippy/core"
import { Effect } from "effect"
import type { HttpClientRequest } from "effect/http"
import * as Exchange from "./Exchange.ts"
import type { GitHubError } from "./GitHubError.ts"
import type { Asked } from "./Judge.ts"
import { type Failure, type Reads, service } from "./Reads.ts"
import type { Requests } from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** What is asked of one repository. */
export type AskedOf = Asked & { readonly repository: string }

/** It was created just now. */
export interface Created<A> {
  readonly _tag: "Created"
  readonly value: A
}

/** Nothing was created: the repository is elsewhere. */
export interface Moved {
  readonly _tag: "Moved"
  readonly location: string
}

/** Creates things. */
export interface Creation {
  /** One request, and what came of it. */
  readonly post: <A>(
    request: HttpClientRequest.HttpClientRequest,
    asked: AskedOf,
    decode: Exchange.Decode<A>
  ) => Effect.Effect<Created<A> | Moved, Exchange.Failure>
  /**
   * Sends attempts through the pipeline. They are repeated when it is not known whether they were carried out, so an
   * attempt must be one that finds what an earlier one made.
   */
  readonly run: <O extends { readonly _tag: string }>(
    asked: AskedOf,
    attempt: Effect.Effect<O | Moved, Exchange.Failure>
  ) => Effect.Effect<O, Failure>
}

const isMoved = (outcome: { readonly _tag: string }): outcome is Moved => outcome._tag === "Moved"

/** What was not given is not sent. */
export const given = (body: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

/** The part of a location that leads to the repository. */
const repositoryAddress = /^.*?\/(?:repositories\/\d+|repos\/[^/?]+\/[^/?]+)(?=[/?]|$)/

/** Makes creations. */
export const make = (
  exchange: Exchange.Exchange,
  requests: Requests,
  reads: Reads,
  resilience: Resilience["Service"]
): Creation => {
  const readRepository = reads.of(Wire.Repository)

  /** Fails with the name the repository has now, as far as it can be found out. */
  const moved = (asked: AskedOf, location: string): Effect.Effect<never, GitHubError> => {
    const [address] = repositoryAddress.exec(location) ?? []
    const request = address === undefined ? undefined : requests.follow(address)
    if (request === undefined) return Exchange.unexpected(asked, "it leads elsewhere")
    const told = { reason: "renamed", category: "notFound" } as const
    return Effect.matchEffect(readRepository({ ...asked, operation: "getRepository", writes: false }, request), {
      onFailure: () => Exchange.fail(asked, told),
      onSuccess: ({ value }) => Exchange.fail(asked, { ...told, renamedTo: value.full_name })
    })
  }

  return {
    post: (request, asked, decode) =>
      Effect.gen(function* () {
        const answer = yield* exchange.send(request, asked)
        if (answer._tag === "Moved") return answer
        if (answer._tag === "Unchanged") return yield* Exchange.unexpected(asked, "304 to a creation")
        return { _tag: "Created", value: yield* decode(asked, answer.text) }
      }),
    run: (asked, attempt) =>
      Effect.gen(function* () {
        const call = { operation: asked.operation, idempotent: true, lane: "content" }
        const outcome = yield* resilience.pipeline(service).value(call, attempt)
        return isMoved(outcome) ? yield* moved(asked, outcome.location) : outcome
      })
  }
}

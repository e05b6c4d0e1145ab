/**
 * Creating issues. GitHub makes as many as it is asked for, so an issue carries a marker, and whoever may have asked
 * before looks for it first.
 *
 * Source: https://docs.github.com/en/rest/issues/issues
 *
 * @module
 */
import { certainlyNotCarriedOut } from "@skippy/core"
import { Effect, Semaphore } from "effect"
import type * as Answer from "./Answer.ts"
import * as Creation from "./Creation.ts"
import * as Exchange from "./Exchange.ts"
import { invalidInput, type InvalidInputError } from "../InvalidInputError.ts"
import { type CreateIssueInput, isBodyLength, maxBodyLength } from "./Input.ts"
import * as Marker from "./Marker.ts"
import { type Failure, service } from "./Reads.ts"
import { repositoryPath, type Requests } from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** What is done with issues. Inputs were checked. */
export interface Issues {
  readonly create: (input: CreateIssueInput) => Effect.Effect<Answer.CreatedIssue, Failure | InvalidInputError>
}

type WireIssue = typeof Wire.Issue.Type

/** An earlier attempt made it, or somebody else with the same key. */
interface Found {
  readonly _tag: "Found"
  readonly value: WireIssue
}

type Attempt = Effect.Effect<Creation.Created<WireIssue> | Creation.Moved | Found, Exchange.Failure>

const decode = Exchange.decode(Wire.Issue)
const decodeAll = Exchange.decode(Wire.Issues)

/** The newest first. Issues and pull requests are listed together, 100 at most. */
const newest = { state: "all", sort: "created", direction: "desc", per_page: 100 }

/** The marker is part of the body, so a body GitHub would take may be too long with it. */
const checkRoom = (body: string | undefined, marker: string): Effect.Effect<void, InvalidInputError> => {
  const room = Marker.lengthOf(marker)
  if (body === undefined || body === "" || isBodyLength(body, room)) return Effect.void
  const needs = `GitHub takes ${maxBodyLength}, and the marker by which a retry finds the issue needs ${room}`
  const fix = `give at most ${maxBodyLength - room} characters; ${needs}`
  return Effect.fail(invalidInput({ operation: "GitHub.createIssue", path: ["body"], value: body, fix }))
}

/** Makes the operations. */
export const make = (exchange: Exchange.Exchange, requests: Requests, creation: Creation.Creation): Issues => {
  const find = (
    asked: Creation.AskedOf,
    path: string,
    marker: string
  ): Effect.Effect<Creation.Moved | Found | undefined, Exchange.Failure> => {
    const lookup = { ...asked, writes: false }
    return Effect.gen(function* () {
      const answer = yield* exchange.send(requests.get(path, newest), lookup)
      if (answer._tag === "Moved") return answer
      if (answer._tag === "Unchanged") return yield* Exchange.unexpected(lookup, "304 to a first request")
      const issues = yield* decodeAll(lookup, answer.text)
      const found = issues.find(
        ({ body = null, pull_request }) => pull_request === undefined && Marker.isMarked(body, marker)
      )
      return found === undefined ? undefined : ({ _tag: "Found", value: found } as const)
      // The span of the attempt is the creation's.
    }).pipe(Effect.withSpan(`${service} ${asked.operation} lookup`, { kind: "client" }))
  }

  /** One attempt after the other, hedges too; from the second that may have been carried out on, each looks first. */
  const attempts = (input: CreateIssueInput, asked: Creation.AskedOf, marker: string): Attempt => {
    const { assignees, body, idempotencyKey, labels, repository, title } = input
    const path = `${repositoryPath(repository)}/issues`
    const request = requests.post(path, Creation.given({ title, body: Marker.mark(body, marker), labels, assignees }))
    const turn = Semaphore.makeUnsafe(1)
    let mayBeThere = idempotencyKey !== undefined
    const post = Effect.suspend(() => {
      const before = mayBeThere
      mayBeThere = true
      return Effect.tapError(creation.post(request, asked, decode), (error) =>
        Effect.sync(() => {
          if (certainlyNotCarriedOut(error)) mayBeThere = before
        })
      )
    })
    const attempt: Attempt = Effect.gen(function* () {
      const found = mayBeThere ? yield* find(asked, path, marker) : undefined
      return found ?? (yield* post)
    })
    return turn.withPermit(attempt)
  }

  return {
    create: (input) =>
      Effect.gen(function* () {
        const { idempotencyKey, repository } = input
        const asked = { operation: "createIssue", repository, writes: true }
        const marker = idempotencyKey === undefined ? yield* Marker.random : Marker.ofKey(idempotencyKey)
        yield* checkRoom(input.body, marker)
        const outcome = yield* creation.run(asked, attempts(input, asked, marker))
        return { ...Wire.issueOf(outcome.value), created: outcome._tag === "Created" }
      })
  }
}

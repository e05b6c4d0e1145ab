/**
 * How something is made so that it is made once, also when the answer is lost and the request has to be repeated.
 *
 * What may have an id of its own gets one, and Drive refuses a second one with it (409). Native documents (Docs, Sheets,
 * Slides …) may not; they are marked with a property only this application sees, and looked for before a repeat.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/create-file (ids),
 * https://developers.google.com/workspace/drive/api/guides/properties (private properties, and searching by them)
 *
 * @module
 */
import { Effect, Random } from "effect"
import type { HttpClientRequest } from "effect/http"
import type { Api, Asked, AttemptError, Failure } from "../Api.ts"
import { DriveError } from "../DriveError.ts"
import * as Query from "../Query.ts"
import * as Wire from "../Wire.ts"
import * as Careful from "./Careful.ts"
import type { Ids } from "./Ids.ts"

/** Something that is there now. */
export interface Created {
  readonly file: Wire.File
  /** `false`: an earlier attempt of this call had made it, and its answer was lost. */
  readonly created: boolean
}

/** What something that is made has to be like; what is `undefined` may be anything. */
export interface Expected {
  readonly name: string
  readonly mimeType: string | undefined
  readonly parentId: string | undefined
}

/** Properties only this application sees, by which something is found again. */
export type Mark = Readonly<Record<string, string>>

/** Makes things once. */
export interface Creation {
  /** With an id of its own. What has the id already must be what was to be made, or it is a `DriveError` (`conflict`). */
  readonly withId: (
    asked: Asked,
    expected: Expected,
    request: (id: string) => HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<Created, Failure>
  /** With a mark (`appProperties`), for what cannot have an id of its own; `driveId` is that of where it is made. */
  readonly marked: (
    asked: Asked,
    driveId: string | undefined,
    request: (appProperties: Mark) => HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<Created, Failure>
}

const markName = "skippyCreation"
const markDigits = 12

const half: Effect.Effect<string> = Effect.map(Random.next, (chance) =>
  Math.floor(chance * 2 ** 48)
    .toString(16)
    .padStart(markDigits, "0")
)

/** 96 bits of chance, in hexadecimal digits. */
const randomMark: Effect.Effect<string> = Effect.zipWith(half, half, (a, b) => a + b)

/** `root` is an alias: the id a file tells is another. */
const isAs = (file: Wire.File, { mimeType, name, parentId }: Expected): boolean =>
  file.name === name &&
  (mimeType === undefined || file.mimeType === mimeType) &&
  (parentId === undefined || parentId === "root" || file.parents === undefined || file.parents.includes(parentId))

/** Makes creations. */
export const make = (api: Api, ids: Ids): Creation => {
  const decode = api.decode(Wire.File)
  const readPage = api.call(Wire.FilePage)

  const send = (asked: Asked, request: HttpClientRequest.HttpClientRequest): Effect.Effect<Created, AttemptError> =>
    Effect.flatMap(api.exchange(asked, request), ({ text }) =>
      Effect.map(decode(asked, text), (file) => ({ file, created: true }))
    )

  const withId: Creation["withId"] = (asked, expected, request) =>
    Effect.gen(function* () {
      const id = yield* ids.next
      const attempt = Effect.catchTag(send(asked, request(id)), "DriveError", (refusal) =>
        // Whatever the reason: what has the id is looked at.
        refusal.status === 409 ? Effect.succeed(refusal) : Effect.fail(refusal)
      )
      const outcome = yield* api.through(asked, attempt)
      if (!(outcome instanceof DriveError)) return outcome
      const file = yield* Effect.catchTag(api.file(asked, id), "DriveError", (error) =>
        Effect.fail(error.reason === "notFound" ? outcome : error)
      )
      if (!isAs(file, expected)) {
        return yield* api.fail({ ...asked, fileId: id }, "conflict", "the id is that of something else")
      }
      return { file, created: false }
    })

  const marked: Creation["marked"] = (asked, driveId, request) =>
    Effect.flatMap(randomMark, (mark) => {
      const q = Query.textOf(Query.appProperty(markName, mark))
      const where = driveId === undefined ? {} : { corpora: "drive", driveId, includeItemsFromAllDrives: true }
      const looking = api.requests.get("/files", { q, ...where, pageSize: 10, fields: Wire.pageFields })
      const look = Effect.map(readPage({ ...asked, kind: "list", idempotent: true }, looking), ({ files = [] }) =>
        files.map((file) => ({ file, created: false })).at(0)
      )
      return Careful.run(api, asked, { send: send(asked, request({ [markName]: mark })), look })
    })

  return { withId, marked }
}

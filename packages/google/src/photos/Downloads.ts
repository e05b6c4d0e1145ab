/**
 * Brings the bytes of what was picked to the disk.
 *
 * The token goes to Google's hosts only: the address is checked before anything is sent, and again where it redirects to.
 * A `baseUrl` that is too old (403 of its host) is looked up anew once, and the download goes on where it was.
 *
 * Source: https://developers.google.com/photos/picker/guides/media-items
 *
 * @module
 */
import type { ResilienceError } from "@skippy/core"
import { Download, invalidInput, type InvalidInputError } from "@skippy/http"
import { type BoundedBody, Target } from "@skippy/http/authoring"
import { Effect, type FileSystem, type Path } from "effect"
import { type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type * as Answer from "./Answer.ts"
import { type Api, type Asked, type AttemptError, fail, type Failure } from "./Api.ts"
import * as Input from "./Input.ts"
import * as MediaUrl from "./MediaUrl.ts"
import type { PhotosError } from "./PhotosError.ts"
import type { Selections } from "./Selection.ts"

/** What a download can fail with. */
export type DownloadFailure = Failure | Download.DownloadError | InvalidInputError

/** Told how far a download is. */
export type OnProgress = (progress: Download.Progress) => Effect.Effect<void>

/** Downloads; what it is given was checked field by field. */
export type Downloads = (
  input: Input.DownloadMediaInput,
  onProgress: OnProgress | undefined
) => Effect.Effect<Answer.MediaDownload, DownloadFailure, FileSystem.FileSystem | Path.Path>

/** What is downloaded, whether there is an item or only an address. */
interface Wanted {
  readonly item: Answer.MediaItem | undefined
  readonly baseUrl: string
  readonly suffix: string
  /** Says whose content it is, whichever address it has at the moment. */
  readonly source: string
}

const operation = "downloadMedia"
const inputOperation = `Photos.${operation}`

const wrong = (field: string, value: unknown, fix: string) =>
  Effect.fail(invalidInput({ operation: inputOperation, path: [field], value, fix }))

/** In which form it is wanted. */
const asOf = ({ as, item, mimeType = Input.defaults.mimeType }: Input.DownloadMediaInput) =>
  as ?? ((item?.mimeType ?? mimeType).startsWith("video/") || item?.type === "video" ? "video" : "image")

/** Why the bytes of a video cannot be had. */
const hindrance = ({ processing, type }: Answer.MediaItem) => {
  if (type !== "video" || processing === "ready") return undefined
  return processing === "failed" ? "processingFailed" : "notReady"
}

/** Redirects that are followed. */
const maxRedirects = 5

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Where an answer leads to. */
class Moved {
  readonly url: string | undefined
  constructor(location: string | undefined, base: string) {
    this.url = location !== undefined && URL.canParse(location, base) ? new URL(location, base).href : undefined
  }
}

/** Makes it. */
export const make = ({ exchangeWith, through, trusts }: Api, selections: Selections): Downloads => {
  const wantedOf = (input: Input.DownloadMediaInput): Effect.Effect<Wanted, InvalidInputError | PhotosError> => {
    const { baseUrl, crop, item, maxHeight, maxWidth } = input
    if ((item === undefined) === (baseUrl === undefined)) {
      return wrong(item === undefined ? "item" : "baseUrl", undefined, "give either an item or a baseUrl")
    }
    const as = asOf(input)
    if (as === "video" && (maxWidth !== undefined || maxHeight !== undefined)) {
      const field = maxWidth === undefined ? "maxHeight" : "maxWidth"
      return wrong(field, input[field], 'leave it out for videos, or give as: "image" for a picture of the video')
    }
    if (crop === true && (maxWidth === undefined || maxHeight === undefined)) {
      return wrong("crop", crop, "give maxWidth and maxHeight with it")
    }
    const url = item?.baseUrl ?? baseUrl ?? ""
    if (!trusts(url) || MediaUrl.hasSuffix(url)) {
      return wrong(item === undefined ? "baseUrl" : "item", undefined, Input.untrustedFix)
    }
    const reason = item === undefined || as === "image" ? undefined : hindrance(item)
    if (reason !== undefined) {
      return fail({ operation, method: "bytes", sessionId: item?.sessionId, mediaId: item?.id }, reason)
    }
    const suffix = MediaUrl.suffixOf({ as, maxWidth, maxHeight, crop })
    const source = item === undefined ? url + suffix : `google-photos:${item.id}${suffix}`
    return Effect.succeed({ item, baseUrl: url, suffix, source })
  }

  const askedOf = ({ item }: Wanted, url: string): Asked => ({
    operation,
    method: "bytes",
    idempotent: true,
    lane: "download",
    partition: new URL(url).origin,
    sessionId: item?.sessionId,
    mediaId: item?.id
  })

  /** Sends a request, and again to where it is told to, as long as that is Google. */
  const follow = <A, E>(
    asked: Asked,
    request: HttpClientRequest.HttpClientRequest,
    read: Download.Attempt<A, E>["read"],
    left = maxRedirects
  ): Effect.Effect<A, E | AttemptError> =>
    Effect.gen(function* () {
      const turn = yield* exchangeWith(
        asked,
        request,
        (
          response: HttpClientResponse.HttpClientResponse,
          received: BoundedBody.Received
        ): Effect.Effect<A | Moved, E | HttpClientError.HttpClientError> =>
          redirects.has(response.status)
            ? Effect.succeed(new Moved(received.headers["location"], request.url))
            : read(response, received),
        // 416 tells the download something.
        (status) => status < 400 || status === 416
      )
      if (!(turn instanceof Moved)) return turn
      if (turn.url === undefined || left === 0)
        return yield* fail(asked, "unexpectedAnswer", { said: "the bytes are nowhere: redirects lead to no end" })
      if (!trusts(turn.url)) return yield* fail(asked, "untrustedHost", { said: new URL(turn.url).host })
      return yield* follow(asked, HttpClientRequest.setUrl(request, turn.url), read, left - 1)
    })

  const sendOf =
    (asked: Asked, url: string): Download.Send<AttemptError | ResilienceError> =>
    ({ around, headers, read }) => {
      const request = HttpClientRequest.get(url)
      const once = Effect.flatMap(headers, (more) => follow(asked, HttpClientRequest.setHeaders(request, more), read))
      return through(asked, around(once, request))
    }

  return (input, onProgress) =>
    Effect.gen(function* () {
      const { overwrite = Input.defaults.overwrite, path, resume = Input.defaults.resume } = input
      // A path where nothing can be written is told before anything is sent.
      yield* Target.check({ operation: inputOperation, path, overwrite })
      const wanted = yield* wantedOf(input)
      const { item, source, suffix } = wanted
      const run = (baseUrl: string) => {
        const url = baseUrl + suffix
        return Download.run({
          operation: inputOperation,
          send: sendOf(askedOf(wanted, url), url),
          source,
          path,
          overwrite,
          resume,
          onProgress
        })
      }
      const first = Effect.map(run(wanted.baseUrl), (file) => ({ file, relisted: false }))
      const { file, relisted } = yield* item === undefined
        ? first
        : Effect.catchIf(
            first,
            (error) => error._tag === "PhotosError" && error.reason === "urlExpired",
            () =>
              Effect.gen(function* () {
                const found = yield* selections.find(operation, item.sessionId, item.id)
                if (!trusts(found.baseUrl)) return yield* fail(askedOf(wanted, found.baseUrl), "untrustedHost")
                return { file: yield* run(found.baseUrl), relisted: true }
              })
          )
      return {
        path: file.path,
        bytes: file.bytes,
        resumedFrom: file.resumedFrom,
        ...(file.contentType === undefined ? {} : { contentType: file.contentType }),
        ...(item === undefined ? {} : { mediaId: item.id }),
        relisted
      }
    })
}

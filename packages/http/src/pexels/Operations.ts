/**
 * The operations of `Pexels`, put together for one connection.
 *
 * @module
 */
import type { Resilience } from "@skippy/core"
import { Effect, type FileSystem, Option, type Path, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { withoutRedirects } from "../client/ManualRedirects.ts"
import * as ResilientHttpClient from "../client/ResilientHttpClient.ts"
import { userAgent } from "../client/UserAgent.ts"
import { decodeInput, type InvalidInputError } from "../InvalidInputError.ts"
import * as Download from "../service/Download.ts"
import type { DownloadOptions } from "../service/Operations.ts"
import * as Target from "../service/Target.ts"
import type * as Answer from "./Answer.ts"
import { type Connection, defaultUrl } from "./Connection.ts"
import * as Exchange from "./Exchange.ts"
import * as Input from "./Input.ts"
import * as Wire from "./Wire.ts"

/**
 * What every operation can fail with: `InvalidInputError` before anything is sent, `PexelsError` for what Pexels refuses,
 * `HttpError` for the way to it, and the refusals of the pipeline.
 */
export type PexelsFailure = Exchange.Failure | InvalidInputError

/** The operations of Pexels. Each photo comes with the credit that has to be shown with it: `attribution`. */
export interface Shape {
  /**
   * Searches photos; one page of them. An answer is kept for 24 hours, under the query without regard to case and spaces.
   */
  readonly search: (input: Input.SearchInput) => Effect.Effect<Answer.PhotoPageAnswer, PexelsFailure>
  /** All pages of a search, each asked for when it is needed: every page is a request, unless it is kept. */
  readonly searchAll: (input: Input.SearchAllInput) => Stream.Stream<Answer.PhotoPageAnswer, PexelsFailure>
  /** One photo. An answer is kept for 24 hours. */
  readonly getPhoto: (photoId: number) => Effect.Effect<Answer.PhotoAnswer, PexelsFailure>
  /** A page of the photos Pexels has chosen; there is a new one every hour. An answer is kept for 24 hours. */
  readonly curated: (input?: Input.CuratedInput) => Effect.Effect<Answer.PhotoPageAnswer, PexelsFailure>
  /**
   * Writes an image of a photo into a file. It appears when it is whole, at once, and a file that is there stays there
   * unless `overwrite` is given. The photo costs a request, unless it is kept; the image costs none.
   */
  readonly download: (
    input: Input.DownloadInput,
    options?: DownloadOptions
  ) => Effect.Effect<Answer.DownloadAnswer, PexelsFailure | Download.DownloadError>
}

const inputs = {
  search: decodeInput(Input.SearchInput, { operation: "Pexels.search" }),
  searchAll: decodeInput(Input.SearchAllInput, { operation: "Pexels.searchAll" }),
  getPhoto: decodeInput(Input.GetPhotoInput, { operation: "Pexels.getPhoto" }),
  curated: decodeInput(Input.CuratedInput, { operation: "Pexels.curated" }),
  download: decodeInput(Input.DownloadInput, { operation: "Pexels.download" })
}

/** The parameters of a search in their one order, as the cache tells questions apart by them. */
const queryOf = ({
  color,
  orientation,
  page = Input.defaults.page,
  perPage = Input.defaults.perPage,
  query,
  size
}: Input.SearchInput) => ({
  query: Input.normalizeQuery(query),
  ...(orientation === undefined ? {} : { orientation }),
  ...(size === undefined ? {} : { size }),
  ...(color === undefined ? {} : { color: Input.normalizeColor(color) }),
  page,
  per_page: perPage
})

const photoOf = (photoId: number) => ({ operation: "getPhoto", path: `/v1/photos/${photoId}`, photoId })

/** Images of Pexels are at Pexels. Those of an API that is elsewhere, such as an emulator, may be anywhere. */
const isImageOf = (api: string, image: string): boolean => {
  const { hostname, protocol } = new URL(image)
  return api !== defaultUrl || (protocol === "https:" && hostname.endsWith(".pexels.com"))
}

/** Makes the operations. */
export const make = (
  connection: Connection
): Effect.Effect<Shape, never, FileSystem.FileSystem | HttpClient.HttpClient | Path.Path | Resilience> =>
  Effect.gen(function* () {
    const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const { ask, unexpected } = yield* Exchange.make(connection)
    // Only the address in the answer is checked, so nothing may lead on from there.
    const images = yield* Effect.updateService(
      ResilientHttpClient.make({ service: Exchange.imageService }),
      HttpClient.HttpClient,
      withoutRedirects
    )
    const sendOf = yield* Download.through(images, { operation: "downloadPhoto", lane: "download" })
    const askPage = ask(Wire.Page, Wire.pageOf)
    const askPhoto = ask(Wire.Photo, Wire.photoOf)

    const searchPage = (input: Input.SearchInput) =>
      Effect.map(
        askPage({ operation: "search", path: "/v1/search", query: queryOf(input) }),
        ({ freshness, value }): Answer.PhotoPageAnswer => ({ ...value, ...freshness })
      )

    return {
      search: Effect.fn("Pexels.search")(function* (input) {
        return yield* searchPage(yield* inputs.search(input))
      }),
      searchAll: (input) =>
        Stream.unwrap(
          Effect.map(inputs.searchAll(input), ({ perPage = Input.defaults.perPageOfAll, ...checked }) =>
            Stream.paginate(1, (page: number) =>
              Effect.map(searchPage({ ...checked, perPage, page }), (found) => [
                [found],
                // A page without photos is the last, whatever it says.
                found.hasMore && found.photos.length > 0 ? Option.some(page + 1) : Option.none<number>()
              ])
            )
          )
        ).pipe(Stream.withSpan("Pexels.searchAll")),
      getPhoto: Effect.fn("Pexels.getPhoto")(function* (id) {
        const { photoId } = yield* inputs.getPhoto({ photoId: id })
        const { freshness, value } = yield* askPhoto(photoOf(photoId))
        return { ...value, ...freshness }
      }),
      curated: Effect.fn("Pexels.curated")(function* (input = {}) {
        const { page = Input.defaults.page, perPage = Input.defaults.perPage } = yield* inputs.curated(input)
        const query = { page, per_page: perPage }
        const { freshness, value } = yield* askPage({ operation: "curated", path: "/v1/curated", query })
        return { ...value, ...freshness }
      }),
      download: Effect.fn("Pexels.download")(function* (input, options = {}) {
        const checked = yield* inputs.download(input)
        const { overwrite = Download.defaults.overwrite, path, photoId, size = Input.defaults.size } = checked
        const operation = "Pexels.download"
        // A path where nothing can be written is told before anything is sent.
        yield* Target.check({ operation, path, overwrite })
        const question = photoOf(photoId)
        const { value: photo } = yield* askPhoto(question)
        const url = photo.src[size]
        if (!isImageOf(connection.url, url)) return yield* unexpected(question, "its image is not at Pexels")
        const request = HttpClientRequest.get(url, { headers: { "user-agent": userAgent } })
        const file = yield* Download.run({
          operation,
          send: sendOf(request),
          source: url,
          path,
          overwrite,
          ...options
        })
        return {
          path: file.path,
          bytes: file.bytes,
          ...(file.contentType === undefined ? {} : { contentType: file.contentType }),
          size,
          photo,
          attribution: photo.attribution
        }
      }, Effect.provideContext(files))
    }
  })

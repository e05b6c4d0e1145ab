/**
 * Files brought from Drive to the disk: streamed into a part, gone on with where they broke off, compared by checksum, and
 * put in their place at once. Documents of Google's are exported.
 *
 * Sources: https://developers.google.com/workspace/drive/api/guides/manage-downloads (`alt=media`, `Range`, exports)
 *
 * @module
 */
import { Download, type DownloadError, type HttpError, type InvalidInputError, invalidInput } from "@skippy/http"
import { type BoundedBody, type Checksums, Target } from "@skippy/http/authoring"
import { Effect, type FileSystem, type Path } from "effect"
import { Headers, HttpClientRequest } from "effect/http"
import type * as Answer from "./Answer.ts"
import type { Api, Asked, Failure } from "./Api.ts"
import * as Exports from "./Exports.ts"
import * as Formats from "./Formats.ts"
import type { DownloadFileInput } from "./Input.ts"
import type { Item, Items } from "./Items.ts"
import * as Requests from "./Requests.ts"
import * as Wire from "./Wire.ts"

/** Told how far a download is. */
export interface OnProgress {
  readonly onProgress?: ((progress: Download.Progress) => Effect.Effect<void>) | undefined
}

/** What a download can fail with. */
export type DownloadFailure = Failure | DownloadError | HttpError | InvalidInputError

/** Downloads files. The input was decoded. */
export type Downloads = (
  input: DownloadFileInput & OnProgress
) => Effect.Effect<Answer.DownloadedFile, DownloadFailure, FileSystem.FileSystem | Path.Path>

const operation = "Drive.downloadFile"

/** What is read of an answer: a file, a part of it, or that there is no such part. */
const isFile = (status: number): boolean => (status >= 200 && status < 300) || status === 416

/**
 * An answer whose content is known by its checksum. Drive gives media no tag, so that nothing would say that the rest
 * belongs to what is there; the checksum does, and the whole is compared with it in the end.
 */
class Known implements BoundedBody.Received {
  readonly headers: Headers.Headers
  private readonly received: BoundedBody.Received

  constructor(received: BoundedBody.Received, md5: string) {
    this.received = received
    this.headers = Headers.set(received.headers, "etag", `"md5-${md5}"`)
  }

  get isRead(): boolean {
    return this.received.isRead
  }

  set isRead(is: boolean) {
    this.received.isRead = is
  }
}

/** How a document is exported, or a file that is none is left as it is. */
const formatOf = ({ format, path }: DownloadFileInput, mimeType: string) => {
  const known = Formats.formatsOf(mimeType)
  const found = format === undefined ? Formats.downloadFormat(mimeType, path) : Formats.formatOf(mimeType, format)
  if (found !== undefined) return Effect.succeed(found)
  const fix =
    known.length === 0
      ? "leave it out: the file is downloaded as it is"
      : `give one of ${known.map(({ name }) => name).join(", ")}, or leave it out`
  return Effect.fail(invalidInput({ operation, path: ["format"], value: format, fix }))
}

/** Makes it. */
export const make = (
  api: Api,
  items: Items,
  exports: Exports.Exports,
  checksums: Checksums.Checksums["Service"]
): Downloads => {
  /** Each attempt asks for what is missing. Drive's media say nothing of `If-Range`, so only the range is sent there. */
  const sendOf =
    (asked: Asked, request: HttpClientRequest.HttpClientRequest, md5: string | undefined): Download.Send<Failure> =>
    ({ around, headers, read }) => {
      const exchange = Effect.flatMap(headers, ({ "if-range": condition, ...plain }) =>
        exports.follow(
          asked,
          HttpClientRequest.setHeaders(
            request,
            md5 === undefined && condition !== undefined ? { ...plain, "if-range": condition } : plain
          ),
          (response, received) => read(response, md5 === undefined ? received : new Known(received, md5)),
          isFile
        )
      )
      return api.through(asked, around(exchange, request))
    }

  const mediaOf = ({ file, keys }: Item) =>
    Requests.withResourceKeys(api.requests.get(Requests.pathOf(file.id), { alt: "media" }), keys)

  return (input) =>
    Effect.gen(function* () {
      const { fileId, onProgress, overwrite = Download.defaults.overwrite, path, resourceKey, resume } = input
      // A path where nothing can be written is told before anything is sent.
      yield* Target.check({ operation, path, overwrite })
      const asked: Asked = { operation: "downloadFile", fileId, kind: "get", idempotent: true }
      const downloading: Asked = { ...asked, kind: "download", lane: "download" }
      const item = yield* items.resolveNow(asked, { fileId, resourceKey })
      const { file } = item
      const { md5Checksum: md5, mimeType = "application/octet-stream", version = "" } = file
      const isDocument = mimeType.startsWith(Wire.googleType)
      if (Wire.isFolder(file)) return yield* api.fail(asked, "notDownloadable", mimeType)
      if (isDocument && Formats.formatsOf(mimeType).length === 0)
        return yield* api.fail(asked, "notExportable", mimeType)
      const format = isDocument || input.format !== undefined ? yield* formatOf(input, mimeType) : undefined

      const run = (request: HttpClientRequest.HttpClientRequest) =>
        Download.run({
          operation,
          send: sendOf(downloading, request, md5),
          source: `google-drive ${file.id} ${md5 ?? version} ${format?.mimeType ?? ""}`,
          path,
          overwrite,
          resume,
          onProgress,
          verify: md5 === undefined ? undefined : { hasher: () => checksums.make("md5"), hex: md5 }
        })
      /** Wrong bytes, or somebody has changed the file since it was looked at. */
      const explain = (error: DownloadError): Effect.Effect<never, Failure | DownloadError> =>
        error.reason === "checksum"
          ? Effect.flatMap(
              items.resolveNow(asked, { fileId, resourceKey }),
              (now): Effect.Effect<never, Failure | DownloadError> =>
                now.file.md5Checksum === md5 ? Effect.fail(error) : api.fail(asked, "changed")
            )
          : Effect.fail(error)
      const done =
        format === undefined
          ? yield* Effect.catchTag(run(mediaOf(item)), "DownloadError", explain)
          : yield* Effect.catchIf(run(exports.request(item, format.mimeType)), Exports.isTooLarge, (error) =>
              Effect.flatMap(exports.linkOf(asked, item, format.mimeType, error), run)
            )
      return {
        fileId: file.id,
        name: file.name ?? "",
        mimeType: format?.mimeType ?? mimeType,
        path: done.path,
        bytes: done.bytes,
        resumedFrom: done.resumedFrom,
        ...(md5 === undefined ? {} : { md5 })
      }
    })
}

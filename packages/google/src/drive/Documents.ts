/**
 * The text of files: documents of Google's by export, files of text as they are.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-downloads
 *
 * @module
 */
import { BoundedBody } from "@skippy/http/authoring"
import { Effect } from "effect"
import { HttpClientRequest, type HttpClientError, type HttpClientResponse } from "effect/http"
import type * as Answer from "./Answer.ts"
import type { Api, Asked, AttemptError, Failure } from "./Api.ts"
import * as Exports from "./Exports.ts"
import * as Formats from "./Formats.ts"
import { older } from "./Fresh.ts"
import { defaults, type ReadDocumentInput } from "./Input.ts"
import type { Item, Items } from "./Items.ts"
import * as Requests from "./Requests.ts"

/** Reads documents. The input was checked. */
export type Documents = (input: typeof ReadDocumentInput.Type) => Effect.Effect<Answer.DocumentText, Failure>

/** What was read. */
interface Text {
  readonly text: string
  readonly bytes: number
  readonly isWhole: boolean
}

const charset = /charset="?([\w-]+)"?/i

/** What the bytes say. A character that was cut off at the end is left out. */
export const textOf = (bytes: Uint8Array, contentType: string | undefined, isWhole: boolean): string => {
  const label = charset.exec(contentType ?? "")?.[1] ?? "utf-8"
  try {
    return new TextDecoder(label).decode(bytes, { stream: !isWhole })
  } catch {
    // Nobody knows such a charset.
    return new TextDecoder().decode(bytes, { stream: !isWhole })
  }
}

/** Statuses that have it. */
const accepts = (status: number): boolean => status === 200 || status === 206

/** Makes it. */
export const make = (api: Api, items: Items, exports: Exports.Exports): Documents => {
  const read =
    (maxBytes: number, size: number | undefined) =>
    (
      response: HttpClientResponse.HttpClientResponse,
      received: BoundedBody.Received
    ): Effect.Effect<Text, HttpClientError.HttpClientError> =>
      Effect.map(BoundedBody.beginning(response, maxBytes, received), ({ bytes, isWhole }) => {
        const isAll = isWhole && (size === undefined || bytes.length >= size)
        return {
          text: textOf(bytes, received.headers["content-type"], isAll),
          bytes: bytes.length,
          isWhole: isAll
        }
      })

  const mediaOf = ({ file, keys }: Item, maxBytes: number, size: number | undefined) => {
    const request = Requests.withResourceKeys(api.requests.get(Requests.pathOf(file.id), { alt: "media" }), keys)
    return size === undefined || size <= maxBytes
      ? request
      : HttpClientRequest.setHeader(request, "range", `bytes=0-${maxBytes - 1}`)
  }

  return ({ fileId, format, maxBytes, resourceKey }) =>
    Effect.gen(function* () {
      const asked: Asked = { operation: "readDocument", fileId, kind: "get", idempotent: true }
      const { freshness, value: item } = yield* items.resolve(asked, { fileId, resourceKey })
      const { file } = item
      const plan = Formats.textPlan(file.mimeType ?? "", format)
      if (plan._tag === "None") return yield* api.fail(asked, plan.reason, file.mimeType)
      const size = file.size === undefined ? undefined : Number(file.size)
      const mimeType = plan._tag === "Media" ? (file.mimeType ?? "text/plain") : plan.mimeType

      const downloading: Asked = { ...asked, kind: "download" }
      const attempt = (
        request: HttpClientRequest.HttpClientRequest,
        ofSize: number | undefined
      ): Effect.Effect<Text, AttemptError> => exports.follow(downloading, request, read(maxBytes, ofSize), accepts)
      // Long texts would fill the memory that is for many short ones.
      const key = maxBytes > defaults.maxBytes ? undefined : `${file.id} ${file.version ?? ""} ${mimeType} ${maxBytes}`
      const ask = (request: HttpClientRequest.HttpClientRequest, ofSize: number | undefined) =>
        api.keeping(downloading, key, attempt(request, ofSize))

      const found =
        plan._tag === "Media"
          ? yield* ask(mediaOf(item, maxBytes, size), size)
          : yield* Effect.catchIf(ask(exports.request(item, plan.mimeType), undefined), Exports.isTooLarge, (error) =>
              Effect.flatMap(exports.linkOf(asked, item, plan.mimeType, error), (link) => ask(link, undefined))
            )
      return {
        fileId: file.id,
        name: file.name ?? "",
        mimeType,
        text: found.value.text,
        bytes: found.value.bytes,
        isCut: !found.value.isWhole,
        ...older(freshness, found.freshness)
      }
    })
}

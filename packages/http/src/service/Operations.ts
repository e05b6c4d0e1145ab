/**
 * What `HttpService` does: checks what it is given, sends it through the policies, and reads the answer.
 *
 * @module
 */
import { Deadline, InvalidOptionError, Resilience, type ResilienceError } from "@skippy/core"
import { type Duration, Effect, FileSystem, Path } from "effect"
import { HttpClient, type HttpClientResponse } from "effect/http"
import * as BoundedBody from "../client/BoundedBody.ts"
import type { HttpError } from "../client/HttpError.ts"
import { withoutRedirects } from "../client/ManualRedirects.ts"
import * as ResilientHttpClient from "../client/ResilientHttpClient.ts"
import { decodeInput, type InvalidInputError } from "../InvalidInputError.ts"
import * as UrlGuard from "../UrlGuard.ts"
import * as AnswerBody from "./AnswerBody.ts"
import { userAgent } from "../client/UserAgent.ts"
import * as Download from "./Download.ts"
import * as Follow from "./Follow.ts"
import * as RequestBody from "./RequestBody.ts"
import * as RequestHeaders from "./RequestHeaders.ts"
import { DownloadInput, GetInput, type HttpAnswer, type HttpDownload, PostInput } from "./Schemas.ts"

/** What every call can fail with. */
export type HttpServiceError =
  | InvalidInputError
  | UrlGuard.UrlRefusedError
  | Follow.RedirectError
  | HttpError
  | ResilienceError

/** What `download` takes beside its input. */
export interface DownloadOptions {
  /** The longest time without a byte; an attempt that waits longer has failed. Default 30 seconds. */
  readonly idleTimeout?: Duration.Input | undefined
  /**
   * Told at the beginning and the end of each attempt, and in between when there are more bytes, at most every 100 ms. The
   * download waits for it, and its time counts as time without a byte.
   */
  readonly onProgress?: ((progress: Download.Progress) => Effect.Effect<void>) | undefined
}

/** What the service offers. */
export interface Shape {
  /** Asks for something. It is repeated when it fails for a passing reason. */
  readonly get: (input: GetInput) => Effect.Effect<HttpAnswer, HttpServiceError>
  /**
   * Sends something. It is repeated only when it certainly was not carried out, or when it has an `idempotencyKey`. A
   * redirect with 301, 302 or 303 is followed with a GET, one with 307 or 308 sends the same data to where it leads.
   */
  readonly post: (input: PostInput) => Effect.Effect<HttpAnswer, HttpServiceError>
  /**
   * Brings a file to the disk: see `Download`. An answer that is no file, such as 404, is an `HttpError` with its status.
   */
  readonly download: (
    input: DownloadInput,
    options?: DownloadOptions
  ) => Effect.Effect<HttpDownload, HttpServiceError | Download.DownloadError>
}

/** How the service works. */
export interface Options {
  /** Decides which URLs are called. Default: those of public hosts. */
  readonly guard?: UrlGuard.UrlGuard | undefined
  /** The most bytes of a body that are kept, when a call does not say. Default 1 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** The most redirects that are followed. Default 10. */
  readonly maxRedirects?: number | undefined
}

/** The defaults, in one place. */
export const defaults = { maxBodyBytes: 1024 * 1024, maxRedirects: 10 } as const

const service = "http"
const downloadLane = "download"

const names = { get: "HttpService.get", post: "HttpService.post", download: "HttpService.download" } as const

const decodeGet = decodeInput(GetInput, { operation: names.get })
const decodePost = decodeInput(PostInput, { operation: names.post, secret: ["data"] })
const decodeDownload = decodeInput(DownloadInput, { operation: names.download })

const byDownload = "leave it out, the download sets it itself"
const reservedByDownload = { "accept-encoding": byDownload, "if-range": byDownload, range: byDownload }
const byKey = { "idempotency-key": "give it as idempotencyKey" }

/** What goes with every request unless the caller says otherwise. */
const usual = { accept: "*/*", "user-agent": userAgent }

const answerOf = (response: HttpClientResponse.HttpClientResponse, received: BoundedBody.Received, maxBytes: number) =>
  Effect.map(BoundedBody.beginning(response, maxBytes, received), ({ bytes, isWhole }) => {
    const { status } = response
    const { headers } = received
    const { "content-encoding": contentEncoding, "content-type": contentType } = headers
    const totalBytes = BoundedBody.lengthOf(headers)
    const cut = { keptBytes: bytes.length, ...(totalBytes === undefined ? {} : { totalBytes }) }
    return {
      status,
      headers: { ...headers },
      ...(contentType === undefined ? {} : { contentType }),
      ...AnswerBody.read(bytes, { contentEncoding, contentType, isCut: !isWhole }),
      bytes: bytes.length,
      ...(isWhole ? {} : { cut })
    }
  })

/** One deadline for all requests of a call; each by itself would get the whole time again. */
const deadlineOf = (millis: number) =>
  millis === Infinity
    ? Effect.succeed(<A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E | Deadline.DeadlineExceededError> => call)
    : Deadline.make({ name: service, within: millis })

const checked = (option: keyof typeof defaults, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 0) return value
  const fix = "give a whole number, 0 or more"
  throw new InvalidOptionError({ policy: "HttpService", option, value: String(value), fix })
}

/** Makes the service. Options that make no sense are a defect (`InvalidOptionError`). */
export const make = (
  options: Options = {}
): Effect.Effect<Shape, never, HttpClient.HttpClient | Resilience | FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const guard = options.guard ?? UrlGuard.make()
    const maxBodyBytes = checked("maxBodyBytes", options.maxBodyBytes ?? defaults.maxBodyBytes)
    const maxRedirects = checked("maxRedirects", options.maxRedirects ?? defaults.maxRedirects)
    const fs = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    // Where a redirect may lead is decided here.
    const client = yield* Effect.updateService(
      ResilientHttpClient.make({ service }),
      HttpClient.HttpClient,
      withoutRedirects
    )
    const sendFile = yield* Download.through(client, { operation: "download", lane: downloadLane })
    const { deadlineMillis, lanes } = (yield* Resilience).pipeline(service).stages
    const inTime = yield* deadlineOf(deadlineMillis)
    const fileInTime = yield* deadlineOf(lanes.get(downloadLane)?.deadlineMillis ?? deadlineMillis)

    const followed = ({ sensitiveHeaders: more = [] }: Pick<GetInput, "sensitiveHeaders">) => ({
      guard,
      maxRedirects,
      sensitive: more.map((name) => name.toLowerCase())
    })

    /** Without a word about encodings a server may choose one. */
    const readable = { ...usual, "accept-encoding": "identity" }

    const ask = (
      hop: Omit<Follow.Hop, "url"> & { readonly url: string },
      { operation, ...input }: Pick<GetInput, "maxBodyBytes" | "sensitiveHeaders"> & { readonly operation: string }
    ): Effect.Effect<HttpAnswer, HttpServiceError> => {
      const read = Follow.unlessMoved((response, received) =>
        answerOf(response, received, input.maxBodyBytes ?? maxBodyBytes)
      )
      return Effect.flatMap(guard.check(hop.url), (url) =>
        inTime(
          Effect.map(
            Follow.follow(
              { ...hop, url },
              {
                ...followed(input),
                send: (request) => client.call(request, read, { operation })
              }
            ),
            ({ redirects, url, value }) => ({ ...value, url, redirects })
          )
        )
      )
    }

    const get = Effect.fn(names.get)(function* (input: GetInput) {
      const { headers: given = {}, url, ...rest } = yield* decodeGet(input)
      const headers = { ...readable, ...(yield* RequestHeaders.check(given, { operation: names.get })) }
      return yield* ask({ method: "GET", url, headers, body: undefined }, { ...rest, operation: "get" })
    })

    const post = Effect.fn(names.post)(function* (input: PostInput) {
      const { contentType = "json", data, headers: given = {}, idempotencyKey, url, ...rest } = yield* decodePost(input)
      const reserved = idempotencyKey === undefined ? undefined : byKey
      const checked = yield* RequestHeaders.check(given, { operation: names.post, reserved })
      const { "content-type": header, ...others } = checked
      const body = yield* RequestBody.make({ operation: names.post, data, contentType, header })
      const key = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }
      const headers = { ...readable, ...others, ...key }
      return yield* ask({ method: "POST", url, headers, body }, { ...rest, operation: "post" })
    })

    const download = Effect.fn(names.download)(function* (input: DownloadInput, options: DownloadOptions = {}) {
      const { headers: given = {}, url: address, ...rest } = yield* decodeDownload(input)
      const reserved = reservedByDownload
      const headers = { ...usual, ...(yield* RequestHeaders.check(given, { operation: names.download, reserved })) }
      const url = yield* guard.check(address)
      let redirects = 0
      let last = url.href
      const send: Download.Send<HttpServiceError> = (attempt) =>
        Effect.map(
          Follow.follow(
            { method: "GET", url, headers, body: undefined },
            {
              ...followed(rest),
              send: (request) => sendFile(request)({ ...attempt, read: Follow.unlessMoved(attempt.read) })
            }
          ),
          (arrived) => {
            redirects = arrived.redirects
            last = arrived.url
            return arrived.value
          }
        )
      const { maxBytes, overwrite, path, resume } = rest
      const file = yield* Download.run({
        operation: names.download,
        send,
        source: url.href,
        path,
        overwrite,
        resume,
        maxBytes,
        ...options
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), Effect.provideService(Path.Path, paths), fileInTime)
      return { ...file, url: last, redirects }
    })

    return { get, post, download }
  })

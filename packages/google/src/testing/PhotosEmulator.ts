/**
 * Google's Photos Picker and the host of its media: sessions, people who pick, media items, bytes; with Google's sign-in.
 * A machine for `EmulatorServer` and `EmulatorClient`.
 *
 * What it answers is taken from the reference (https://developers.google.com/photos/picker/reference/rest) and the guides
 * (https://developers.google.com/photos/picker/guides/sessions, https://developers.google.com/photos/picker/guides/media-items).
 * Where they are silent it is strict; the rooms of `photos/` say where. Not here: `requestId`, and what a picture looks
 * like: a smaller picture is a text that says which one it is.
 *
 * @example
 * ```ts
 * import { PhotosEmulator } from "@skippy/google/testing"
 * import { EmulatorClient } from "@skippy/http/testing"
 * import { Effect } from "effect"
 * import { HttpClientRequest } from "effect/http"
 *
 * const program = Effect.gen(function* () {
 *   const google = PhotosEmulator.make({ media: [{ filename: "IMG_1.jpg" }, { filename: "MOV_2.mp4" }] })
 *   const { client } = EmulatorClient.make(google)
 *   const api = "https://photospicker.googleapis.com/v1"
 *   const send = (request: HttpClientRequest.HttpClientRequest) =>
 *     Effect.flatMap(client.execute(HttpClientRequest.bearerToken(request, "token-of-a-test")), ({ text }) =>
 *       Effect.map(text, (body) => JSON.parse(body))
 *     )
 *
 *   const { id, pollingConfig } = yield* send(HttpClientRequest.post(`${api}/sessions`))
 *   console.log(pollingConfig)
 *   const list = send(HttpClientRequest.get(`${api}/mediaItems?sessionId=${id}`))
 *   console.log((yield* list).error.status)
 *
 *   google.pick(id, [{ filename: "IMG_3.jpg" }])
 *   const { mediaItems } = yield* list
 *   console.log(mediaItems[0].type, mediaItems[0].mediaFile.filename)
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * { pollInterval: '5s', timeoutIn: '1800s' }
 * FAILED_PRECONDITION
 * PHOTO IMG_3.jpg
 * ```
 *
 * @module
 */
import type { Emulator } from "@skippy/http/testing"
import * as TokenMachine from "./auth/TokenMachine.ts"
import type { Options as TokenOptions } from "./auth/TokenOptions.ts"
import type { Media } from "./photos/Library.ts"
import { Minute } from "./photos/Limits.ts"
import { answer } from "./photos/Machine.ts"
import type { LimitOptions, MediaOptions, Options as PickerOptions } from "./photos/Options.ts"
import { type Session, State } from "./photos/State.ts"

export type { LimitOptions, MediaOptions, ProcessingStatus } from "./photos/Options.ts"

/** What the emulator starts with: a library, how people pick, limits; and who may sign in. */
export interface Options extends PickerOptions, TokenOptions {}

/** An emulator of the Photos Picker, and what a test may see of it and do there. */
export interface PhotosEmulator extends Emulator {
  /** The sessions that were not deleted, the oldest first. */
  readonly sessions: () => ReadonlyArray<Session>
  /** How many sessions were created, those that were deleted included. */
  readonly createdCount: () => number
  /** The library, and what was picked beside it. */
  readonly media: () => ReadonlyArray<Media>
  /**
   * The owner of a session picks, by ids of the library or something new, and presses Done. It throws when that cannot be:
   * there is no such session, it was done already, these are more than may be picked.
   */
  readonly pick: (sessionId: string, items: ReadonlyArray<string | MediaOptions>) => void
  /** A video can be had from now on. It throws when there is none. */
  readonly finishProcessing: (id: string) => void
  /** Other limits from now on. What was counted stays counted. */
  readonly setLimits: (limits: LimitOptions) => void
  /** Google's sign-in, which makes and ends tokens. */
  readonly tokens: TokenMachine.TokenMachine
  /** Sessions and what was picked, as text: for another emulator of the same options, such as that of the next process. */
  readonly snapshot: () => string
  /** Goes on from a snapshot. It throws when the text is none. */
  readonly restore: (snapshot: string) => void
}

/** Makes an emulator. */
export const make = (options: Options = {}): PhotosEmulator => {
  const state = new State(options)
  const tokens = TokenMachine.make(options)
  const machine = { options, state, tokens, requests: new Minute(), media: new Minute() }
  return {
    handle: (request, now) => answer(machine, request, now),
    sessions: () => state.all(),
    createdCount: () => state.createdCount(),
    media: () => state.media(),
    pick: (sessionId, items) => state.pick(sessionId, items),
    finishProcessing: (id) => state.finishProcessing(id),
    setLimits: (limits) => state.setLimits(limits),
    tokens,
    snapshot: () => state.snapshot(),
    restore: (snapshot) => state.restore(snapshot)
  }
}

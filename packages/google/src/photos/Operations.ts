/**
 * The operations of `Photos`, put together for one connection.
 *
 * @module
 */
import { type Resilience, Timeout } from "@skippy/core"
import { decodeInput, type InvalidInputError } from "@skippy/http"
import { Effect, type FileSystem, type Path, type Scope, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { TokenProvider } from "../auth/TokenProvider.ts"
import type * as Answer from "./Answer.ts"
import * as Api from "./Api.ts"
import type { Connection } from "./Connection.ts"
import * as Downloads from "./Downloads.ts"
import * as Input from "./Input.ts"
import * as Selection from "./Selection.ts"
import * as Sessions from "./Sessions.ts"
import * as Waiting from "./Waiting.ts"

/**
 * What every operation can fail with: `InvalidInputError` before anything is sent, `PhotosError` for what Google refuses,
 * `AuthError` when there is no token, `HttpError` for the way to Google, and the refusals of the pipeline.
 */
export type PhotosFailure = Api.Failure | InvalidInputError

/** The operations of the Photos Picker. */
export interface Shape {
  /**
   * Creates a picking session. Its owner picks at `pickerUri`. It is not repeated when the answer was lost: then it fails with
   * the reason `unknownOutcome`. Delete it when it is done with: there may be only so many.
   */
  readonly createSession: (input?: Input.CreateSessionInput) => Effect.Effect<Answer.PickerSession, PhotosFailure>
  /** What is known of a session now. */
  readonly getSession: (input: Input.SessionInput) => Effect.Effect<Answer.PickerSession, PhotosFailure>
  /** The same, for whoever asks whether somebody is done: `mediaItemsSet`, and `polling` for when to ask again. */
  readonly checkSession: (input: Input.SessionInput) => Effect.Effect<Answer.PickerSession, PhotosFailure>
  /** What was picked, of as many pages as it takes. Fails with the reason `notPicked` before somebody is done. */
  readonly selectedMedia: (input: Input.SelectedMediaInput) => Effect.Effect<Answer.MediaList, PhotosFailure>
  /** All that was picked, each page asked for when it is needed. */
  readonly media: (sessionId: string) => Stream.Stream<Answer.MediaItem, PhotosFailure>
  /**
   * Writes the bytes of an item into a file. It appears when it is whole, at once, and what broke off is gone on with. The
   * `baseUrl` of an item that is too old is looked up anew.
   */
  readonly downloadMedia: (
    input: Input.DownloadMediaInput & { readonly onProgress?: Downloads.OnProgress | undefined }
  ) => Effect.Effect<Answer.MediaDownload, Downloads.DownloadFailure>
  /** Deletes a session, and with it the way to what was picked. One that is not there is deleted. */
  readonly deleteSession: (input: Input.SessionInput) => Effect.Effect<Answer.DeletedSession, PhotosFailure>
  /**
   * Creates a session, tells where to pick, waits until somebody is done, and deletes the session when the scope ends. Fails
   * with the reason `pickingTimedOut` when nobody is.
   */
  readonly waitForSelection: <E = never, R = never>(
    options: Waiting.SelectionOptions<E, R>
  ) => Effect.Effect<Waiting.Selection, PhotosFailure | E, R | Scope.Scope>
  /** The same for something that is done with what was picked, before the session is deleted. */
  readonly withSelection: <A, E2, R2, E = never, R = never>(
    options: Waiting.SelectionOptions<E, R>,
    use: (selection: Waiting.Selection) => Effect.Effect<A, E2, R2>
  ) => Effect.Effect<A, PhotosFailure | E | E2, Exclude<R | R2, Scope.Scope>>
}

const inputs = {
  createSession: decodeInput(Input.CreateSessionInput, { operation: "Photos.createSession" }),
  getSession: decodeInput(Input.SessionInput, { operation: "Photos.getSession" }),
  checkSession: decodeInput(Input.SessionInput, { operation: "Photos.checkSession" }),
  selectedMedia: decodeInput(Input.SelectedMediaInput, { operation: "Photos.selectedMedia" }),
  media: decodeInput(Input.SessionInput, { operation: "Photos.media" }),
  downloadMedia: decodeInput(Input.DownloadMediaInput, {
    operation: "Photos.downloadMedia",
    secret: ["baseUrl", "item"]
  }),
  deleteSession: decodeInput(Input.SessionInput, { operation: "Photos.deleteSession" }),
  waitForSelection: decodeInput(Input.CreateSessionInput, { operation: "Photos.waitForSelection" })
}

/** What the operations need. */
export type Needs = FileSystem.FileSystem | HttpClient.HttpClient | Path.Path | Resilience | TokenProvider

/** Makes the operations. */
export const make = (connection: Connection): Effect.Effect<Shape, never, Needs> =>
  Effect.gen(function* () {
    const files = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    const api = yield* Api.make(connection)
    const sessions = Sessions.make(api)
    const selections = Selection.make(api)
    const download = Downloads.make(api, selections)
    const wait = Waiting.make(sessions, selections, yield* Timeout.make({ name: Api.service, after: "10 seconds" }))

    const waitForSelection: Shape["waitForSelection"] = Effect.fn("Photos.waitForSelection")(function* (options) {
      const { maxItemCount } = options
      yield* inputs.waitForSelection({ maxItemCount })
      return yield* wait(options)
    })

    return {
      createSession: Effect.fn("Photos.createSession")(function* (input = {}) {
        return yield* sessions.create(yield* inputs.createSession(input))
      }),
      getSession: Effect.fn("Photos.getSession")(function* (input) {
        const { sessionId } = yield* inputs.getSession(input)
        return yield* sessions.get("getSession", sessionId)
      }),
      checkSession: Effect.fn("Photos.checkSession")(function* (input) {
        const { sessionId } = yield* inputs.checkSession(input)
        return yield* sessions.get("checkSession", sessionId)
      }),
      selectedMedia: Effect.fn("Photos.selectedMedia")(function* (input) {
        const { maxResults = Input.defaults.maxResults, sessionId } = yield* inputs.selectedMedia(input)
        return yield* selections.list("selectedMedia", sessionId, maxResults)
      }),
      media: (id) =>
        Stream.unwrap(
          Effect.map(inputs.media({ sessionId: id }), ({ sessionId }) => selections.stream("media", sessionId))
        ).pipe(Stream.withSpan("Photos.media")),
      downloadMedia: Effect.fn("Photos.downloadMedia")(function* ({ onProgress, ...input }) {
        return yield* download(yield* inputs.downloadMedia(input), onProgress)
      }, Effect.provideContext(files)),
      deleteSession: Effect.fn("Photos.deleteSession")(function* (input) {
        const { sessionId } = yield* inputs.deleteSession(input)
        return yield* sessions.delete(sessionId)
      }),
      waitForSelection,
      withSelection: (options, use) => Effect.scoped(Effect.flatMap(waitForSelection(options), use))
    }
  })

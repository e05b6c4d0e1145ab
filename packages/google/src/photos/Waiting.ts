/**
 * Waits until somebody has picked: creates a session, tells where to pick, asks as Google wants to be asked, and deletes the
 * session when its scope ends, however it ends.
 *
 * @module
 */
import { categoryOf, describeError, retryAfterOf, type Timeout } from "@skippy/core"
import { type InvalidInputError, invalidInput } from "@skippy/http"
import { Clock, DateTime, Duration, Effect, Option, type Scope, type Stream } from "effect"
import { acquire } from "./Acquire.ts"
import type * as Answer from "./Answer.ts"
import { fail, type Failure } from "./Api.ts"
import type * as Input from "./Input.ts"
import * as Polling from "./Polling.ts"
import type { Selections } from "./Selection.ts"
import type { Sessions } from "./Sessions.ts"
import { defaultPollMillis } from "./Wire.ts"

/** For whom is waited, and how long. */
export interface SelectionOptions<E = never, R = never> extends Input.CreateSessionInput {
  /** Told where somebody picks: to show it, or to open a browser. Waiting begins when it is done. */
  readonly onPickerUri: (pickerUri: string, session: Answer.PickerSession) => Effect.Effect<void, E, R>
  /** How long somebody may take. Default: as long as Google lets it be asked. */
  readonly timeout?: Duration.Input | undefined
}

/** What was picked. It is there as long as its session. */
export interface Selection {
  readonly session: Answer.PickerSession
  /** What was picked, each page asked for when it is needed. */
  readonly media: Stream.Stream<Answer.MediaItem, Failure>
}

/** Waits. */
export type Wait = <E, R>(
  options: SelectionOptions<E, R>
) => Effect.Effect<Selection, Failure | E | InvalidInputError, R | Scope.Scope>

const timeoutOf = (operation: string, value: Duration.Input | undefined): Effect.Effect<number, InvalidInputError> => {
  if (value === undefined) return Effect.succeed(Infinity)
  const millis = Option.match(Duration.fromInput(value), { onNone: () => 0, onSome: Duration.toMillis })
  const fix = 'give a duration of more than 0, such as "10 minutes"'
  return millis > 0 ? Effect.succeed(millis) : invalidInput({ operation, path: ["timeout"], value, fix })
}

const seenIn = ({ expiresAt, mediaItemsSet, polling }: Answer.PickerSession): Polling.Seen => ({
  _tag: "Answer",
  mediaItemsSet,
  pollMillis: polling && Duration.toMillis(polling.pollInterval),
  timeoutMillis: polling?.timeoutIn && Duration.toMillis(polling.timeoutIn),
  expiresAt: expiresAt && DateTime.toEpochMillis(expiresAt)
})

/** What is worth asking again: the service may be back before somebody has picked. */
const troubleOf = (error: Failure): Polling.Seen | undefined => {
  const category = categoryOf(error)
  if (
    error._tag === "AuthError" ? error.reason !== "unavailable" : category !== "transient" && category !== "throttled"
  )
    return undefined
  const retryAfter = retryAfterOf(error)
  return { _tag: "Trouble", retryAfterMillis: retryAfter === undefined ? 0 : Duration.toMillis(retryAfter) }
}

/** Makes it. `within` ends what is cleaned up past the policies. */
export const make = (sessions: Sessions, selections: Selections, within: Timeout.Timeout): Wait => {
  const operation = "waitForSelection"

  /** A circuit that is open opens again later, and nobody comes back for the session then: one request past it. */
  const remove = (sessionId: string) =>
    Effect.catchTag(sessions.delete(sessionId), "CircuitOpenError", () => within(sessions.deleteOnce(sessionId)))

  const release = ({ sessionId }: Answer.PickerSession): Effect.Effect<void> =>
    Effect.catch(remove(sessionId), (error) =>
      Effect.logWarning(`the picking session ${sessionId} is left until it ends: ${describeError(error)}`)
    ).pipe(Effect.asVoid)

  const ask = (sessionId: string): Effect.Effect<readonly [Polling.Seen, Option.Option<Failure>], Failure> =>
    Effect.matchEffect(sessions.get(operation, sessionId), {
      onSuccess: (session) => Effect.succeed([seenIn(session), Option.none()]),
      onFailure: (error) => {
        const trouble = troubleOf(error)
        return trouble === undefined ? Effect.fail(error) : Effect.succeed([trouble, Option.some(error)])
      }
    })

  const untilPicked = (session: Answer.PickerSession, timeoutMillis: number): Effect.Effect<void, Failure> => {
    const { sessionId } = session
    const over = fail({ operation, method: "session", sessionId }, "pickingTimedOut")

    const goOn = (
      seen: Polling.Seen,
      error: Option.Option<Failure>,
      state: Polling.State
    ): Effect.Effect<void, Failure> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const [decision, next] = Polling.step(state, seen, now)
        switch (decision._tag) {
          case "Picked":
            return Effect.void
          case "Over":
            return over
          case "GiveUp":
            return Option.match(error, { onNone: () => over, onSome: Effect.fail })
          case "Wait":
            return Effect.andThen(
              Effect.sleep(decision.millis),
              Effect.flatMap(ask(sessionId), ([seen, error]) => goOn(seen, error, next))
            )
        }
      })

    return Effect.flatMap(Clock.currentTimeMillis, (now) =>
      goOn(seenIn(session), Option.none(), Polling.begin(now, timeoutMillis, defaultPollMillis))
    )
  }

  return (options) =>
    Effect.gen(function* () {
      const { maxItemCount, onPickerUri, timeout } = options
      const timeoutMillis = yield* timeoutOf(`Photos.${operation}`, timeout)
      const session = yield* Effect.uninterruptibleMask((restore) =>
        Effect.tap(
          acquire((attempts) => sessions.create({ maxItemCount }, attempts), restore, release),
          (session) => Effect.addFinalizer(() => release(session))
        )
      )
      yield* onPickerUri(session.pickerUri, session)
      yield* untilPicked(session, timeoutMillis)
      return { session, media: selections.stream(operation, session.sessionId) }
    })
}

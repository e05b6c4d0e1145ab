/**
 * A resumable upload as a machine: what is known, what was answered, and what to do next. Pure.
 *
 * - Only what the server says it kept counts, never what was sent.
 * - After anything that broke off, it is asked how much was kept.
 * - A session that is gone is not the end: the file may be there, which is looked up; else a new session is started for the
 *   same id.
 * - It ends: lost sessions, and rounds without a byte more, are counted.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resume-upload
 *
 * @module
 */
import { type Piece, pieceFrom } from "./ContentRange.ts"

/** How often a session may be lost, or have less than before, within one call. */
export const maxRestarts = 3

/** How many rounds in a row may pass without a byte more. */
export const maxIdleRounds = 3

/** What to do next. */
export type Step =
  /** Start a session. */
  | { readonly _tag: "Start" }
  /** Ask how much was kept. */
  | { readonly _tag: "Ask" }
  /** Send a piece. */
  | ({ readonly _tag: "Send" } & Piece)
  /** See whether there is a file with the id. */
  | { readonly _tag: "LookUp" }
  /** The last request stored the file, and answered what it is. */
  | { readonly _tag: "Stored" }
  /** There is a file with the id: see whether it is the right one. */
  | { readonly _tag: "Found" }
  | { readonly _tag: "GivenUp"; readonly why: "lost" | "idle" }

/** What came of the step. */
export type Answer =
  /** There is a session. */
  | { readonly _tag: "Started" }
  /** 308: so many bytes are kept; `undefined` when it does not say so as documented. */
  | { readonly _tag: "Kept"; readonly bytes: number | undefined }
  /** 200 or 201. */
  | { readonly _tag: "Stored" }
  /** The session is no more. */
  | { readonly _tag: "Lost" }
  /** 409: the id is taken. */
  | { readonly _tag: "Taken" }
  /** No answer, or one that says nothing of the upload. */
  | { readonly _tag: "Broken" }
  /** There is a file with the id. */
  | { readonly _tag: "Present" }
  /** There is none. */
  | { readonly _tag: "Absent" }

/** What is known. */
export interface State {
  readonly total: number
  /** `undefined`: all that is missing goes with one request. */
  readonly chunkSize: number | undefined
  readonly step: Step
  /** What the server last said it kept; `undefined` when it has not said. */
  readonly kept: number | undefined
  readonly restarts: number
  readonly idleRounds: number
}

/** How an upload begins. */
export interface Beginning {
  readonly total: number
  readonly chunkSize: number | undefined
  /** What an earlier call left: a session, or only the id, when it ended before there was one. */
  readonly left: "nothing" | "id" | "session"
}

const firstSteps = {
  nothing: { _tag: "Start" },
  id: { _tag: "LookUp" },
  session: { _tag: "Ask" }
} as const

/** The beginning. */
export const begin = ({ chunkSize, left, total }: Beginning): State => ({
  total,
  chunkSize,
  step: firstSteps[left],
  kept: undefined,
  restarts: 0,
  idleRounds: 0
})

const at = (state: State, step: Step): State => ({ ...state, step })

const restarted = (state: State, step: Step): State => {
  const restarts = state.restarts + 1
  return { ...state, restarts, step: restarts > maxRestarts ? { _tag: "GivenUp", why: "lost" } : step }
}

const lost = (state: State): State => ({ ...restarted(state, { _tag: "LookUp" }), kept: undefined, idleRounds: 0 })

const kept = (state: State, bytes: number | undefined): State => {
  if (bytes === undefined || bytes > state.total) return lost(state)
  const send: Step =
    // All is there, and yet the file is not: there is nothing to send, only to ask again.
    bytes === state.total ? { _tag: "Ask" } : { _tag: "Send", ...pieceFrom(bytes, state.total, state.chunkSize) }
  const before = state.kept
  if (before === undefined || bytes > before) {
    return { ...state, kept: bytes, idleRounds: 0, step: send }
  }
  if (bytes < before) return { ...restarted(state, send), kept: bytes, idleRounds: 0 }
  const idleRounds = state.idleRounds + 1
  return { ...state, idleRounds, step: idleRounds >= maxIdleRounds ? { _tag: "GivenUp", why: "idle" } : send }
}

/** What to do after an answer. An answer that does not belong to the step changes nothing. */
export const next = (state: State, answer: Answer): State => {
  const { step } = state
  switch (step._tag) {
    case "Start":
      if (answer._tag === "Started") {
        return { ...at(state, { _tag: "Send", ...pieceFrom(0, state.total, state.chunkSize) }), kept: 0, idleRounds: 0 }
      }
      return answer._tag === "Taken" ? at(state, { _tag: "Found" }) : state
    case "LookUp":
      if (answer._tag === "Present") return at(state, { _tag: "Found" })
      return answer._tag === "Absent" ? at(state, { _tag: "Start" }) : state
    case "Ask":
    case "Send":
      switch (answer._tag) {
        case "Stored":
          return at(state, { _tag: "Stored" })
        case "Taken":
          return at(state, { _tag: "Found" })
        case "Lost":
          return lost(state)
        case "Broken":
          return at(state, { _tag: "Ask" })
        case "Kept":
          return kept(state, answer.bytes)
        default:
          return state
      }
    default:
      return state
  }
}

/**
 * What an emulator was asked and what it answered, for tests to look at.
 *
 * @module
 */
import type { EmulatorRequest } from "./Emulator.ts"
import type { Fault } from "./Fault.ts"

/** A request that came, and its fate. */
export interface RecordedRequest {
  readonly method: string
  /** Without the query, as it was sent (percent-encoded). */
  readonly path: string
  /** Decoded. A name that comes more than once has all of its values. */
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As UTF-8 text. */
  readonly body: string
  /** When it was there, in milliseconds since the epoch. */
  readonly at: number
  /** The status of its answer, if there was one, though a fault may have kept it from the client. */
  readonly status: number | undefined
  /** What it met. */
  readonly fault: Fault | undefined
  /** Whether the emulator carried it out. */
  readonly carriedOut: boolean
}

/** What became of a request. */
export type Fate = Pick<RecordedRequest, "at" | "carriedOut" | "fault" | "status">

/** Remembers the last requests. */
export interface Recorder {
  readonly record: (request: EmulatorRequest, fate: Fate) => void
  /** The requests that are remembered, the oldest first. */
  readonly requests: () => ReadonlyArray<RecordedRequest>
  /** Forgets them. */
  readonly clear: () => void
}

const defaultKeep = 10_000

const queryOf = ({ searchParams }: URL): RecordedRequest["query"] => {
  const query: Record<string, string | ReadonlyArray<string>> = {}
  for (const name of searchParams.keys()) {
    const [first = "", ...others] = searchParams.getAll(name)
    query[name] = others.length === 0 ? first : [first, ...others]
  }
  return query
}

const decoder = new TextDecoder()

/** Makes a recorder that keeps the last `keep` requests, 10,000 by default. */
export const make = (keep = defaultKeep): Recorder => {
  let recorded: Array<RecordedRequest> = []
  return {
    record: ({ body, headers, method, url }, fate) => {
      // Cutting at twice the size costs a constant for each request.
      if (recorded.length >= 2 * keep) recorded = recorded.slice(recorded.length - keep)
      recorded.push({ method, path: url.pathname, query: queryOf(url), headers, body: decoder.decode(body), ...fate })
    },
    requests: () => recorded.slice(Math.max(0, recorded.length - keep)),
    clear: () => {
      recorded = []
    }
  }
}

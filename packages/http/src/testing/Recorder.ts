/**
 * What an emulator was asked and what it answered, for tests to look at.
 *
 * @module
 */
import type { EmulatorHead } from "./Emulator.ts"
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
  /** As UTF-8 text. Empty for one that the emulator took as it came, and for a large one that nobody took. */
  readonly body: string
  /** How many bytes of the body came. */
  readonly bodyLength: number
  /** When it was there, in milliseconds since the epoch. */
  readonly at: number
  /** The status of its answer, if there was one, though a fault may have kept it from the client. */
  readonly status: number | undefined
  /** What it met. */
  readonly fault: Fault | undefined
  /** Whether the emulator carried it out. One that broke off in its body was not, though the emulator may keep what came. */
  readonly carriedOut: boolean
}

/** What became of a request. */
export interface Fate extends Pick<RecordedRequest, "at" | "bodyLength" | "carriedOut" | "fault" | "status"> {
  /** The body, if it was kept. */
  readonly body: Uint8Array | undefined
}

/** Remembers the last requests. */
export interface Recorder {
  readonly record: (request: EmulatorHead, fate: Fate) => void
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
    record: ({ headers, method, url }, fate) => {
      // Cutting at twice the size costs a constant for each request.
      if (recorded.length >= 2 * keep) recorded = recorded.slice(recorded.length - keep)
      const body = fate.body === undefined ? "" : decoder.decode(fate.body)
      recorded.push({ method, path: url.pathname, query: queryOf(url), headers, ...fate, body })
    },
    requests: () => recorded.slice(Math.max(0, recorded.length - keep)),
    clear: () => {
      recorded = []
    }
  }
}

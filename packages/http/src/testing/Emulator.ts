/**
 * What an emulator of an API is: a pure machine that answers requests from its state. The same machine serves real
 * sockets (`EmulatorServer`) and a client without any (`EmulatorClient`).
 *
 * @module
 */

/** A request as an emulator sees it. */
export interface EmulatorRequest {
  /** Upper case. */
  readonly method: string
  /** The whole URL, the origin it was sent to included. */
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A body that is too large for memory: it is read when it is sent, piece by piece, each when the one before is gone. */
export interface Pieces {
  /** In bytes. */
  readonly length: number
  /** The bytes from `start` up to, and not including, `end`. */
  readonly read: (start: number, end: number) => Uint8Array
}

/** An answer of an emulator. */
export interface EmulatorAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | Pieces | undefined
}

/** The head of a request, before its body has come. */
export type EmulatorHead = Omit<EmulatorRequest, "body">

/** Takes the body of a request as it comes. The first of `end` and `abort` is the last of its calls. */
export interface Sink {
  /** The next bytes; they may be overwritten afterwards. */
  readonly write: (bytes: Uint8Array) => void
  /** All of it has come: the answer. */
  readonly end: (now: number) => EmulatorAnswer
  /** The connection broke before all of it had come, or `write` threw. */
  readonly abort: (now: number) => void
}

/** A machine that answers as an API does. */
export interface Emulator {
  /** Answers at a moment (milliseconds since the epoch), and changes its state as the API would. */
  readonly handle: (request: EmulatorRequest, now: number) => EmulatorAnswer
  /** Takes a body as it comes, instead of `handle`, for the requests it gives a sink for. */
  readonly receive?: ((head: EmulatorHead, now: number) => Sink | undefined) | undefined
}

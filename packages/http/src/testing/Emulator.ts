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

/** An answer of an emulator. */
export interface EmulatorAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
}

/** A machine that answers as an API does. */
export interface Emulator {
  /** Answers at a moment (milliseconds since the epoch), and changes its state as the API would. */
  readonly handle: (request: EmulatorRequest, now: number) => EmulatorAnswer
}

/** A service that tells what it was asked, and remembers what it carried out. */
import type { Emulator, EmulatorRequest } from "../../src/testing/Emulator.ts"

export interface Echo extends Emulator {
  /** Requests that were carried out, by method and path, in order. */
  readonly carriedOut: ReadonlyArray<string>
}

export const make = (headers: (request: EmulatorRequest) => Readonly<Record<string, string>> = () => ({})): Echo => {
  const carriedOut: Array<string> = []
  return {
    carriedOut,
    handle: (request) => {
      carriedOut.push(`${request.method} ${request.url.pathname}`)
      const body = JSON.stringify({ method: request.method, path: request.url.pathname, sent: request.body.length })
      return { status: 200, headers: { "content-type": "application/json", ...headers(request) }, body }
    }
  }
}

/**
 * One request of Node's server and its answer, piece by piece: neither is ever held as a whole here.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Effect } from "effect"
import { inPieces, pieceSize } from "./Body.ts"
import type { EmulatorHead, Pieces } from "./Emulator.ts"
import type { Delivery, Incoming } from "./Exchange.ts"

const headersOf = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ")
  }
  return headers
}

/** The URL that was asked for. A path such as `//other/x` stays a path. */
const urlOf = ({ headers, url = "/" }: IncomingMessage): URL | undefined => {
  const asked = url.startsWith("/") ? `http://${headers.host}${url}` : url
  return URL.canParse(asked) ? new URL(asked) : undefined
}

/** The head of a request, unless its target is not a URL. */
export const headOf = (message: IncomingMessage): EmulatorHead | undefined => {
  const url = urlOf(message)
  return url && { method: message.method ?? "GET", url, headers: headersOf(message) }
}

/**
 * Brings the body of a request, at the pace it is taken. A client that leaves while it sends never ends this: the end of
 * its connection does.
 */
export const take = (message: IncomingMessage, { abort, end, write }: Incoming): Effect.Effect<Delivery> =>
  Effect.callback<void>((resume) => {
    const stop = () => {
      message.off("data", onData).off("end", onEnd).pause()
    }
    const onEnd = () => resume(Effect.void)
    const onData = (bytes: Uint8Array) => {
      try {
        if (write(bytes)) return
        resume(Effect.void)
      } catch (defect) {
        resume(Effect.die(defect))
      }
      stop()
    }
    // An error is always followed by the end of the connection.
    message
      .on("error", () => {})
      .on("data", onData)
      .on("end", onEnd)
    return Effect.sync(stop)
  }).pipe(Effect.andThen(end), Effect.ensuring(abort))

/** Sends a piece, and waits until it is on its way. */
const send = (response: ServerResponse, piece: Uint8Array): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    response.write(piece, () => resume(Effect.void))
  })

const sendAll = (response: ServerResponse, body: Pieces, length: number): Effect.Effect<void> =>
  Effect.forEach(inPieces(body, length), (piece) => send(response, piece), { discard: true })

/** Brings an answer to the client, at the pace it takes it. */
export const deliver = (response: ServerResponse, delivery: Delivery): Effect.Effect<void> => {
  switch (delivery._tag) {
    case "Whole":
      return Effect.suspend(() => {
        const { body, headers, status } = delivery.answer
        response.writeHead(status, headers)
        const end = (piece?: Uint8Array) => Effect.sync(() => void response.end(piece))
        if (body === undefined) return end()
        if (body.length <= pieceSize) return end(body.read(0, body.length))
        return Effect.andThen(sendAll(response, body, body.length), end())
      })
    case "Part":
      return Effect.suspend(() => {
        response.writeHead(delivery.answer.status, delivery.answer.headers).flushHeaders()
        const ending = delivery.ending === "hang" ? Effect.never : Effect.sync(() => void response.destroy())
        return Effect.andThen(sendAll(response, delivery.body, delivery.length), ending)
      })
    case "Reset":
      return Effect.sync(() => void response.socket?.resetAndDestroy())
    case "Hang":
      return Effect.never
  }
}

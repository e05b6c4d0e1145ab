/**
 * The web of the sandbox: every public address is answered with what was asked, so that something can be seen of calls,
 * their policies and their errors. `/status/503` is answered with that status, `/bytes/1000` with so many bytes.
 *
 * @module
 */
import { ByteRange, type Emulator, type EmulatorAnswer, type EmulatorRequest } from "@skippy/http/testing"

const maxBytes = 1_000_000_000

const json = (status: number, body: unknown): EmulatorAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body)
})

const decoder = new TextDecoder()

const echo = (status: number, { body, method, url }: EmulatorRequest): EmulatorAnswer =>
  json(status, { sandbox: true, method, url: url.href, ...(body.length === 0 ? {} : { body: decoder.decode(body) }) })

/** The bytes follow from their places, so that a download that goes on gets the rest of the same file. */
const bytesAt = (start: number, end: number): Uint8Array =>
  Uint8Array.from({ length: end - start }, (_, at) => 32 + ((start + at) % 95))

const file = (size: number, { headers }: EmulatorRequest): EmulatorAnswer => {
  const common = { "content-type": "application/octet-stream", "accept-ranges": "bytes", etag: `"bytes-${size}"` }
  const part = ByteRange.partOf(headers["range"], size)
  if (part === "none") return { status: 416, headers: { ...common, "content-range": `bytes */${size}` } }
  const { end, start } = part ?? { start: 0, end: size }
  return {
    status: part === undefined ? 200 : 206,
    headers: part === undefined ? common : { ...common, "content-range": ByteRange.contentRange(part, size) },
    body: { length: end - start, read: (from, to) => bytesAt(start + from, start + to) }
  }
}

/** The web of the sandbox. */
export const site: Emulator = {
  handle: (request) => {
    const [, what, number = ""] = /^\/(status|bytes)\/(\d+)$/.exec(request.url.pathname) ?? []
    const value = Number(number)
    if (what === "status" && value >= 200 && value <= 599) return echo(value, request)
    return what === "bytes" && value <= maxBytes ? file(value, request) : echo(200, request)
  }
}

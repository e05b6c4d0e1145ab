import type { EmulatorAnswer } from "@skippy/http/testing"
import type { DriveEmulator } from "../../../src/testing/DriveEmulator.ts"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  readonly text: string
  /** As it comes: a test looks at it field by field. */
  readonly json: ReturnType<typeof JSON.parse>
  /** The reason of an error. */
  readonly reason: string | undefined
}

export interface Asked {
  readonly token?: string | false
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | object
  readonly query?: Readonly<Record<string, string>>
  readonly now?: number
}

export const folderType = "application/vnd.google-apps.folder"
export const shortcutType = "application/vnd.google-apps.shortcut"
export const documentType = "application/vnd.google-apps.document"
export const spreadsheetType = "application/vnd.google-apps.spreadsheet"
/** 2025-01-01 */
export const start = Date.UTC(2025, 0, 1)
export const chunk = 256 * 1024

const encoder = new TextEncoder()

const bytesOf = (body: EmulatorAnswer["body"]): Uint8Array =>
  body === undefined
    ? new Uint8Array()
    : typeof body === "string"
      ? encoder.encode(body)
      : body instanceof Uint8Array
        ? body
        : body.read(0, body.length)

export const read = ({ body, headers = {}, status }: EmulatorAnswer): Answer => {
  const bytes = bytesOf(body)
  const text = bytes.length < 10_000_000 ? new TextDecoder().decode(bytes) : ""
  const json = headers["content-type"]?.startsWith("application/json") === true ? JSON.parse(text) : undefined
  return { status, headers, bytes, text, json, reason: json?.error?.errors?.[0]?.reason }
}

const urlOf = (path: string, query: Readonly<Record<string, string>>): URL => {
  const url = new URL(path, "https://drive.test")
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url
}

/** A request as `handle` takes it. */
export const requestOf = (method: string, path: string, asked: Asked = {}) => {
  const { body = "", headers = {}, query = {}, token = "token-of-a-test" } = asked
  const isJson = typeof body === "object" && !(body instanceof Uint8Array)
  return {
    method,
    url: urlOf(path, query),
    headers: {
      ...(token === false ? {} : { authorization: `Bearer ${token}` }),
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...headers
    },
    body: body instanceof Uint8Array ? body : encoder.encode(isJson ? JSON.stringify(body) : String(body))
  }
}

/** Asks an emulator; paths without a slash at the front are below `/drive/v3/`. */
export const ask = (drive: DriveEmulator, method: string, path: string, asked: Asked = {}): Answer =>
  read(
    drive.handle(requestOf(method, /^(\/|https?:)/.test(path) ? path : `/drive/v3/${path}`, asked), asked.now ?? start)
  )

export const multipart = (metadata: object, content: string | Uint8Array, type = "text/plain") => {
  const head = `--edge\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n--edge\r\ncontent-type: ${type}\r\n\r\n`
  const bytes = typeof content === "string" ? encoder.encode(content) : content
  return {
    headers: { "content-type": "multipart/related; boundary=edge" },
    body: new Uint8Array([...encoder.encode(head), ...bytes, ...encoder.encode("\r\n--edge--")])
  }
}

/** Starts a resumable upload and gives its address. */
export const begin = (
  drive: DriveEmulator,
  metadata: object,
  headers: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string>> = {}
): string => {
  const answer = ask(drive, "POST", "/upload/drive/v3/files", {
    query: { uploadType: "resumable", ...query },
    headers,
    body: metadata
  })
  const location = answer.headers["location"]
  if (location === undefined) throw new Error(`no session: ${answer.status} ${answer.text}`)
  return location
}

/** Sends to a session, without a token: its address is enough. */
export const send = (
  drive: DriveEmulator,
  session: string,
  range: string | undefined,
  body: Uint8Array = new Uint8Array(),
  method = "PUT",
  now = start
): Answer =>
  ask(drive, method, session, {
    token: false,
    now,
    body,
    headers: range === undefined ? {} : { "content-range": range }
  })

/** Bytes that differ from place to place. */
export const noise = (length: number, seed = 1): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    bytes[i] = state >>> 24
  }
  return bytes
}

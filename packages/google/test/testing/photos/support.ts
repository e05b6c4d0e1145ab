/** What the tests of the Photos Picker emulator share. */
import * as PhotosEmulator from "../../../src/testing/PhotosEmulator.ts"

/** What a test asks. The token is a good one unless something else is said. */
export interface Ask {
  readonly token?: string | undefined
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly now?: number
  readonly origin?: string
}

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: ReturnType<typeof JSON.parse>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const bytesOf = (body: unknown): Uint8Array =>
  body === undefined ? new Uint8Array() : encoder.encode(typeof body === "string" ? body : JSON.stringify(body))

/** Asks the machine directly. */
export const ask = (google: PhotosEmulator.PhotosEmulator, path: string, options: Ask = {}): Asked => {
  const { headers = {}, method = "GET", now = 0, origin = "https://photospicker.googleapis.com" } = options
  const token = "token" in options ? options.token : "token-of-a-test"
  const answer = google.handle(
    {
      method,
      url: new URL(origin + path),
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      body: bytesOf(options.body)
    },
    now
  )
  const { body = "" } = answer
  const bytes = typeof body === "string" ? body : body instanceof Uint8Array ? body : body.read(0, body.length)
  const text = typeof bytes === "string" ? bytes : decoder.decode(bytes)
  const isJson = answer.headers?.["content-type"]?.startsWith("application/json") === true
  return { status: answer.status, headers: answer.headers ?? {}, text, json: isJson ? JSON.parse(text) : undefined }
}

/** The id of a session that was just created. */
export const created = (google: PhotosEmulator.PhotosEmulator, options: Ask = {}): string =>
  ask(google, "/v1/sessions", { method: "POST", ...options }).json.id

/** A session in which everything of the library was picked. */
export const picked = (google: PhotosEmulator.PhotosEmulator): string => {
  const id = created(google)
  google.pick(
    id,
    google.media().map((media) => media.id)
  )
  return id
}

export const minute = 60_000

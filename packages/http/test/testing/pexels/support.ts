import { bytesOf } from "../../../src/testing/Body.ts"
import type { EmulatorAnswer } from "../../../src/testing/Emulator.ts"
import * as PexelsEmulator from "../../../src/testing/PexelsEmulator.ts"

/** What a test asks. The key is a good one unless something else is said. */
export interface Ask {
  readonly key?: string | undefined
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly now?: number
  readonly origin?: string
}

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  readonly json: ReturnType<typeof JSON.parse>
}

const asked = ({ body, headers = {}, status }: EmulatorAnswer): Asked => ({
  status,
  headers,
  bytes: bytesOf(body),
  json:
    typeof body === "string" && headers["content-type"]?.startsWith("application/json") ? JSON.parse(body) : undefined
})

/** Asks the machine directly. */
export const ask = (pexels: PexelsEmulator.PexelsEmulator, path: string, options: Ask = {}): Asked => {
  const { headers = {}, method = "GET", now = 0, origin = "https://api.pexels.com" } = options
  const key = "key" in options ? options.key : "good-key"
  return asked(
    pexels.handle(
      {
        method,
        url: new URL(origin + path),
        headers: { "user-agent": "test", ...(key === undefined ? {} : { authorization: key }), ...headers },
        body: new Uint8Array()
      },
      now
    )
  )
}

/** An emulator with two good keys and whatever else is given; without photos there are 40 of oceans and 20 of cats. */
export const pexels = (options: Omit<PexelsEmulator.Options, "keys"> = {}): PexelsEmulator.PexelsEmulator =>
  PexelsEmulator.make({
    keys: ["good-key", "other-key"],
    ...(options.photos === undefined ? { topics: { ocean: 40, "black cat": 20 } } : {}),
    ...options
  })

export const idsOf = ({ json }: Asked): ReadonlyArray<number> =>
  json.photos.map(({ id }: { readonly id: number }) => id)

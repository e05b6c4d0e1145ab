/**
 * Pexels' API, as far as photos go, and the host of its images: a machine with limits and the documented answers, for
 * `EmulatorServer` and `EmulatorClient`.
 *
 * What it answers is taken from the documentation (https://www.pexels.com/api/documentation/), for the headers of the
 * limits https://help.pexels.com/hc/en-us/articles/900005368726, and from answers people published; `pexels/Reply.ts` says
 * which. Where nothing is known it is strict: values of parameters that are not documented, and pages of more than 80, are
 * a 400; `Authorization` with `Bearer` is a 401; every request of a good key counts but those that are over a limit. Both
 * windows begin with their first request. Not here: collections, videos, and what an image looks like.
 *
 * Images are below `/images/`, where no key is needed. They are real, and small: a twenty-fifth of the size.
 *
 * @example
 * ```ts
 * import { EmulatorClient, PexelsEmulator } from "@skippy/http/testing"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { client } = EmulatorClient.make(PexelsEmulator.make({ keys: ["k0"], topics: { ocean: 20 } }))
 *   const answer = yield* client.get("https://api.pexels.com/v1/search?query=ocean&page=2", {
 *     headers: { authorization: "k0", "user-agent": "example" }
 *   })
 *   const { photos, prev_page, total_results } = JSON.parse(yield* answer.text)
 *   console.log(answer.status, total_results, photos.length, prev_page)
 *   console.log(answer.headers["x-ratelimit-remaining"])
 * })
 *
 * await Effect.runPromise(program)
 * ```
 *
 * ```text
 * 200 20 5 https://api.pexels.com/v1/search/?page=1&per_page=15&query=ocean
 * 19999
 * ```
 *
 * @module
 */
import type { Emulator } from "./Emulator.ts"
import { make as makePhotos } from "./pexels/Library.ts"
import { Limits } from "./pexels/Limits.ts"
import { answer, publicImages } from "./pexels/Machine.ts"
import type { LimitOptions, Options } from "./pexels/Options.ts"
import { photoView, type PhotoView } from "./pexels/PhotoView.ts"

export type { ColorName } from "./pexels/Colors.ts"
export type { LimitOptions, Options, PhotoOptions } from "./pexels/Options.ts"
export type { PhotoView } from "./pexels/PhotoView.ts"

/** An emulator of Pexels, and what a test may see of it. */
export interface PexelsEmulator extends Emulator {
  /** All photos, as the API shows them, in the order of its lists. */
  readonly photos: () => ReadonlyArray<PhotoView>
  /** Other limits from now on. What was counted stays counted. */
  readonly setLimits: (limits: LimitOptions) => void
}

/** Makes an emulator. */
export const make = (options: Options = {}): PexelsEmulator => {
  const photos = makePhotos(options)
  const limits = new Limits(options.limits ?? {})
  const origin = options.imageOrigin ?? publicImages
  return {
    handle: (request, now) => answer({ options, photos, limits }, request, now),
    photos: () => photos.map((photo) => photoView(photo, origin)),
    setLimits: (changed) => limits.change(changed)
  }
}

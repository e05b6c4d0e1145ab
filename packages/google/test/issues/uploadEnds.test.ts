/** How uploads end that meet lost sessions: told as what they are, and told to the end. */
import { describe, expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { fileOf, large, noise, test, Uploading } from "../drive/upload/support.ts"

const content = noise(large)

describe("an upload", () => {
  test(
    "whose sessions are lost again and again may work later; it was told as a file that is not there",
    { faults: Fault.when({ method: "PUT" }, Fault.always(Fault.status(404))) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const error = yield* Effect.flip(Uploading.use(({ uploadFile }) => uploadFile({ path })))
      expect(error).toMatchObject({ _tag: "UploadError", reason: "lostSession", category: "transient", path })
    })
  )

  test(
    "whose sessions are refused for another reason is told with that",
    { faults: Fault.when({ method: "PUT" }, Fault.always(Fault.status(400))) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const error = yield* Effect.flip(Uploading.use(({ uploadFile }) => uploadFile({ path })))
      expect(error).toMatchObject({ _tag: "DriveError", status: 400 })
    })
  )

  test(
    "that is found stored tells that all of it is there",
    { faults: Fault.when({ method: "PUT" }, Fault.sequence([Fault.lostAnswer, Fault.status(404)])) },
    Effect.gen(function* () {
      const path = yield* fileOf(content)
      const told: Array<number> = []
      const onProgress = ({ bytes }: { readonly bytes: number }) => Effect.sync(() => told.push(bytes))
      yield* Uploading.use(({ uploadFile }) =>
        uploadFile({ path, onProgress: (now) => Effect.asVoid(onProgress(now)) })
      )
      expect(told.at(-1)).toBe(large)
    })
  )
})

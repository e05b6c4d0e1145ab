/**
 * 409 for a new folder is looked into: what has its id may be what an earlier attempt made. When nothing has it, the refusal is
 * told as it was, and not that a file was not found which nobody asked for.
 */
import { expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import * as DriveFaults from "../../src/testing/drive/DriveFaults.ts"
import { refusal } from "../drive/support.ts"

const faults = Fault.when(
  { method: "POST" },
  Fault.always(DriveFaults.error({ status: 409, reason: "conflict", message: "Try another time." }))
)

it.effect("a conflict over nothing is told as Drive told it", () =>
  Effect.gen(function* () {
    const error = yield* refusal((drive) => drive.createFolder({ name: "Reports" }))
    expect(error).toMatchObject({ reason: "conflict", status: 409, said: "Try another time." })
  }).pipe(Effect.provide(Drive.layerTest({ faults })))
)

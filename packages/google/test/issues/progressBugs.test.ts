/** A defect of whoever is told of progress is that defect; over sockets it was a broken connection, and tried again. */
import { expect, it } from "@effect/vitest"
import { Resilience, StateStore } from "@skippy/core"
import { Transport } from "@skippy/http"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorServer } from "@skippy/http/testing"
import { Cause, Effect, Exit, Layer, Redacted } from "effect"
import * as StaticToken from "../../src/auth/StaticToken.ts"
import { Drive } from "../../src/drive/Drive.ts"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"
import { fileOf, large, noise, unbroken } from "../drive/upload/support.ts"

it.live("a defect in onProgress ends the upload at once, and is told as it is", () =>
  Effect.gen(function* () {
    const server = yield* EmulatorServer.start(DriveEmulator.make({}))
    const path = yield* fileOf(noise(large))
    let calls = 0
    const onProgress = () => (++calls > 1 ? Effect.die(new Error("a mistake")) : Effect.sleep("150 millis"))
    const upload = Drive.use((drive) => drive.uploadFile({ path, onProgress })).pipe(
      Effect.provide(
        Drive.layerWith({ url: server.url }).pipe(
          Layer.provide([
            Transport.layer,
            StaticToken.layer(Redacted.make("token-of-a-test")),
            Resilience.layer({ services: { "google-drive": unbroken } }),
            Checksums.layer,
            StateStore.layerMemory,
            Files.layer
          ])
        )
      )
    )
    const exit = yield* Effect.exit(upload)
    expect(Exit.isFailure(exit) ? Cause.squash(exit.cause) : exit).toMatchObject({ message: "a mistake" })
    expect(calls).toBe(2)
  }).pipe(Effect.scoped, Effect.provide(Files.layer))
)

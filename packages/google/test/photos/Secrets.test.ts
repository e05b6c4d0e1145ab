/** Nothing that opens something is told: no token, no address of bytes, no place to pick, in errors, logs and spans. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Fault } from "@skippy/http/testing"
import { Cause, Effect, Layer, Logger, Tracer } from "effect"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { directory, inMemory, pickedItems } from "./support.ts"

const secret = "ya29.canary-token"
const tokens = [{ token: secret, email: "tester@example.com" }]

const policies = { rateLimit: false, circuitBreaker: false, retry: { baseDelay: 0, maxDelay: 0 } } as const

const disk = Layer.merge(NodeFileSystem.layer, NodePath.layer)

/** Writes down everything that is told. */
const listening = () => {
  const told: Array<string> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const { attribute, event } = span
      span.attribute = (key, value) => {
        told.push(`${key}=${String(value)}`)
        attribute.call(span, key, value)
      }
      span.event = (name, time, attributes) => {
        told.push(name, JSON.stringify(attributes))
        event.call(span, name, time, attributes)
      }
      told.push(options.name)
      return span
    }
  })
  const logger = Logger.make(({ cause, message }) => void told.push(String(message), Cause.pretty(cause)))
  const layer = Layer.merge(Layer.succeed(Tracer.Tracer, tracer), Logger.layer([logger]))
  return { told, layer }
}

const faults: ReadonlyArray<readonly [name: string, fault: Fault.Fault]> = [
  [
    "a refusal that repeats the token",
    Fault.status(400, { body: JSON.stringify({ error: { message: `no ${secret}` } }) })
  ],
  ["a page that repeats the token", Fault.status(403, { body: `<title>${secret}</title>` })],
  ["trouble", Fault.status(503)],
  ["a broken connection", Fault.reset],
  ["a body that breaks off", Fault.truncate()]
]

describe("Google Photos", () => {
  it.live.each(faults)("tells no secret after %s", ([, fault]) => {
    const { layer, told } = listening()
    return Effect.gen(function* () {
      const folder = yield* directory
      const [sea] = yield* pickedItems("sea")
      const { faults } = yield* PhotosTest
      faults.set(Fault.always(fault))
      const photos = yield* Photos
      const { sessionId } = sea!
      const errors = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.match(effect, { onFailure: (error) => [error], onSuccess: () => [] })
      const calls = yield* Effect.all([
        errors(photos.createSession()),
        errors(photos.getSession({ sessionId })),
        errors(photos.selectedMedia({ sessionId })),
        errors(photos.downloadMedia({ item: sea!, path: `${folder}/sea.jpg` })),
        errors(photos.withSelection({ onPickerUri: () => Effect.void }, () => Effect.void)),
        errors(photos.deleteSession({ sessionId }))
      ])
      const failures = calls.flat()
      expect(failures.length).toBeGreaterThanOrEqual(5)
      const words = failures.map((error) => `${error.message} ${JSON.stringify(error)} ${String(error)}`)
      expect(told.length).toBeGreaterThan(0)
      for (const word of [...words, ...told]) {
        expect(word).not.toContain("canary")
        expect(word).not.toContain("photos.google.com/picker/")
      }
    }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(inMemory({ tokens, policies }), disk, layer)))
  })
})

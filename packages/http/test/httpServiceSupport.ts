/** What the tests of `HttpService` share: servers on loopback, and the service with policies that wait for nobody. */
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Cause, ConfigProvider, Effect, Exit, FileSystem, Layer, Path } from "effect"
import { HttpService, type Options } from "../src/HttpService.ts"
import type { Emulator, EmulatorAnswer, EmulatorRequest } from "../src/testing/Emulator.ts"
import type { RecordedRequest } from "../src/testing/Recorder.ts"

export const files = Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)

export const quick = {
  retry: { baseDelay: "1 millis", jitter: "none" },
  rateLimit: false
} as const satisfies PolicyConfig.PolicyConfigInput

/** The policies of the service, for those who look at circuits. */
export const policies = Layer.orDie(Resilience.layer({ services: { http: quick } }))

/** Nothing of the machine's environment. */
export const environment = (variables: Readonly<Record<string, string>> = {}) =>
  ConfigProvider.layer(ConfigProvider.fromUnknown(variables))

/** The whole service, which may call loopback. */
export const live = (options: Options = {}) =>
  Layer.orDie(Layer.provide(HttpService.layer({ allow: ["127.0.0.1"], policies: quick, ...options }), environment()))

/** A server that does what a function says. */
export const site = (answer: (request: EmulatorRequest) => EmulatorAnswer): Emulator => ({ handle: answer })

/** A server that answers with what it got. */
export const echo: Emulator = site(({ body, headers, method, url }) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ method, path: url.pathname + url.search, headers, body: new TextDecoder().decode(body) })
}))

/** A folder that is gone afterwards, with a look into it. */
export const folder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
  return {
    root,
    at: (name: string) => path.join(root, name),
    names: Effect.map(fs.readDirectory(root), (names) => names.toSorted()),
    read: (name: string) => fs.readFile(path.join(root, name)),
    text: (name: string) => fs.readFileString(path.join(root, name)),
    write: (name: string, text: string) => fs.writeFileString(path.join(root, name), text)
  }
})

/** Bytes that repeat nowhere near, so that a shift by one shows. */
export const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = 12345
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    bytes[i] = state >>> 16
  }
  return bytes
}

export const ranges = (requests: ReadonlyArray<RecordedRequest>) => requests.map(({ headers }) => headers["range"])

/** The message of the defect an effect dies with. */
export const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => {
    const defect = Exit.isFailure(exit) ? exit.cause.reasons.find(Cause.isDieReason) : undefined
    return defect === undefined ? "no defect" : String(defect.defect)
  })

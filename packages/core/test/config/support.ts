/** What the tests of the configuration share. */
import { Effect, FileSystem, Layer, PlatformError } from "effect"
import * as Configuration from "../../src/config/Configuration.ts"

type Texts = Readonly<Record<string, string>>

/** Files that are there; one whose text is `denied` may not be read, and all others are not there. */
export const files = (texts: Texts) =>
  FileSystem.layerNoop({
    readFileString: (path) => {
      const text = texts[path]
      if (text !== undefined && text !== denied) return Effect.succeed(text)
      const _tag = text === undefined ? "NotFound" : "PermissionDenied"
      return Effect.fail(PlatformError.systemError({ _tag, module: "FileSystem", method: "readFileString" }))
    }
  })

/** Instead of the text of a file nobody may read. */
export const denied = "denied"

/** The layer without the environment of whoever runs the tests. */
export const layer = (options: Configuration.Options, texts: Texts = {}) =>
  Layer.provide(Configuration.layer({ environment: {}, ...options }), files(texts))

/** The configuration without the environment of whoever runs the tests. */
export const configured = (options: Configuration.Options, texts: Texts = {}) =>
  Effect.provide(Effect.service(Configuration.Configuration), layer(options, texts))

/** What is wrong, without the environment of whoever runs the tests. */
export const problemsOf = (options: Configuration.Options, texts: Texts = {}) =>
  Effect.provide(Configuration.validate({ environment: {}, ...options }), files(texts))

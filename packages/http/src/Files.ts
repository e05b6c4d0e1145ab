/**
 * The file system of services that write files, when nobody gives them one: that of Node, loaded when it is first needed,
 * so that the services themselves can be imported anywhere.
 *
 * @module
 */
import { Effect, FileSystem, Layer, Path } from "effect"
import { TransportUnavailableError } from "./transport/TransportError.ts"

/** What writing files needs. */
export type Files = FileSystem.FileSystem | Path.Path

/** The files of Node. Where there is no Node it fails, and a service's `layerNoDeps` takes any other file system. */
export const layer: Layer.Layer<Files, TransportUnavailableError> = Layer.unwrap(
  Effect.map(
    Effect.tryPromise({
      try: () => import("./FilesNode.ts"),
      catch: (cause) => new TransportUnavailableError({ cause })
    }),
    ({ layer }) => layer
  )
)

/** The files of Node; where there is no Node there are none, and everything else works. For tests. */
export const layerIfAny: Layer.Layer<Files> = Layer.catch(layer, () =>
  Layer.merge(FileSystem.layerNoop({}), Path.layer)
)

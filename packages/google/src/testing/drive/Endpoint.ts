/**
 * What a method of Drive is.
 *
 * @module
 */
import type { Call } from "./Call.ts"
import type { Kind } from "./Partial.ts"
import type { Outcome, Reply } from "./Reply.ts"

/**
 * What a token needs for a method: to read or write files, to read their metadata, or to read or write all of a Drive, for
 * which the scope of an app's own files is not enough.
 */
export type Needs = "read" | "readAll" | "readMetadata" | "write" | "writeAll"

/** A method. */
export interface Endpoint {
  /** Its name in errors about scopes. */
  readonly name: string
  readonly method: "DELETE" | "GET" | "PATCH" | "POST" | "PUT"
  /** Its path below the root. Groups catch ids. */
  readonly path: RegExp
  readonly needs: Needs
  /** What it costs (https://developers.google.com/workspace/drive/api/guides/limits). */
  readonly units: 5 | 50 | 100 | 200
  /** What `fields` is for; absent when the answer has no fields. */
  readonly kind?: Kind
  readonly run: (call: Call, first: string, second: string) => Outcome<Reply>
}

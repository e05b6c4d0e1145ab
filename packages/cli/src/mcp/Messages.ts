/**
 * Lines a client sends, judged before the server sees them: a line that is no message of JSON-RPC 2.0 is answered with an
 * error, and the next one is read as if it had not been there. Pure.
 *
 * https://www.jsonrpc.org/specification
 *
 * @module
 */
import { Predicate } from "effect"
import type { Line } from "./Lines.ts"

/** The longest message, in bytes. */
export const longest = 4 * 1024 * 1024

/** How deep a message may be nested; what walks deeper ones may run out of stack. */
const deepest = 100

/** What a request and its answer have in common. */
export type Id = number | string

const isId = (value: unknown): value is Id => Predicate.isString(value) || Predicate.isNumber(value)

/** What becomes of a line. */
export type Judged =
  /** A message, as one line of JSON that has nothing the protocol does not know. */
  | {
      readonly _tag: "Message"
      readonly line: string
      readonly method: string | undefined
      /** Of a request. */
      readonly id: Id | undefined
      /** Of a request that is over: it is cancelled. */
      readonly cancels: Id | undefined
    }
  /** An error that is sent back, as one line of JSON. */
  | { readonly _tag: "Error"; readonly line: string }
  /** An empty line. */
  | { readonly _tag: "Nothing" }

/** An error that is sent back. */
export const problem = (code: -32700 | -32600, message: string, id: Id | null = null): Judged => ({
  _tag: "Error",
  line: `${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`
})

const passed = (message: object, method?: string, id?: Id, cancels?: Id): Judged => ({
  _tag: "Message",
  line: `${JSON.stringify(message)}\n`,
  method,
  id,
  cancels
})

const cancelledBy = (method: string, params: object | undefined): Id | undefined =>
  method === "notifications/cancelled" && Predicate.hasProperty(params, "requestId") && isId(params.requestId)
    ? params.requestId
    : undefined

const isDeep = (value: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level.flatMap((one) => (Predicate.isObjectOrArray(one) ? Object.values(one) : []))
  }
  return false
}

const judgeJson = (json: unknown): Judged => {
  if (Array.isArray(json)) return problem(-32600, "batches are not part of this protocol; send one message a line")
  if (!Predicate.isObject(json)) return problem(-32600, "a message is an object")
  const { error, id, jsonrpc, method, params, result } = json
  const known = isId(id) ? id : null
  if (jsonrpc !== "2.0") return problem(-32600, `jsonrpc has to be "2.0"`, known)
  if (isDeep(json)) return problem(-32600, `the message is nested deeper than ${deepest} levels`, known)
  if (method === undefined) {
    if (!isId(id)) return problem(-32600, "a message has a method, or the id of the request it answers")
    // An error of JSON-RPC and no more: other keys mean something to the parser behind.
    if (Predicate.isObject(error)) {
      const { code, data, message } = error
      return passed({ jsonrpc, id, error: { code, message, data } })
    }
    return result === undefined
      ? problem(-32600, "an answer has a result, or an error that is an object", known)
      : passed({ jsonrpc, id, result })
  }
  if (!Predicate.isString(method)) return problem(-32600, "method has to be a text", known)
  if (id !== undefined && !isId(id)) return problem(-32600, "id has to be a text or a number")
  if (params !== undefined && !Predicate.isObject(params)) return problem(-32600, "params has to be an object", known)
  return passed({ jsonrpc, id, method, params }, method, id, cancelledBy(method, params))
}

const decoder = new TextDecoder("utf-8", { fatal: true })

/** What becomes of a line. */
export const judge = (line: Line): Judged => {
  if (line === "tooLong") return problem(-32600, `the message is longer than ${longest} bytes`)
  try {
    const text = decoder.decode(line).trim()
    return text === "" ? { _tag: "Nothing" } : judgeJson(JSON.parse(text))
  } catch {
    return problem(-32700, "the line is not JSON in UTF-8; send each message as one line of it")
  }
}

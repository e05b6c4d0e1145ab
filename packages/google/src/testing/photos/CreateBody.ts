/**
 * What is sent to create a session, checked as Google's APIs check what they are sent. The most items there may be is not
 * documented; here it is the default, 2000.
 *
 * @module
 */
import type { EmulatorAnswer } from "@skippy/http/testing"
import { Predicate } from "effect"
import { invalidArgument } from "./Refusals.ts"
import { defaultItemCount } from "./State.ts"

/** What is asked for, or why it cannot be. */
export type Asked = { readonly maxItemCount: number | undefined } | { readonly refusal: EmulatorAnswer }

const decoder = new TextDecoder()

const refused = (message: string): Asked => ({ refusal: invalidArgument(message) })

const unknownName = (name: string): Asked =>
  refused(`Invalid JSON payload received. Unknown name "${name}": Cannot find field.`)

const parse = (bytes: Uint8Array): unknown => {
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isObject(value) && !Array.isArray(value)

/** What only the answer has is ignored, as in every resource of Google. */
const known: ReadonlySet<string> = new Set([
  "id",
  "pickerUri",
  "pollingConfig",
  "expireTime",
  "pickingConfig",
  "mediaItemsSet"
])

/** Reads the body of `sessions.create`. A 64-bit number may be a text, as Google writes it, or a number. */
export const read = (bytes: Uint8Array): Asked => {
  const body = parse(bytes)
  if (!isObject(body)) return refused("Invalid JSON payload received. It is not an object.")
  const unknown = Object.keys(body).find((name) => !known.has(name))
  if (unknown !== undefined) return unknownName(unknown)
  const config = body["pickingConfig"] ?? {}
  if (!isObject(config)) return refused("Invalid value at 'session.picking_config'.")
  const other = Object.keys(config).find((name) => name !== "maxItemCount")
  if (other !== undefined) return unknownName(other)
  const count = config["maxItemCount"] ?? 0
  if (!/^-?\d{1,19}$/.test(String(count))) return refused("Invalid value at 'session.picking_config.max_item_count'.")
  const number = Number(count)
  if (number < 0 || number > defaultItemCount)
    return refused(`The maximum item count must be from 0 to ${defaultItemCount}.`)
  return { maxItemCount: number === 0 ? undefined : number }
}

/**
 * What two clients send for the same operation, compared request by request: method, path, query and body, and the headers
 * that say what is asked. Two emulators give the same ids.
 */
import type { RecordedRequest } from "@skippy/http/testing"

/** A request: method and path, and what there is besides, such as `query.fields` or `body.name`. */
export interface Sent {
  readonly name: string
  readonly facts: Readonly<Record<string, string>>
}

/** A difference, such as `GET /drive/v3/files/generateIds: ours only` or `POST /drive/v3/files: body.id ours only`. */
export type Difference = string

const flat = (at: string, value: unknown): ReadonlyArray<readonly [string, string]> => {
  if (typeof value !== "object" || value === null) return [[at, String(value)]]
  const inner = Object.entries(value)
  return inner.length === 0
    ? [[at, Array.isArray(value) ? "[]" : "{}"]]
    : inner.flatMap(([name, each]) => flat(`${at}.${name}`, each))
}

/** The parts of a multipart body; where they are divided is chance. */
const partsOf = (body: string, boundary: string): unknown =>
  body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = "", ...rest] = part.split("\r\n\r\n")
      const [, type] = /content-type: *(.*)/i.exec(head) ?? []
      const content = rest.join("\r\n\r\n").replace(/\r\n$/, "")
      return { type, content: type?.startsWith("application/json") === true ? JSON.parse(content) : content }
    })

const bodyOf = ({ body, headers }: RecordedRequest): unknown => {
  if (body === "") return undefined
  const type = headers["content-type"] ?? ""
  const [, boundary] = /boundary="?([^";]+)/.exec(type) ?? []
  if (boundary !== undefined) return partsOf(body, boundary)
  return type.includes("json") ? JSON.parse(body) : body
}

/** Headers that say what is asked, and not who asks. */
const telling = [
  "content-range",
  "range",
  "x-goog-drive-resource-keys",
  "x-upload-content-length",
  "x-upload-content-type"
] as const

/** A request, taken apart. */
export const sentOf = (request: RecordedRequest): Sent => {
  const body = bodyOf(request)
  const facts = Object.fromEntries([
    ...Object.entries(request.query).flatMap(([name, value]) => flat(`query.${name}`, value)),
    ...telling.flatMap((name) => flat(`header.${name}`, request.headers[name] ?? [])),
    ["bytes", String(body === undefined ? request.bodyLength : 0)],
    ...(body === undefined ? [] : flat("body", body))
  ])
  return { name: `${request.method} ${request.path}`, facts }
}

const compared = (ours: Sent, theirs: Sent): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(ours.facts), ...Object.keys(theirs.facts)])].flatMap((fact) => {
    const [own, other] = [ours.facts[fact], theirs.facts[fact]]
    if (own === other) return []
    if (other === undefined) return [`${ours.name}: ${fact} ours only`]
    return own === undefined
      ? [`${ours.name}: ${fact} theirs only`]
      : [`${ours.name}: ${fact} ${own} instead of ${other}`]
  })

/**
 * All differences, sorted. Each request of theirs is compared with that of ours to the same place which is most like it.
 */
export const differences = (ours: ReadonlyArray<Sent>, theirs: ReadonlyArray<Sent>): ReadonlyArray<Difference> => {
  const left = [...ours]
  const found = theirs.flatMap((other) => {
    const [nearest] = left
      .filter(({ name }) => name === other.name)
      .map((own) => ({ own, found: compared(own, other) }))
      .sort((a, b) => a.found.length - b.found.length)
    if (nearest === undefined) return [`${other.name}: theirs only`]
    left.splice(left.indexOf(nearest.own), 1)
    return nearest.found
  })
  return [...found, ...left.map(({ name }) => `${name}: ours only`)].sort()
}

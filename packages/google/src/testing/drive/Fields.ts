/**
 * Partial responses: the `fields` of a request says which parts of an answer are sent
 * (https://developers.google.com/workspace/drive/api/guides/fields-parameter).
 *
 * `name,mimeType` takes two fields; `owners/emailAddress` and `permissions(id,role)` take parts of what is nested, also
 * of each element of a list; `*` takes all. A field a resource does not have is wrong even where the answer is without
 * it: Google answers 400 `invalidParameter` "Invalid field selection …", location `fields`. Fields below a `*` are
 * refused, since the guide has it only at the end of a path.
 *
 * @module
 */

/** What is taken: all of it, or so much of each field. */
export type Mask = "all" | ReadonlyMap<string, Mask>

/** The fields a resource has, each with those within it. A field `*` stands for any name. */
export interface Shape extends ReadonlyMap<string, Shape> {}

/** A mask that could be read. */
export interface Parsed {
  readonly _tag: "Parsed"
  readonly mask: Mask
}

/** A mask that cannot be read, or that names what there is not. */
export interface Wrong {
  readonly _tag: "Wrong"
  /** As Google says it. */
  readonly message: string
}

/** No resource is nested deeper. */
const maxDepth = 10

const piece = /\s*(?:([A-Za-z][A-Za-z0-9]*|\*)|([(),/]))\s*/y

interface Reader {
  readonly pieces: ReadonlyArray<string>
  next: number
}

/** The names from the outermost to the innermost. */
type Path = ReadonlyArray<string>

const readerOf = (text: string): Reader | undefined => {
  const pieces: Array<string> = []
  piece.lastIndex = 0
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text)
    if (found === null) return undefined
    pieces.push(found[1] ?? found[2] ?? "")
  }
  return { pieces, next: 0 }
}

const took = (reader: Reader, sign: string): boolean => {
  if (reader.pieces[reader.next] !== sign) return false
  reader.next += 1
  return true
}

const path = (reader: Reader, outer: Path): ReadonlyArray<Path> | undefined => {
  const name = reader.pieces[reader.next]
  if (name === undefined || "(),/".includes(name) || outer.at(-1) === "*" || outer.length > maxDepth) return undefined
  reader.next += 1
  const own = [...outer, name]
  if (took(reader, "/")) return path(reader, own)
  if (!took(reader, "(")) return [own]
  const within = list(reader, own)
  return took(reader, ")") ? within : undefined
}

const list = (reader: Reader, outer: Path): ReadonlyArray<Path> | undefined => {
  const all: Array<Path> = []
  do {
    const some = path(reader, outer)
    if (some === undefined) return undefined
    all.push(...some)
  } while (took(reader, ","))
  return all
}

/** `a,b(c,d/e)` has the paths `a`, `b/c` and `b/d/e`. */
const pathsOf = (text: string): ReadonlyArray<Path> | undefined => {
  const reader = readerOf(text)
  const all = reader === undefined ? undefined : list(reader, [])
  return reader?.next === reader?.pieces.length ? all : undefined
}

const grow = (tree: Map<string, Shape>, [name, ...rest]: Path): Map<string, Shape> =>
  name === undefined ? tree : tree.set(name, grow(new Map(tree.get(name)), rest))

/** The shape that a mask of everything tells, as those in `Resources`. */
export const shapeOf = (text: string): Shape =>
  (pathsOf(text) ?? []).reduce<Map<string, Shape>>(grow, new Map<string, Shape>())

/** The first name of a path that a shape has not. */
const unknownIn = (shape: Shape, [name, ...rest]: Path): string | undefined => {
  if (name === undefined) return undefined
  const any = shape.size > 0 && name === "*" ? shape : shape.get("*")
  const inner = shape.get(name) ?? any
  return inner === undefined ? name : unknownIn(inner, rest)
}

const add = (mask: Mask, [name, ...rest]: Path): Mask => {
  if (mask === "all" || name === undefined || name === "*") return "all"
  return new Map(mask).set(name, add(mask.get(name) ?? new Map<string, Mask>(), rest))
}

const selection = (what: string): Wrong => ({ _tag: "Wrong", message: `Invalid field selection ${what}` })

/** Reads a mask for a resource. One that names nothing is wrong. */
export const parse = (text: string, shape: Shape): Parsed | Wrong => {
  const paths = pathsOf(text)
  if (paths === undefined) return selection(text)
  for (const each of paths) {
    const name = unknownIn(shape, each)
    if (name !== undefined) return selection(name)
  }
  return { _tag: "Parsed", mask: paths.reduce<Mask>(add, new Map<string, Mask>()) }
}

/** Takes what a mask names out of an answer; the order of the answer stays. */
export const apply = (mask: Mask, json: unknown): unknown => {
  if (mask === "all" || typeof json !== "object" || json === null) return json
  if (Array.isArray(json)) return json.map((each) => apply(mask, each))
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) => {
      const inner = mask.get(name)
      return inner === undefined ? [] : [[name, apply(inner, value)]]
    })
  )
}

/**
 * The metadata of files as it is sent, checked as far as Drive checks it. Fields Drive does not write are ignored.
 *
 * @module
 */
import { DateTime, Option, Result, Schema } from "effect"
import * as Refusals from "./Refusals.ts"
import { type Outcome, refuse } from "./Reply.ts"
import type { FileRow } from "./Rows.ts"

const field = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.NullOr(schema))
const properties = field(Schema.Record(Schema.String, Schema.NullOr(Schema.String)))

/** What may be written. */
export const Metadata = Schema.Struct({
  id: field(Schema.String),
  name: field(Schema.String),
  mimeType: field(Schema.String),
  parents: field(Schema.Array(Schema.String)),
  description: field(Schema.String),
  starred: field(Schema.Boolean),
  trashed: field(Schema.Boolean),
  properties,
  appProperties: properties,
  createdTime: field(Schema.String),
  modifiedTime: field(Schema.String),
  viewedByMeTime: field(Schema.String),
  originalFilename: field(Schema.String),
  folderColorRgb: field(Schema.String),
  copyRequiresWriterPermission: field(Schema.Boolean),
  writersCanShare: field(Schema.Boolean),
  shortcutDetails: field(Schema.Struct({ targetId: field(Schema.String) }))
})

export type Metadata = typeof Metadata.Type

const decode = Schema.decodeUnknownResult(Metadata)
const decoder = new TextDecoder()

/** JSON that may be empty. */
export const parseJson = (text: string): Outcome<unknown> => {
  if (text.trim() === "") return Result.succeed({})
  try {
    return Result.succeed(JSON.parse(text))
  } catch {
    return refuse(Refusals.parseError())
  }
}

/** Reads metadata. */
export const read = (body: Uint8Array | string): Outcome<Metadata> =>
  Result.flatMap(parseJson(typeof body === "string" ? body : decoder.decode(body)), (json) =>
    Result.mapError(decode(json), () => Refusals.invalidBody())
  )

const timeOf = (location: string, text: string | null | undefined): Outcome<number | undefined> => {
  if (text === null || text === undefined) return Result.succeed(undefined)
  return Option.match(DateTime.make(text), {
    onNone: () => refuse(Refusals.invalid(location, "Invalid Value")),
    onSome: (time) => Result.succeed(DateTime.toEpochMillis(time))
  })
}

/** A value with `null` written as its absence. */
const cleared = <A>(value: A | null | undefined, before: A | undefined): A | undefined =>
  value === null ? undefined : (value ?? before)

const merged = (
  before: Readonly<Record<string, string>> | undefined,
  changes: Readonly<Record<string, string | null>> | null | undefined
): Readonly<Record<string, string>> | undefined => {
  if (changes === null || changes === undefined) return before
  const all = { ...before }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete all[key]
    else all[key] = value
  }
  return all
}

/**
 * A file with the metadata that creating, copying and updating have in common. `touched` is when it was changed; a time
 * in the metadata replaces it.
 */
export const applyTo = (file: FileRow, metadata: Metadata, email: string, touched: number): Outcome<FileRow> =>
  Result.gen(function* () {
    const modifiedTime = yield* timeOf("modifiedTime", metadata.modifiedTime)
    const viewedByMeTime = yield* timeOf("viewedByMeTime", metadata.viewedByMeTime)
    const { starred } = metadata
    return {
      ...file,
      name: metadata.name ?? file.name,
      description: cleared(metadata.description, file.description),
      properties: merged(file.properties, metadata.properties),
      appProperties: merged(file.appProperties, metadata.appProperties),
      starredBy:
        starred === null || starred === undefined
          ? file.starredBy
          : [...file.starredBy.filter((each) => each !== email), ...(starred ? [email] : [])],
      modifiedTime: modifiedTime ?? touched,
      viewedByMeTime: viewedByMeTime ?? file.viewedByMeTime,
      originalFilename: cleared(metadata.originalFilename, file.originalFilename),
      folderColorRgb: cleared(metadata.folderColorRgb, file.folderColorRgb),
      copyRequiresWriterPermission: metadata.copyRequiresWriterPermission ?? file.copyRequiresWriterPermission,
      writersCanShare: metadata.writersCanShare ?? file.writersCanShare,
      lastModifiedBy: email
    }
  })

/** The creation time metadata asks for. */
export const createdTimeOf = (metadata: Metadata, now: number): Outcome<number> =>
  Result.map(timeOf("createdTime", metadata.createdTime), (time) => time ?? now)

/**
 * What the operations of `Drive` that change something answer.
 *
 * @module
 */
import { Schema } from "effect"
import { DriveFile, ItemProblem, Permission } from "../Answer.ts"
import { audiences } from "./Grant.ts"
import { MoveRecord } from "./MoveRecord.ts"

/** A folder or a copy there is now. */
export const CreatedFile = Schema.Struct({
  ...DriveFile.fields,
  /** `false`: an earlier attempt of this call made it, whose answer was lost. It is there once. */
  created: Schema.Boolean
})
/** A folder or a copy there is now. */
export type CreatedFile = typeof CreatedFile.Type

/** A file where it is now. */
export const MovedFile = Schema.Struct({
  ...DriveFile.fields,
  /** `false`: it was there already, and nothing was changed. */
  moved: Schema.Boolean,
  /** The ids of the folders it was in. */
  from: Schema.Array(Schema.String)
})
/** A file where it is now. */
export type MovedFile = typeof MovedFile.Type

/** A file in the trash. */
export const TrashedFile = Schema.Struct({
  ...DriveFile.fields,
  /** `false`: it was in the trash already, and nothing was changed. */
  changed: Schema.Boolean
})
/** A file in the trash. */
export type TrashedFile = typeof TrashedFile.Type

/** How public a file is. */
export const Audience = Schema.Literals(audiences)

/** A file that is shared now. */
export const SharedFile = Schema.Struct({
  /** That of the target, when a shortcut was given. */
  fileId: Schema.String,
  name: Schema.String,
  /** The page of it, to be given to those it is shared with. */
  url: Schema.optionalKey(Schema.String),
  /** Where a browser downloads it; files with bytes have it. */
  downloadUrl: Schema.optionalKey(Schema.String),
  permission: Permission,
  /** `false`: the permission was there when an earlier attempt, whose answer was lost, was looked into. */
  created: Schema.Boolean,
  /**
   * How public the file is now: `web` (everybody, and searching finds it), `link` (whoever has the link), `domain`, `people`
   * (some others), `private` (the owner); `null` when that could not be read. What its folders grant counts, as far as
   * Drive tells it.
   */
  audience: Schema.NullOr(Audience),
  /** What went wrong although it is shared: nobody was told. */
  warning: Schema.optionalKey(Schema.String)
})
/** A file that is shared now. */
export type SharedFile = typeof SharedFile.Type

/** What became of one file of a batch. */
export const MoveItem = Schema.Struct({
  fileId: Schema.String,
  /** `null` when it could not be read. */
  name: Schema.NullOr(Schema.String),
  status: Schema.Literals([
    /** It would be moved: only when nothing was to be changed. */
    "planned",
    "moved",
    /** It was there already. */
    "already",
    "failed",
    /** Not tried, because an earlier failure would have met it too: nobody is signed in, or the circuit is open. */
    "notTried"
  ]),
  /** The ids of the folders it was in, as far as that is known. */
  from: Schema.Array(Schema.String),
  /** The id of the folder it goes to; `null` when it cannot be told, as when its earlier folder is not known. */
  to: Schema.NullOr(Schema.String),
  /** For `failed`. */
  problem: Schema.optionalKey(ItemProblem)
})
/** What became of one file of a batch. */
export type MoveItem = typeof MoveItem.Type

/** What became of a batch. */
export const MoveBatch = Schema.Struct({
  /** Under which its record is kept; `null` when nothing was to be moved, or changed at all. */
  id: Schema.NullOr(Schema.String),
  /** Whether it is only a plan, and nothing was changed. */
  dryRun: Schema.Boolean,
  /** One for each file, in the order they were given. */
  items: Schema.Array(MoveItem),
  /** How many there are of each status. */
  counts: Schema.Struct({
    planned: Schema.Int,
    moved: Schema.Int,
    already: Schema.Int,
    failed: Schema.Int,
    notTried: Schema.Int
  }),
  /** In words. */
  summary: Schema.String,
  /** With which `undoMoves` takes it back; `null` as `id`. */
  record: Schema.NullOr(MoveRecord)
})
/** What became of a batch. */
export type MoveBatch = typeof MoveBatch.Type

/** What became of `organize`. */
export const Organized = Schema.Struct({
  ...MoveBatch.fields,
  /** The query, as it was sent. */
  query: Schema.String,
  /** Whether more files answer the query than `maxFiles`. */
  hasMore: Schema.Boolean,
  /** Whether Google has not looked everywhere. */
  incompleteSearch: Schema.Boolean
})
/** What became of `organize`. */
export type Organized = typeof Organized.Type

/** Batches that have something left to be moved, the oldest first. */
export const UnfinishedMoves = Schema.Array(
  Schema.Struct({
    id: Schema.String,
    operation: MoveRecord.fields.operation,
    startedAt: Schema.String,
    /** How many files it has. */
    total: Schema.Int,
    /** How many of them have yet to be moved. */
    left: Schema.Int
  })
)
/** Batches that have something left to be moved, the oldest first. */
export type UnfinishedMoves = typeof UnfinishedMoves.Type

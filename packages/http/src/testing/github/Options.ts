/**
 * What a GitHub emulator starts with: tokens, repositories, limits.
 *
 * @module
 */
import type { Duration } from "effect"

/** How much a fine-grained token may do with one kind of resource. */
export type PermissionLevel = "read" | "write"

/** A token somebody may send. Classic with the scope `repo`, unless `scopes` or `permissions` say otherwise. */
export interface TokenOptions {
  readonly token: string
  /** Whose it is. */
  readonly login: string
  /** The scopes of a classic token, such as `public_repo`. An empty list may read what is public. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** Makes it a fine-grained token with these permissions. It reads what is public without any. */
  readonly permissions?:
    | { readonly issues?: PermissionLevel | undefined; readonly pull_requests?: PermissionLevel | undefined }
    | undefined
}

/** What issues and pull requests have in common. */
export interface ItemOptions {
  /** The first that is free by default. Issues and pull requests share their numbers. */
  readonly number?: number | undefined
  readonly title: string
  readonly body?: string | undefined
  /** The owner of the repository by default. */
  readonly author?: string | undefined
  /** `open` by default. */
  readonly state?: "open" | "closed" | undefined
  readonly labels?: ReadonlyArray<string> | undefined
  readonly assignees?: ReadonlyArray<string> | undefined
  /** How many there are. 0 by default. */
  readonly comments?: number | undefined
  /** Milliseconds since the epoch, 0 by default. */
  readonly createdAt?: number | undefined
  /** Milliseconds since the epoch, as `createdAt` by default. */
  readonly updatedAt?: number | undefined
}

/** An issue that is there from the start. */
export type IssueOptions = ItemOptions

/** A pull request that is there from the start. */
export interface PullOptions extends ItemOptions {
  /** A branch of the repository, or `owner:branch` for one of a fork. */
  readonly head: string
  /** The default branch by default. */
  readonly base?: string | undefined
  readonly draft?: boolean | undefined
  /** Makes it closed, too. */
  readonly merged?: boolean | undefined
}

/** A branch. Branches with the same `sha` have no commits between them; each has a commit of its own by default. */
export type BranchOptions = string | { readonly name: string; readonly sha: string }

/** A repository. */
export interface RepositoryOptions {
  readonly owner: string
  readonly name: string
  /** Whether the owner is an organization. False by default. */
  readonly organization?: boolean | undefined
  /** Only the owner and the collaborators see it. False by default. */
  readonly private?: boolean | undefined
  /** Who may push, besides the owner. Everybody who has a token by default. */
  readonly collaborators?: ReadonlyArray<string> | undefined
  /** The default branch is always there. */
  readonly branches?: ReadonlyArray<BranchOptions> | undefined
  /** `main` by default. */
  readonly defaultBranch?: string | undefined
  readonly issuesDisabled?: boolean | undefined
  /** The full names (`owner/name`) it had before. They are answered with redirects. */
  readonly renamedFrom?: ReadonlyArray<string> | undefined
  readonly pulls?: ReadonlyArray<PullOptions> | undefined
  readonly issues?: ReadonlyArray<IssueOptions> | undefined
}

/** The status of a refusal. Both are documented, so a client must know both. */
export type RefusalStatus = 403 | 429

/** How many requests are allowed. */
export interface LimitOptions {
  readonly primary?:
    | {
        /** Requests of one user in a window. 5,000 by default. */
        readonly limit?: number | undefined
        /** Requests without a token in a window. 60 by default. */
        readonly unauthenticated?: number | undefined
        /** From the first request on. An hour by default. */
        readonly window?: Duration.Input | undefined
        /** 403 by default. */
        readonly status?: RefusalStatus | undefined
      }
    | undefined
  readonly secondary?:
    | {
        /** Requests of one user that create content, in a minute. 80 by default. */
        readonly perMinute?: number | undefined
        /** The same in an hour. 500 by default. */
        readonly perHour?: number | undefined
        /** 403 by default. */
        readonly status?: RefusalStatus | undefined
        /** How long the user may not create anything, once refused. A minute by default. */
        readonly block?: Duration.Input | undefined
        /** Whether a refusal says so in `retry-after`. True by default. */
        readonly retryAfter?: boolean | undefined
      }
    | undefined
}

/** What the emulator starts with. */
export interface Options {
  /** Nobody has one by default. */
  readonly tokens?: ReadonlyArray<TokenOptions> | undefined
  readonly repositories?: ReadonlyArray<RepositoryOptions> | undefined
  readonly limits?: LimitOptions | undefined
  /**
   * The answer to a classic token without the scope a write needs. 404 by default, as GitHub answers it for issues and
   * pull requests; 403 is what it answers elsewhere.
   */
  readonly missingScopeStatus?: 403 | 404 | undefined
}

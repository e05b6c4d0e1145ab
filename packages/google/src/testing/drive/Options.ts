/**
 * What an emulated Drive starts with: tokens, files, shared drives, limits, and how it treats uploads and mails.
 *
 * @module
 */
import type { GranteeType, Role } from "./Rows.ts"

/** A token somebody may send. */
export interface TokenOptions {
  readonly token: string
  /** Whose it is. */
  readonly email: string
  /** `https://www.googleapis.com/auth/drive` by default. */
  readonly scopes?: ReadonlyArray<string> | undefined
}

/** Somebody who may do something with a file or shared drive. */
export interface PermissionOptions {
  /** `user` by default. */
  readonly type?: GranteeType | undefined
  readonly role: Role
  /** Needed for users and groups. */
  readonly email?: string | undefined
  /** Needed for domains. */
  readonly domain?: string | undefined
}

/** A file that is there from the start. */
export interface FileOptions {
  /** A generated one by default. */
  readonly id?: string | undefined
  readonly name: string
  /** The content; of a native document what it exports to `text/plain`. Empty by default. */
  readonly content?: string | Uint8Array | undefined
  /** `application/octet-stream` by default, `text/plain` for a text. */
  readonly mimeType?: string | undefined
  /** At most one. The top folder of its owner by default; the id of a shared drive means its top folder. */
  readonly parents?: ReadonlyArray<string> | undefined
  /** The account of the first token by default. Ignored in shared drives. */
  readonly owner?: string | undefined
  /** What a native document exports to, by media type. */
  readonly exports?: Readonly<Record<string, string | Uint8Array>> | undefined
  /** Makes it a shortcut to this file. */
  readonly target?: string | undefined
  readonly trashed?: boolean | undefined
  readonly starred?: boolean | undefined
  readonly description?: string | undefined
  readonly properties?: Readonly<Record<string, string>> | undefined
  readonly appProperties?: Readonly<Record<string, string>> | undefined
  /** Milliseconds since the epoch, 0 by default. */
  readonly createdTime?: number | undefined
  /** Milliseconds since the epoch, as `createdTime` by default. */
  readonly modifiedTime?: number | undefined
  /** Besides the owner. */
  readonly permissions?: ReadonlyArray<PermissionOptions> | undefined
  /** Readers may not copy or download it. False by default. */
  readonly copyRequiresWriterPermission?: boolean | undefined
  /** Google found it to be malware: it is downloaded only with `acknowledgeAbuse`. False by default. */
  readonly abusive?: boolean | undefined
  /** Whether the app created it, so that tokens of the scope `drive.file` see it. False by default. */
  readonly byApp?: boolean | undefined
}

/** A shared drive. */
export interface DriveOptions {
  /** A generated one by default. */
  readonly id?: string | undefined
  readonly name: string
  /** Those who are in it. The account of the first token as an organizer by default. */
  readonly members?: ReadonlyArray<PermissionOptions> | undefined
}

/** What is allowed. */
export interface LimitOptions {
  /** Requests of one user within a minute. Unlimited by default. */
  readonly callsPerMinute?: number | undefined
  /** Quota units of one user within a minute. 325,000 by default. */
  readonly unitsPerMinute?: number | undefined
  /** Times one user may share within a minute. Unlimited by default. */
  readonly sharesPerMinute?: number | undefined
  /** Bytes one user may store. Unlimited by default. */
  readonly storage?: number | undefined
  /** Items a folder may have. 500,000 by default. */
  readonly children?: number | undefined
  /** Bytes an export may have. 10 MiB by default. */
  readonly exportSize?: number | undefined
  /** Permissions a file may have. 600 by default. */
  readonly permissions?: number | undefined
  /** The status and reason of a request over the limits. 403 `userRateLimitExceeded` by default. */
  readonly refusal?: "403 userRateLimitExceeded" | "403 rateLimitExceeded" | "429 rateLimitExceeded" | undefined
}

/** What an emulator starts with. */
export interface Options {
  /** `token-of-a-test` of `tester@example.com` by default. */
  readonly tokens?: ReadonlyArray<TokenOptions> | undefined
  readonly files?: ReadonlyArray<FileOptions> | undefined
  readonly drives?: ReadonlyArray<DriveOptions> | undefined
  readonly limits?: LimitOptions | undefined
  /** Makes the ids. The same one gives the same ids. */
  readonly seed?: string | undefined
  /** How many items a page has, when it is not as many as asked for: Drive may give short and empty pages. */
  readonly pageLength?: ((page: number, asked: number) => number) | undefined
  /** Addresses whose mails fail: something is shared with them, and answered 400 all the same. None by default. */
  readonly failingMails?: ReadonlyArray<string> | undefined
  /**
   * How many of the bytes that came with a chunk of a resumable upload are kept, when more follow. All by default. What is
   * kept is always a multiple of 256 KiB.
   */
  readonly keep?: ((received: number) => number) | undefined
  /** How often an operation is asked about before it is done. 0 by default. */
  readonly operationPolls?: number | undefined
  /** Whether a list over all drives says that it is incomplete. False by default. */
  readonly incompleteSearch?: boolean | undefined
}

/**
 * What a GitHub emulator knows: users, repositories and what is in them.
 *
 * @module
 */
import { commitOf } from "./Digest.ts"
import type { BranchOptions, ItemOptions, Options, PullOptions, RepositoryOptions } from "./Options.ts"

/** An account. */
export interface User {
  readonly id: number
  readonly login: string
  readonly type: "User" | "Organization"
}

/** One side of a pull request. */
export interface Side {
  readonly repository: Repository
  readonly branch: string
  readonly sha: string
}

/** What a pull request has besides an issue. */
export interface Pull {
  readonly head: Side
  readonly base: Side
  readonly draft: boolean
  readonly maintainerCanModify: boolean
  readonly mergedAt: number | undefined
}

/** An issue, or a pull request, which is an issue too. */
export interface Item {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly author: User
  readonly labels: ReadonlyArray<string>
  readonly assignees: ReadonlyArray<User>
  readonly comments: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly closedAt: number | undefined
  readonly pull: Pull | undefined
}

/** A repository. */
export interface Repository {
  readonly id: number
  readonly owner: User
  readonly name: string
  readonly fullName: string
  readonly private: boolean
  readonly hasIssues: boolean
  readonly defaultBranch: string
  /** Names and the commits they point at. */
  readonly branches: ReadonlyMap<string, string>
  /** `undefined` is everybody. */
  readonly collaborators: ReadonlySet<string> | undefined
  readonly items: Array<Item>
}

/** What an issue or a pull request is made of. */
export type NewItem = Pick<Item, "assignees" | "author" | "body" | "labels" | "pull" | "title">

/** An item that is there from the start. */
interface Seed extends ItemOptions {
  readonly number: number
  readonly pull: PullOptions | undefined
}

const same = (name: string): string => name.toLowerCase()

/** Who may push, and whose labels and assignees are taken. */
export const canPush = ({ collaborators, owner }: Repository, login: string): boolean =>
  owner.login === login || collaborators === undefined || collaborators.has(login)

const branchesOf = (fullName: string, defaultBranch: string, branches: ReadonlyArray<BranchOptions>) =>
  new Map(
    [defaultBranch, ...branches].map((branch) =>
      typeof branch === "string" ? [branch, commitOf(`${fullName}#${branch}`)] : [branch.name, branch.sha]
    )
  )

/** Gives items that have no number the first that is free. */
const numbered = <A extends ItemOptions>(
  items: ReadonlyArray<A>,
  fullName: string
): ReadonlyArray<A & { number: number }> => {
  const given = items.flatMap(({ number }) => (number === undefined ? [] : [number]))
  const taken = new Set(given)
  if (taken.size < given.length) throw new Error(`two issues or pull requests of ${fullName} have the same number`)
  let free = 1
  return items.map((item) => {
    if (item.number !== undefined) return { ...item, number: item.number }
    while (taken.has(free)) free++
    return { ...item, number: free++ }
  })
}

/** Everything an emulator remembers. Names are compared as GitHub does, whatever their case. */
export class State {
  private readonly users = new Map<string, User>()
  private readonly byName = new Map<string, Repository>()
  private readonly byOldName = new Map<string, Repository>()
  private readonly byId = new Map<number, Repository>()
  private lastId = 1000
  private made = 0

  constructor({ repositories = [], tokens = [] }: Options) {
    for (const { organization = false, owner } of repositories) {
      this.userOf(owner, organization ? "Organization" : "User")
    }
    for (const { login } of tokens) this.userOf(login)
    // All of them first, because a pull request can come from any.
    for (const options of repositories) this.addRepository(options)
    for (const options of repositories) this.addItems(options)
  }

  /** How many issues and pull requests were created by requests. */
  get created(): number {
    return this.made
  }

  /** The account with a login, which is made when it is new. */
  userOf(login: string, type: User["type"] = "User"): User {
    const known = this.users.get(same(login))
    if (known !== undefined) return known
    const user: User = { id: ++this.lastId, login, type }
    this.users.set(same(login), user)
    return user
  }

  /** The account with a login, if there is one. */
  findUser(login: string): User | undefined {
    return this.users.get(same(login))
  }

  repository(fullName: string): Repository | undefined {
    return this.byName.get(same(fullName))
  }

  /** The repository that once had this name. */
  renamed(fullName: string): Repository | undefined {
    return this.byOldName.get(same(fullName))
  }

  repositoryOfId(id: number): Repository | undefined {
    return this.byId.get(id)
  }

  /** Creates an issue or a pull request. */
  create(repository: Repository, item: NewItem, now: number): Item {
    this.made++
    const created: Item = {
      ...item,
      id: ++this.lastId,
      number: repository.items.reduce((most, { number }) => Math.max(most, number), 0) + 1,
      comments: 0,
      createdAt: now,
      updatedAt: now,
      closedAt: undefined
    }
    repository.items.push(created)
    return created
  }

  private addRepository(options: RepositoryOptions): void {
    const { branches = [], collaborators, defaultBranch = "main", name, renamedFrom = [] } = options
    const owner = this.userOf(options.owner)
    const fullName = `${owner.login}/${name}`
    const repository: Repository = {
      id: ++this.lastId,
      owner,
      name,
      fullName,
      private: options.private ?? false,
      hasIssues: options.issuesDisabled !== true,
      defaultBranch,
      branches: branchesOf(fullName, defaultBranch, branches),
      collaborators: collaborators && new Set(collaborators.map((login) => this.userOf(login).login)),
      items: []
    }
    this.byName.set(same(fullName), repository)
    this.byId.set(repository.id, repository)
    for (const oldName of renamedFrom) this.byOldName.set(same(oldName), repository)
  }

  private addItems({ issues = [], name, owner, pulls = [] }: RepositoryOptions): void {
    const repository = this.byName.get(same(`${owner}/${name}`))
    if (repository === undefined) return
    const items = [
      ...pulls.map((pull) => ({ ...pull, pull })),
      ...issues.map((issue) => ({ ...issue, pull: undefined }))
    ]
    for (const item of numbered(items, repository.fullName)) this.addItem(repository, item)
  }

  private addItem(repository: Repository, options: Seed): void {
    const { createdAt = 0, pull } = options
    const closed = options.state === "closed" || pull?.merged === true
    const updatedAt = options.updatedAt ?? createdAt
    repository.items.push({
      id: ++this.lastId,
      number: options.number,
      title: options.title,
      body: options.body ?? null,
      author: this.userOf(options.author ?? repository.owner.login),
      labels: options.labels ?? [],
      assignees: (options.assignees ?? []).map((login) => this.userOf(login)),
      comments: options.comments ?? 0,
      createdAt,
      updatedAt,
      closedAt: closed ? updatedAt : undefined,
      pull: pull === undefined ? undefined : this.pullOf(repository, pull, updatedAt)
    })
  }

  private pullOf(repository: Repository, pull: PullOptions, updatedAt: number): Pull {
    const { base = repository.defaultBranch, draft = false, head, merged = false } = pull
    return {
      head: this.sideOf(repository, head) ?? missingBranch(repository, head),
      base: this.sideOf(repository, base) ?? missingBranch(repository, base),
      draft,
      maintainerCanModify: false,
      mergedAt: merged ? updatedAt : undefined
    }
  }

  /** The side `branch` or `owner:branch` means, seen from a repository, if it is there. */
  sideOf(repository: Repository, ref: string): Side | undefined {
    const colon = ref.indexOf(":")
    const branch = ref.slice(colon + 1)
    const source = colon < 0 ? repository : this.repository(`${ref.slice(0, colon)}/${repository.name}`)
    const sha = source?.branches.get(branch)
    return source === undefined || sha === undefined ? undefined : { repository: source, branch, sha }
  }
}

const missingBranch = ({ fullName }: Repository, ref: string): never => {
  throw new Error(`the pull request of ${fullName} names the branch "${ref}", which is not there; add it to "branches"`)
}

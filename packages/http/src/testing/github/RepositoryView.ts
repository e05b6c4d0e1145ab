/**
 * Accounts and repositories as GitHub shows them.
 *
 * @module
 */
import { DateTime } from "effect"
import type { Repository, User } from "./State.ts"
import { canPush } from "./State.ts"

/** Where links to pages of the web site lead. */
export const site = "https://github.com"

/** A moment as GitHub writes it: UTC, in seconds. */
export const timestamp = (millis: number): string => `${DateTime.formatIso(DateTime.makeUnsafe(millis)).slice(0, 19)}Z`

/** An account. `origin` is that of the API, here and below. */
export const userView = ({ id, login, type }: User, origin: string) => {
  const url = `${origin}/users/${login}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `${site}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: "public",
    site_admin: false
  }
}

const linksOf = (fullName: string, origin: string) => {
  const url = `${origin}/repos/${fullName}`
  return {
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
    git_url: `git://github.com/${fullName}.git`,
    ssh_url: `git@github.com:${fullName}.git`,
    clone_url: `${site}/${fullName}.git`,
    svn_url: `${site}/${fullName}`,
    mirror_url: null
  }
}

/** A repository, as it is part of a pull request. */
export const repositoryView = (repository: Repository, origin: string) => {
  const { defaultBranch, fullName, hasIssues, id, items, name, owner } = repository
  const open = items.filter(({ closedAt }) => closedAt === undefined).length
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    private: repository.private,
    owner: userView(owner, origin),
    html_url: `${site}/${fullName}`,
    description: null,
    fork: false,
    ...linksOf(fullName, origin),
    created_at: timestamp(0),
    updated_at: timestamp(0),
    pushed_at: timestamp(0),
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: hasIssues,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: defaultBranch
  }
}

/** A repository on its own. Whoever has a token is told what it may do. */
export const fullRepositoryView = (repository: Repository, login: string | undefined, origin: string) => {
  const push = login !== undefined && canPush(repository, login)
  const admin = login === repository.owner.login
  return {
    ...repositoryView(repository, origin),
    ...(login === undefined ? {} : { permissions: { admin, maintain: admin, push, triage: push, pull: true } }),
    temp_clone_token: null,
    network_count: 0,
    subscribers_count: 0
  }
}

/**
 * Which paths a client may use, from their text and their real places. Pure.
 *
 * Names are compared without regard to case, as some file systems do; places with regard to it.
 *
 * @module
 */
import type { Reason } from "./RootsError.ts"

/** Where paths may be. */
export interface Bounds {
  /** Real paths of folders. */
  readonly roots: ReadonlyArray<string>
  /** Real paths of folders and files that are nobody's but Skippy's. */
  readonly own: ReadonlyArray<string>
  /** Between the names of a path. */
  readonly separator: string
}

/** What a path is used for. */
export type Use = "read" | "write"

/** Folders of secrets, wherever they are. */
const secretFolders: ReadonlySet<string> = new Set([
  ".aws",
  ".azure",
  ".docker",
  ".gcloud",
  ".gnupg",
  ".kube",
  ".password-store",
  ".ssh"
])

/** Names below a root, of files and folders, that are known for secrets. */
const secretNames: ReadonlyArray<RegExp> = [
  /^\.env/,
  /\.env$/,
  /^\.config$/,
  // The addresses in it may have tokens.
  /^\.git$/,
  /^\.git-credentials/,
  /^[._]netrc$/,
  /^\.(?:boto|dockercfg|htpasswd|my\.cnf|npmrc|pgpass|pypirc|s3cfg|vault-token)$/,
  /^\.yarnrc/,
  /\.(?:jks|kdbx|key|keystore|p12|p8|pem|pfx|ppk)$/,
  /^id_(?:dsa|ecdsa|ed25519|rsa)/,
  /credentials.*\.json$/,
  /^credentials(?:\.|$)/,
  /^secrets?\.(?:json|toml|ya?ml)$/,
  /^\.[a-z]+_history$/,
  /^token.*\.json$/,
  /^client_secret.*\.json$/,
  /service[-_]?account.*\.json$/,
  /\.tfstate(?:\.backup)?$/,
  /^skippy\.toml$/
]

/** Files of the kernel and devices. */
const kernel = /^\/(?:dev|proc|sys)(?:\/|$)/

const folded = (name: string): string => name.normalize("NFKC").toLowerCase()

/** Whether a name below a root is known for secrets. */
export const isSecret = (name: string): boolean => {
  const plain = folded(name)
  return secretFolders.has(plain) || secretNames.some((pattern) => pattern.test(plain))
}

const namesOf = (path: string, separator: string): ReadonlyArray<string> =>
  path.split(separator).filter((name) => name !== "")

/** The names from a folder to what is in it, none for the folder itself; `undefined` for what is not in it. */
export const namesBelow = (folder: string, path: string, separator: string): ReadonlyArray<string> | undefined => {
  const start = folder.endsWith(separator) ? folder : folder + separator
  if (path === folder) return []
  return path.startsWith(start) ? namesOf(path.slice(start.length), separator) : undefined
}

/** What is wrong with the text of a path. */
export const textProblem = (path: string): Reason | undefined => {
  if (path.trim() === "") return "empty"
  if (/\p{Cc}/u.test(path)) return "control"
  if (/^~[\w.+-]*(?:[/\\]|$)/.test(path)) return "home"
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path) || /^file:/i.test(path) ? "address" : undefined
}

/** What is wrong with a place; `path` is real as far as it is there, `given` as it was given, with its links. */
export const placeProblem = (bounds: Bounds, path: string, given: string, use: Use): Reason | undefined => {
  const { own, roots, separator } = bounds
  if (roots.length === 0) return "noRoot"
  const below = roots.flatMap((root) => {
    const names = namesBelow(root, path, separator)
    return names === undefined ? [] : [names]
  })
  const [first] = below
  if (first === undefined) return "outside"
  if (kernel.test(path)) return "special"
  const isOwn = (folder: string) => namesBelow(folded(folder), folded(path), separator) !== undefined
  if (own.some(isOwn)) return "own"
  // Of roots in each other the innermost counts: what is above it was allowed.
  const names = below.reduce((shortest, one) => (one.length < shortest.length ? one : shortest), first)
  const givenNames = namesOf(given, separator)
  const isPrivate = [...namesOf(path, separator), ...givenNames].some((one) => secretFolders.has(folded(one)))
  if (isPrivate || [...names, ...givenNames.slice(-1)].some(isSecret)) return "secret"
  return use === "write" && names.some((one) => one.startsWith(".")) ? "hidden" : undefined
}

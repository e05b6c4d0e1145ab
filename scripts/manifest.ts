/**
 * What a package tells those who install it, made from what its manifest says inside the workspace: there its entries are
 * sources, and the other packages are `workspace:`.
 *
 * @module
 */

type Ranges = Readonly<Record<string, string>>

/** As much of a package.json as is read here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly files: ReadonlyArray<string>
  readonly publishConfig: Readonly<Record<string, unknown>> & { readonly access: string }
  readonly scripts?: unknown
  readonly devDependencies?: unknown
  readonly dependencies?: Ranges
  readonly [field: string]: unknown
}

const resolved = (dependencies: Ranges, versions: Ranges): Ranges =>
  Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => {
      if (!range.startsWith("workspace:")) return [name, range]
      const version = versions[name]
      if (range !== "workspace:^" || version === undefined)
        throw new Error(`${name} is "${range}"; a dependency on a package of the workspace is "workspace:^"`)
      return [name, `^${version}`]
    })
  )

/** The manifest to publish. `versions` are those of the packages of the workspace, by name. */
export const published = (
  { devDependencies: _forUs, publishConfig, scripts: _ofOurs, ...rest }: Manifest,
  versions: Ranges
): Readonly<Record<string, unknown>> => {
  const { access, ...instead } = publishConfig
  const dependencies = rest.dependencies && { dependencies: resolved(rest.dependencies, versions) }
  return { ...rest, ...instead, publishConfig: { access }, ...dependencies }
}

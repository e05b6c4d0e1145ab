/**
 * Pages of a list and the `link` header between them
 * (https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api).
 *
 * @module
 */

const defaultSize = 30
const maxSize = 100

const positive = (text: string | null): number | undefined => {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : undefined
}

/** A page of a list. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Cuts out the page a URL asks for. `place` is the URL of the list, which links name by the number of the repository.
 * On the last page there is no link to the last, as recorded in octokit/fixtures.
 */
export const paginate = <A>(all: ReadonlyArray<A>, asked: URL, place: string): Page<A> => {
  const size = Math.min(positive(asked.searchParams.get("per_page")) ?? defaultSize, maxSize)
  const page = positive(asked.searchParams.get("page")) ?? 1
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(asked.searchParams)
    query.set("page", String(to))
    return `<${place}?${query}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link(Math.min(page - 1, last), "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : [])
  ]
  return {
    items: all.slice((page - 1) * size, page * size),
    headers: links.length === 0 ? {} : { link: links.join(", ") }
  }
}

/**
 * Finds the name somebody most likely meant.
 *
 * @module
 */

/** How many letters must be added, removed or replaced to make one name of the other. */
export const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The nearest of some names, when it is at most three letters, or a third of the name, away. */
export const nearName = (name: string, names: Iterable<string>): string | undefined => {
  let nearest: string | undefined
  let least = Math.max(3, Math.floor(name.length / 3)) + 1
  for (const candidate of names) {
    // The difference of the lengths is a lower bound, and much cheaper than the distance.
    if (Math.abs(candidate.length - name.length) >= least) continue
    const away = distance(name, candidate)
    if (away < least) {
      least = away
      nearest = candidate
    }
  }
  return nearest
}

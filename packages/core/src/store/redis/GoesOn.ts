/**
 * Time of a machine in Lua: it goes on from where it was when the clock of the server goes back.
 *
 * @module
 */

/** For the state `s`, with `LATEST` and `SKEW`: sets `time` from `now`, and the variable of that name when the state changed by it. */
export const goesOn = (changed: string): string => `
  time = now + s[SKEW]
  if time < s[LATEST] then
    s[SKEW] = s[SKEW] + s[LATEST] - time
    time = s[LATEST]
    ${changed} = true
  end
  s[LATEST] = time
`

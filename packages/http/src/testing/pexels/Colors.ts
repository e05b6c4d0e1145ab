/**
 * The colors photos can be searched by: https://www.pexels.com/api/documentation/#photos-search
 *
 * @module
 */

/** What the emulator takes each of them for. */
const colors = {
  red: "#B4312C",
  orange: "#D9822B",
  yellow: "#E3C53D",
  green: "#4F7F45",
  turquoise: "#4FB8AE",
  blue: "#3D6FA8",
  violet: "#7B5AA6",
  pink: "#D98CA6",
  brown: "#7A5638",
  black: "#1C1C1E",
  gray: "#86888A",
  white: "#EDEDEA"
} as const

/** The name of a color. */
export type ColorName = keyof typeof colors

/** The names, in the order of the documentation. */
export const names: ReadonlyArray<ColorName> = Object.keys(colors).filter((name): name is ColorName => name in colors)

/** The average color of photos of this color. */
export const hexOf = (name: ColorName): string => colors[name]

/** Red, green and blue, 0 to 255 each. */
export const channelsOf = (hex: string): readonly [red: number, green: number, blue: number] => {
  const digits = hex.replace("#", "")
  const [r = "0", g = "0", b = "0"] =
    digits.length === 3 ? Array.from(digits, (digit) => digit + digit) : (digits.match(/../g) ?? [])
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)]
}

const distance = (one: string, other: string): number => {
  const to = channelsOf(other)
  return channelsOf(one).reduce((sum, channel, at) => sum + (channel - (to[at] ?? 0)) ** 2, 0)
}

const nearest = (hex: string): ColorName =>
  names.reduce((best, name) => (distance(hex, hexOf(name)) < distance(hex, hexOf(best)) ? name : best))

/** The color a search means: by name, or the nearest one to a hexadecimal code; `undefined` when it is neither. */
export const colorOf = (text: string): ColorName | undefined =>
  names.find((name) => name === text) ?? (/^#?(?:[\da-f]{3}){1,2}$/i.test(text) ? nearest(text) : undefined)

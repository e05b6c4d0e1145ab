/**
 * Real, small pictures: PNG without compression (https://www.w3.org/TR/png-3/, stored blocks of RFC 1951).
 *
 * @module
 */

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let bits = n
  for (let i = 0; i < 8; i++) bits = bits & 1 ? 0xedb88320 ^ (bits >>> 1) : bits >>> 1
  return bits
})

const crc32 = (bytes: ReadonlyArray<number>): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return crc ^ 0xffffffff
}

const adler32 = (bytes: ReadonlyArray<number>): number => {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return (b << 16) | a
}

const word = (value: number): ReadonlyArray<number> => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff)

const chunk = (name: string, data: ReadonlyArray<number>): ReadonlyArray<number> => {
  const named = [...Array.from(name, (letter) => letter.charCodeAt(0)), ...data]
  return [...word(data.length), ...named, ...word(crc32(named))]
}

const stored = (data: ReadonlyArray<number>): ReadonlyArray<number> => {
  const [low, high] = [data.length & 0xff, data.length >>> 8]
  return [0x78, 0x01, 0x01, low, high, low ^ 0xff, high ^ 0xff, ...data, ...word(adler32(data))]
}

/** What a picture shows: a color, and a number in its first pixel so that no two are alike. */
export interface Picture {
  /** Pixels, 1 to 100. */
  readonly width: number
  /** Pixels, 1 to 100. */
  readonly height: number
  readonly color: readonly [red: number, green: number, blue: number]
  /** Up to 2^24. */
  readonly mark: number
}

/** The bytes of a picture. */
export const encode = ({ color, height, mark, width }: Picture): Uint8Array => {
  const row = [0, ...Array.from({ length: width }, () => color).flat()]
  const rows = Array.from({ length: height }, () => row).flat()
  const pixels = [0, ...word(mark).slice(1), ...rows.slice(4)]
  return Uint8Array.from([
    ...signature,
    ...chunk("IHDR", [...word(width), ...word(height), 8, 2, 0, 0, 0]),
    ...chunk("IDAT", stored(pixels)),
    ...chunk("IEND", [])
  ])
}

import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as UrlGuard from "../src/UrlGuard.ts"

/** The refused IPv4 ranges as numbers, written down apart from the library the guard uses. */
const refusedRanges: ReadonlyArray<readonly [base: string, bits: number]> = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4]
]

const numberOf = (dotted: string): number => dotted.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0)
const sizeOf = (bits: number): number => 2 ** (32 - bits)
const octetsOf = (value: number): ReadonlyArray<number> => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
const dotted = (value: number): string => octetsOf(value).join(".")

const isRefused = (value: number): boolean =>
  refusedRanges.some(([base, bits]) => value >= numberOf(base) && value < numberOf(base) + sizeOf(bits))

const refusedV4 = fc
  .constantFrom(...refusedRanges)
  .chain(([base, bits]) => fc.integer({ min: 0, max: sizeOf(bits) - 1 }).map((offset) => numberOf(base) + offset))
const anyV4 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const publicV4 = anyV4.filter((value) => !isRefused(value))

const radix = fc.constantFrom(
  (part: number, zeros: string) => (zeros === "" || part === 0 ? String(part) : `0${zeros}${part.toString(8)}`),
  (part: number, zeros: string) => `0x${zeros}${part.toString(16)}`,
  (part: number, zeros: string) => `0X${zeros}${part.toString(16).toUpperCase()}`
)

/** One to four parts, each decimal, octal or hexadecimal; the last part holds the octets that are left. */
const classic = (value: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.array(radix, { minLength: 4, maxLength: 4 }),
      fc.constantFrom("", "0", "000")
    )
    .map(([count, spell, zeros]) => {
      const octets = octetsOf(value)
      const last = octets.slice(count - 1).reduce((sum, octet) => sum * 256 + octet, 0)
      return [...octets.slice(0, count - 1), last].map((part, index) => spell[index]!(part, zeros)).join(".")
    })

/** Replaces single characters with others the URL parser reads the same. */
const disguised = (host: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom("plain", "percent", "wide", "space", "upper"), {
      minLength: host.length,
      maxLength: host.length
    })
    .map((tricks) =>
      Array.from(host, (char, index) => {
        const code = char.charCodeAt(0)
        switch (tricks[index]) {
          case "percent":
            return `%${code.toString(16).padStart(2, "0")}`
          case "wide":
            return char === "." ? "。" : String.fromCharCode(code + 0xfee0)
          case "space":
            return `${char}\t\n`
          case "upper":
            return char.toUpperCase()
          default:
            return char
        }
      }).join("")
    )

const hex = (value: number): string => value.toString(16)
const halves = (value: number): readonly [number, number] => [value >>> 16, value & 0xffff]

/** IPv6 addresses that end up at an IPv4 one. */
const wraps = (value: number): ReadonlyArray<string> => {
  const [high, low] = halves(value)
  const both = `${hex(high)}:${hex(low)}`
  return [
    `::ffff:${dotted(value)}`,
    `0:0:0:0:0:FFFF:${both}`,
    `64:ff9b::${dotted(value)}`,
    `2002:${both}::1`,
    `2001:0:${both}::f7f7:f7f7`,
    `2001:0:808:808::${hex(high ^ 0xffff)}:${hex(low ^ 0xffff)}`
  ]
}

const spellings = (value: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      classic(value).chain(disguised),
      classic(value).map((host) => `${host}.`),
      fc.constantFrom(...wraps(value)).map((address) => `[${address}]`)
    )
    .chain((host) =>
      fc
        .tuple(
          fc.constantFrom("http://", "https://", "HTTP:\\\\", "http:/", "\n https://"),
          fc.constantFrom("", ":8080", "/a?b#c", "\\@x")
        )
        .map(([before, after]) => `${before}${host}${after}`)
    )

const guard = UrlGuard.make()

const outcome = (url: string): string => {
  const result = guard.checkResult(url)
  return result._tag === "Success" ? result.success.href : result.failure.reason
}

const cases = { numRuns: 2000 }

describe("every URL", () => {
  it("of a refused IPv4 address is refused in every spelling", () => {
    const any = refusedV4.chain((value) => spellings(value).map((url) => ({ value, url })))
    fc.assert(
      fc.property(any, ({ url, value }) => {
        expect(outcome(url)).toBe("address")
        expect(guard.checkAddress("a.example", dotted(value), 80)).toBeDefined()
      }),
      cases
    )
  })

  it("of a public IPv4 address is let through in every spelling", () => {
    const any = publicV4.chain((value) => spellings(value).map((url) => ({ value, url })))
    fc.assert(
      fc.property(any, ({ url, value }) => {
        expect(outcome(url)).toMatch(/^https?:\/\//)
        expect(guard.checkAddress("a.example", dotted(value), 80)).toBeUndefined()
      }),
      cases
    )
  })

  it("of an IPv6 address outside of the global range is refused, unless it stands for a public IPv4 address", () => {
    const outside = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
      .filter((parts) => parts[0]! >>> 13 !== 1 && !(parts[0] === 0x64 && parts[1] === 0xff9b))
    fc.assert(
      fc.property(outside, (parts) => {
        expect(outcome(`http://[${parts.map(hex).join(":")}]/`)).toBe("address")
      }),
      cases
    )
  })

  it("is judged the same when it is a name's address and when it is written out", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const url = `http://${address.includes(":") ? `[${address}]` : address}/`
        const kind = guard.checkAddress("a.example", address, 80)?.kind
        const result = guard.checkResult(url)
        expect(result._tag === "Success" ? undefined : result.failure.kind).toBe(kind)
      }),
      cases
    )
  })

  it("that passes passes again, unchanged; whatever the text is, nothing throws", () => {
    const part = fc.constantFrom(
      "http",
      "://",
      ":",
      "//",
      "[",
      "]",
      "@",
      "#",
      "%",
      "%00",
      "。",
      "::1",
      "127",
      ".",
      "0x",
      "localhost",
      "%2e",
      "\\",
      " ",
      "xn--",
      "ß",
      "\0"
    )
    const text = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""))
    )
    fc.assert(
      fc.property(text, (url) => {
        const result = guard.checkResult(url)
        if (result._tag === "Success") expect(outcome(result.success.href)).toBe(result.success.href)
        else expect(result.failure).toBeInstanceOf(UrlGuard.UrlRefusedError)
        const connection = guard.checkAddress(url, url, 80)
        if (connection !== undefined) expect(connection).toBeInstanceOf(UrlGuard.UrlRefusedError)
      }),
      cases
    )
  })
})

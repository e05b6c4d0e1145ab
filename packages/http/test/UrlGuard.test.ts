import { InvalidOptionError } from "@skippy/core"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { inspect } from "node:util"
import * as UrlGuard from "../src/UrlGuard.ts"

const guard = UrlGuard.make()

const refusal = (url: string, { checkResult }: UrlGuard.UrlGuard = guard): UrlGuard.UrlRefusedError | undefined => {
  const result = checkResult(url)
  return result._tag === "Failure" ? result.failure : undefined
}

const hrefOf = (url: string, { checkResult }: UrlGuard.UrlGuard = guard): string | undefined => {
  const result = checkResult(url)
  return result._tag === "Success" ? result.success.href : undefined
}

/** Spellings that got past other filters, by the address they mean. */
const disguises: Readonly<Record<string, ReadonlyArray<string>>> = {
  "127.0.0.1": [
    "http://127.0.0.1",
    "http://127.0.0.1.",
    "http://127.1",
    "http://127.0.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://0X7F.1",
    "http://0x7f.0x0.0x0.0x1",
    "http://017700000001",
    "http://0177.1",
    "http://0177.0000.00.01",
    "http://0x7f.0.0.01",
    "http://%31%32%37.0.0.1",
    "http://127%2e0%2e0%2e1",
    "http://１２７.０.０.１",
    "http://①②⑦.⓪.⓪.①",
    "http://127。0．0｡1",
    "http:127.0.0.1",
    "http:/127.0.0.1",
    "http:////127.0.0.1",
    "http:\\\\127.0.0.1\\admin",
    "HTTPS://127.0.0.1",
    " \thttp://127.0.0.1\n",
    "ht\ntp://127.\t0.0.1\r\n/",
    "http://127.0.0.1:22",
    "http://127.0.0.1#@example.com",
    "http://127.0.0.1?@example.com",
    "http://127.0.0.1\\@example.com",
    "http://@127.0.0.1",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:7f00:1]",
    "http://[0:0:0:0:0:FFFF:127.0.0.1]",
    "http://[0000:0000:0000:0000:0000:ffff:7f00:0001]:8080"
  ],
  "169.254.169.254": [
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166",
    "http://0xA9FEA9FE",
    "http://0xA9.0xFE.0xA9.0xFE",
    "http://0251.0376.0251.0376",
    "http://0251.00376.000251.0000376",
    "http://0251.254.169.254",
    "http://169.254.43518",
    "http://169.16689662",
    "http://[::ffff:a9fe:a9fe]",
    "http://[0:0:0:0:0:ffff:169.254.169.254]"
  ],
  "0.0.0.0": ["http://0", "http://0.0.0.0:80", "http://0x0", "http://00"],
  "127.127.127.127": ["http://127.127.127.127"],
  "255.255.255.255": ["http://4294967295", "http://255.255.255.255"]
}

const addresses: ReadonlyArray<readonly [string, string]> = [
  ["0.1.2.3", "unspecified"],
  ["10.0.0.1", "private"],
  ["10.255.255.255", "private"],
  ["100.64.0.1", "shared"],
  ["100.127.255.254", "shared"],
  ["100.100.100.200", "metadata"],
  ["127.255.255.254", "loopback"],
  ["168.63.129.16", "metadata"],
  ["169.254.0.1", "linkLocal"],
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.0.0.1", "reserved"],
  ["192.0.0.192", "metadata"],
  ["192.0.2.1", "reserved"],
  ["192.88.99.1", "reserved"],
  ["192.168.1.1", "private"],
  ["198.18.0.1", "reserved"],
  ["198.19.255.255", "reserved"],
  ["198.51.100.7", "reserved"],
  ["203.0.113.9", "reserved"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "broadcast"],
  ["::", "unspecified"],
  ["::1", "loopback"],
  ["::127.0.0.1", "loopback"],
  ["::8.8.8.8", "reserved"],
  ["::ffff:0:127.0.0.1", "loopback"],
  ["::ffff:0:8.8.8.8", "reserved"],
  ["64:ff9b::127.0.0.1", "loopback"],
  ["64:ff9b::10.0.0.1", "private"],
  ["64:ff9b::169.254.169.254", "metadata"],
  ["64:ff9b:1::8.8.8.8", "reserved"],
  ["64:ff9b:1:a00:1::", "reserved"],
  ["100::1", "reserved"],
  ["2001::1", "unspecified"],
  ["2001:0:7f00:1:0:0:f7f7:f7f7", "loopback"],
  ["2001:0:808:808:0:0:80ff:fffe", "loopback"],
  ["2001:2::1", "reserved"],
  ["2001:10::1", "reserved"],
  ["2001:20::1", "reserved"],
  ["2001:db8::1", "reserved"],
  ["2002:7f00:1::", "loopback"],
  ["2002:a00:1::1", "private"],
  ["2002:c0a8:101::1", "private"],
  ["2606:4700::5efe:10.0.0.1", "private"],
  ["2606:4700::200:5efe:169.254.169.254", "metadata"],
  ["3fff::1", "reserved"],
  ["4000::1", "reserved"],
  ["5f00::1", "reserved"],
  ["fc00::1", "private"],
  ["fd00:ec2::254", "metadata"],
  ["fd12:3456::1", "private"],
  ["fd20:ce::254", "metadata"],
  ["fe80::1", "linkLocal"],
  ["febf::1", "linkLocal"],
  ["fec0::1", "private"],
  ["ff02::1", "multicast"]
]

const publicAddresses = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001::200e",
  "64:ff9b::8.8.8.8",
  "2002:808:808::1",
  "2001:0:808:808:0:0:f7f7:f7f7"
]

const names: ReadonlyArray<readonly [string, string]> = [
  ["localhost", "loopback"],
  ["localhost.", "loopback"],
  ["LOCALHOST", "loopback"],
  ["loc%61lhost", "loopback"],
  ["ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loopback"],
  ["local\thost", "loopback"],
  ["a.b.localhost", "loopback"],
  ["localhost.localdomain", "loopback"],
  ["ip6-localhost", "loopback"],
  ["printer.local", "private"],
  ["vault.service.internal", "private"],
  ["nas.lan", "private"],
  ["router.home.arpa", "private"],
  ["kubernetes.default.svc", "private"],
  ["kubernetes.default.svc.cluster.local", "private"],
  ["intranet", "private"],
  ["com", "private"],
  ["metadata.google.internal", "metadata"],
  ["metadata.google.internal.", "metadata"],
  ["METADATA", "metadata"],
  ["instance-data", "metadata"],
  ["instance-data.ec2.internal", "metadata"],
  ["metadata.goog", "metadata"],
  ["rancher-metadata", "metadata"]
]

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address)

describe("what is refused", () => {
  for (const [address, urls] of Object.entries(disguises)) {
    it.each(urls)(`%j, which is ${address}`, (url) => {
      expect(refusal(url)).toMatchObject({ reason: "address", host: address, address })
    })
  }

  it.each(addresses)("%s is %s", (address, kind) => {
    expect(refusal(`http://${bracketed(address)}/`)).toMatchObject({ reason: "address", kind })
    expect(guard.checkAddress("public.example", address, 80)).toMatchObject({ host: "public.example", kind })
  })

  it.each(names)("the name %j is %s", (name, kind) => {
    expect(refusal(`https://${name}/`)).toMatchObject({ reason: "name", kind })
  })

  it.each([
    "",
    "example.com",
    "//example.com/",
    "http://",
    "http://[fe80::1%25eth0]/",
    "http://[::1",
    "http://0000::1:80/",
    "http://256.0.0.1/",
    "http://425.510.425.510/",
    "http://7147006462/",
    "http://0x41414141A9FEA9FE/",
    "http://o177.0.0.1/",
    "http://1.2.3.4.5/",
    "http://127.0.0.1../",
    "http://localhost../",
    "http://a..example.com/",
    "http://./",
    "http://local host/",
    "http://localhost%00.example.com/",
    "http://127.1.1.1:80:\\@@127.2.2.2:80/",
    "http://example.com:99999/"
  ])("%j, which is no URL", (url) => {
    expect(refusal(url)).toMatchObject({ reason: "invalidUrl" })
  })

  it.each([
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://127.0.0.1:6379/_x",
    "jar:http://127.0.0.1!/",
    "data:,x"
  ])("%s, which is not http", (url) => {
    expect(refusal(url)).toMatchObject({ reason: "scheme", scheme: url.slice(0, url.indexOf(":")) })
  })

  it.each([
    "http://user@example.com/",
    "https://user:pass@example.com/",
    "http://:pass@example.com/",
    "http://a%40b@example.com/",
    "http://1.1.1.1 &@example.com# @3.3.3.3/"
  ])("%s, which has credentials", (url) => {
    expect(refusal(url)).toMatchObject({ reason: "credentials", host: "example.com" })
  })

  it("an address with a zone, and what is no address at all, at the connection", () => {
    expect(guard.checkAddress("public.example", "2606:4700::1%eth0", 80)).toMatchObject({ kind: "linkLocal" })
    expect(guard.checkAddress("public.example", "fe80::1%eth0", 80)).toMatchObject({ kind: "linkLocal" })
    for (const text of ["", "localhost", "0x7f.1", "127.1", "8.8.8.8.8"]) {
      expect(guard.checkAddress("public.example", text, 80)).toMatchObject({ reason: "address" })
    }
  })
})

describe("what is let through", () => {
  it.each(publicAddresses)("%s", (address) => {
    expect(refusal(`http://${bracketed(address)}/`)).toBeUndefined()
    expect(guard.checkAddress("public.example", address, 443)).toBeUndefined()
  })

  it.each([
    ["https://example.com/a?b#c", "https://example.com/a?b#c"],
    ["https://example.com.", "https://example.com./"],
    ["HTTP://EXAMPLE.com:80\\a", "http://example.com/a"],
    ["https://bücher.example/", "https://xn--bcher-kva.example/"],
    ["https://localhost.example/", "https://localhost.example/"],
    ["https://notlocalhost.dev", "https://notlocalhost.dev/"],
    ["https://internal.example", "https://internal.example/"],
    ["http://example.com:80\\@127.0.0.1/", "http://example.com/@127.0.0.1/"],
    ["http://127.0.0.1.nip.io", "http://127.0.0.1.nip.io/"]
  ])("%s as %s", (url, href) => {
    expect(hrefOf(url)).toBe(href)
  })

  it("a copy, which a change of the original does not reach", () => {
    const url = new URL("https://example.com/")
    const checked = Effect.runSync(guard.check(url))
    url.hostname = "127.0.0.1"
    expect(checked.href).toBe("https://example.com/")
  })
})

describe("exceptions", () => {
  const allowing = (...allow: ReadonlyArray<string>) => UrlGuard.make({ allow })

  it.each([
    ["127.0.0.1", "http://127.0.0.1:8080"],
    ["127.0.0.1", "http://0x7f.1"],
    ["0x7f.1", "http://127.0.0.1"],
    ["127.0.0.1", "http://[::ffff:127.0.0.1]"],
    ["::ffff:127.0.0.1", "http://127.0.0.1"],
    ["::ffff:127.0.0.0/104", "http://127.8.8.8"],
    ["127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["127.0.0.1:80", "http://127.0.0.1"],
    ["127.0.0.1:443", "https://127.0.0.1"],
    ["10.0.0.0/8", "http://10.200.3.4"],
    ["10.0.0.0/8:443", "https://10.200.3.4"],
    ["10.9.9.9/8", "http://10.200.3.4"],
    ["0.0.0.0/0", "http://169.254.169.254"],
    ["::1", "http://[::1]"],
    ["[::1]", "http://[::1]:3000"],
    ["[::1]:3000", "http://[::1]:3000"],
    ["[::1]/128:3000", "http://[::1]:3000"],
    ["[fd00::/8]:3000", "http://[fd12::1]:3000"],
    ["fd00::/8", "http://[fd12::1]"],
    ["localhost", "http://LOCALHOST.:3000"],
    ["localhost.", "http://localhost"],
    ["localhost:3000", "http://localhost:3000"],
    ["*.corp.example", "http://a.b.corp.example"],
    ["*.localhost", "http://app.localhost"],
    ["*.bücher.internal", "http://shop.xn--bcher-kva.internal"],
    ["intranet", "http://intranet"]
  ])("%s lets %s through", (entry, url) => {
    expect(refusal(url, allowing(entry))).toBeUndefined()
  })

  it.each([
    ["127.0.0.1", "http://127.0.0.2"],
    ["127.0.0.1:8080", "http://127.0.0.1:8081"],
    ["127.0.0.1:8080", "http://127.0.0.1"],
    ["127.0.0.1", "http://localhost"],
    ["10.0.0.0/8", "http://11.0.0.0.localhost"],
    ["10.0.0.0/8", "http://192.168.0.1"],
    ["10.0.0.0/8", "http://[64:ff9b::a00:1]"],
    ["::/0", "http://127.0.0.1"],
    ["0.0.0.0/0", "http://[::1]"],
    ["[::1]:3000", "http://[::1]:3001"],
    ["localhost", "http://app.localhost"],
    ["*.localhost", "http://localhost"],
    ["*.corp", "http://notcorp"],
    ["*.a.corp", "http://ba.corp"]
  ])("%s does not let %s through", (entry, url) => {
    expect(refusal(url, allowing(entry))).toBeInstanceOf(UrlGuard.UrlRefusedError)
  })

  it("a name is let through whatever it resolves to, at its port", () => {
    const { checkAddress } = allowing("files.example:8443", "*.corp.example")
    expect(checkAddress("files.example", "10.0.0.1", 8443)).toBeUndefined()
    expect(checkAddress("FILES.example.", "10.0.0.1", 8443)).toBeUndefined()
    expect(checkAddress("files.example", "10.0.0.1", 80)).toMatchObject({ address: "10.0.0.1" })
    expect(checkAddress("a.corp.example", "127.0.0.1", 80)).toBeUndefined()
    expect(checkAddress("corp.example", "127.0.0.1", 80)).toMatchObject({ address: "127.0.0.1" })
  })

  it("a range lets names through that resolve into it", () => {
    const { checkAddress } = allowing("10.0.0.0/8:80")
    expect(checkAddress("any.example", "10.1.2.3", 80)).toBeUndefined()
    expect(checkAddress("any.example", "::ffff:10.1.2.3", 80)).toBeUndefined()
    expect(checkAddress("any.example", "10.1.2.3", 443)).toMatchObject({ host: "any.example", kind: "private" })
  })

  it.each([
    "",
    " ",
    "*",
    "*.",
    "*.*.example",
    "a*.example",
    "*.10.0.0.1",
    "a..b",
    "http://example.com",
    "example.com/path",
    "user@example.com",
    "10.0.0.0/33",
    "::/129",
    "::ffff:10.0.0.0/8",
    "127.1/8",
    "example.com/8",
    "1.2.3.4.5",
    "256.1.1.1",
    "::g",
    "[::1",
    "[127.0.0.1",
    "fe80::1%eth0",
    "127.0.0.1:65536",
    "127.0.0.1:http"
  ])("the entry %j is a defect that names it", (entry) => {
    expect(() => allowing(entry)).toThrow(InvalidOptionError)
    expect(() => allowing(entry)).toThrow(`UrlGuard: option "allow" is ${JSON.stringify(entry)}`)
  })
})

describe("the error", () => {
  it("says what is wrong and what to do", () => {
    const messages = ["x", "ftp://a/", "http://u:p@example.com/", "http://10.0.0.1/", "http://printer.local/"].map(
      (url) => refusal(url)?.message
    )
    expect(messages).toEqual([
      'url: this is not a URL; give an absolute one, such as "https://example.com/"',
      'url: scheme "ftp" is not supported; give an http or https URL',
      "url: a user name or password in the URL of example.com is not sent; remove it and give an authorization header instead",
      'url: 10.0.0.1 is an address of a private network; give a public one, or allow it with allow: ["10.0.0.1"]',
      'url: printer.local is a name of a private network; give a public one, or allow it with allow: ["printer.local"]'
    ])
    expect(guard.checkAddress("a.example", "169.254.169.254", 80)?.message).toBe(
      'url: a.example resolves to 169.254.169.254, an address of a cloud\'s metadata service; give a public one, or allow it with allow: ["a.example"]'
    )
  })

  it("is final, and says that nothing was sent", () => {
    expect(refusal("http://10.0.0.1/")).toMatchObject({
      _tag: "UrlRefusedError",
      field: "url",
      category: "invalid",
      retryable: false,
      delivered: false
    })
  })

  it.each([
    "https://s3cret@example.com/s3cret?s3cret#s3cret",
    "https://user:s3cret@example.com/",
    "http://10.0.0.1/s3cret?token=s3cret#s3cret",
    "http://printer.local/?token=s3cret",
    "s3cret:password@example.com",
    "s3cret",
    "ftp://s3cret:s3cret@example.com/s3cret",
    "http://s3cret@[::1/"
  ])("holds no secret of %s", (url) => {
    const error = refusal(url)
    expect(error).toBeInstanceOf(UrlGuard.UrlRefusedError)
    expect([String(error), error?.stack, inspect(error, { depth: 9 }), JSON.stringify(error)].join("\n")).not.toContain(
      "s3cret"
    )
  })

  it("survives a journey as JSON", () => {
    const error = guard.checkAddress("a.example", "10.0.0.1", 80)
    const codec = Schema.fromJsonString(UrlGuard.UrlRefusedError)
    const back = Schema.decodeSync(codec)(Schema.encodeUnknownSync(codec)(error))
    expect(back).toBeInstanceOf(UrlGuard.UrlRefusedError)
    expect(back.message).toBe(error?.message)
  })

  it("is found among the causes of another", () => {
    const refused = guard.checkAddress("a.example", "10.0.0.1", 80)
    const circle = new Error("a")
    circle.cause = new AggregateError([circle, new Error("b", { cause: refused })], "c")
    expect(UrlGuard.refusalOf(circle)).toBe(refused)
    expect(UrlGuard.refusalOf(refused)).toBe(refused)
    circle.cause = circle
    for (const none of [circle, undefined, "x", new Error("x")]) expect(UrlGuard.refusalOf(none)).toBeUndefined()
  })
})

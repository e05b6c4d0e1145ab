import { describe, expect, it } from "@effect/vitest"
import { ofPexels, ofPhoto } from "../../src/pexels/Attribution.ts"

const url = "https://www.pexels.com/photo/brown-rocks-2014422/"
const photographerUrl = "https://www.pexels.com/@joey"

describe("the credit of a photo", () => {
  it("is as Pexels asks for it, with both links", () => {
    expect(ofPhoto({ photographer: "Joey Farina", photographerUrl, url })).toEqual({
      text: "Photo by Joey Farina on Pexels",
      html: `Photo by <a href="${photographerUrl}">Joey Farina</a> on <a href="${url}">Pexels</a>`,
      markdown: `Photo by [Joey Farina](${photographerUrl}) on [Pexels](${url})`
    })
  })

  it("cannot break out of where it is shown", () => {
    const credit = ofPhoto({
      photographer: ' <b>Émile</b>\n"O\'Hara" & [co](x) `*_ ',
      photographerUrl: 'https://www.pexels.com/@a"b',
      url: "https://www.pexels.com/photo/a(b) c/"
    })
    expect(credit.text).toBe('Photo by <b>Émile</b> "O\'Hara" & [co](x) `*_ on Pexels')
    expect(credit.html).toBe(
      'Photo by <a href="https://www.pexels.com/@a&quot;b">&lt;b&gt;Émile&lt;/b&gt; &quot;O&#39;Hara&quot; &amp; [co](x) `*_</a> on <a href="https://www.pexels.com/photo/a(b) c/">Pexels</a>'
    )
    expect(credit.markdown).toBe(
      'Photo by [\\<b\\>Émile\\<\\/b\\> \\"O\\\'Hara\\" \\& \\[co\\]\\(x\\) \\`\\*\\_]' +
        '(https://www.pexels.com/@a"b) on [Pexels](https://www.pexels.com/photo/a%28b%29%20c/)'
    )
  })

  it("goes with a link to Pexels for a list", () => {
    expect(ofPexels).toEqual({
      text: "Photos provided by Pexels",
      html: '<a href="https://www.pexels.com">Photos provided by Pexels</a>',
      markdown: "[Photos provided by Pexels](https://www.pexels.com)"
    })
  })
})

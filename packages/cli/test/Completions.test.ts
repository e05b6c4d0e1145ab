import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { folder, run } from "./support.ts"

/** What bash offers when the last of these words is being typed. */
const offered = (script: string, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const file = join(folder(), "completion.bash")
  const asked = `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; COMP_LINE="${words.join(" ")}"`
  writeFileSync(file, `${script}\n${asked}\n_skippy skippy\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`)
  const text = execFileSync("bash", ["--noprofile", "--norc", file], { encoding: "utf8" })
  return text.split("\n").filter((line) => line !== "")
}

describe("skippy --completions", () => {
  it("writes a script with which bash completes commands and flags", async () => {
    const { code, err, out } = await run(["--completions", "bash"])
    expect({ code, err }).toEqual({ code: 0, err: "" })
    execFileSync("bash", ["-n"], { input: out })
    expect(out).toContain("complete -F _skippy skippy")
    expect(offered(out, ["skippy", "dri"])).toEqual(["drive"])
    expect(offered(out, ["skippy", "drive", "lis"])).toEqual(["list"])
    expect(offered(out, ["skippy", "drive", "list", "--max"])).toEqual(["--max-results"])
  })

  it.for([
    ["zsh", "#compdef skippy"],
    ["fish", "complete -c skippy -n '__fish_use_subcommand' -f -a 'drive'"]
  ] as const)("writes one for %s", async ([shell, line]) => {
    const { code, err, out } = await run(["--completions", shell])
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toContain(line)
    expect(out).toContain("max-results")
  })
})

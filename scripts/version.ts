/** Tells the command line the version that its package.json has, after a release gave it a new one. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folderOf, manifestOf } from "./build.ts"

const file = join(folderOf("cli"), "src/runtime/Version.ts")
const text = readFileSync(file, "utf8")
writeFileSync(file, text.replace(/version = ".*"/, `version = "${manifestOf("cli").version}"`))

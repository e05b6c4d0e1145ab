/**
 * Before `npm pack` in the folder of a package: builds, and puts the manifest that is published in the place of that of the
 * workspace, which waits in `.package.json`. npm reads it when it packs. scripts/run.mjs puts it back.
 */
import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build, folderOf, publishedOf } from "./build.ts"

const [, , name = ""] = process.argv
const folder = folderOf(name)
build()
const manifest = publishedOf(name)
renameSync(join(folder, "package.json"), join(folder, ".package.json"))
writeFileSync(join(folder, "package.json"), manifest)

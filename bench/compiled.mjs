/** For `node --import`: packages of the workspace are what `tsc -b` made of them, as for those who install them. */
import { registerHooks } from "node:module"

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const { url } = resolved
    return /\/packages\/\w+\/src\/.*\.ts$/.test(url)
      ? { ...resolved, url: url.replace("/src/", "/dist/").replace(/\.ts$/, ".js"), format: "module" }
      : resolved
  }
})

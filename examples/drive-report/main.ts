/** The report on a real folder: `node main.ts FOLDER-ID`. docs/google-auth.md tells how Google lets it in. */
import { Drive } from "@skippy/google"
import { Effect } from "effect"
import { report } from "./report.ts"

const lines = await Effect.runPromise(Effect.provide(report(process.argv[2] ?? "root"), Drive.layer))
for (const { name, rows, stale } of lines) console.log(`${name}: ${rows} rows${stale ? " (as they were)" : ""}`)

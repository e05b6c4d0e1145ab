/** Prints the last line of CI from the test report. */
import { readFileSync } from "node:fs"

const report = JSON.parse(readFileSync(new URL("../.cache/test-report.json", import.meta.url), "utf8"))
for (const { reason, test } of report.skipped) console.log(`skipped: ${test}: ${reason}`)
console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`)

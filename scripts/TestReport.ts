/**
 * Writes `.cache/test-report.json`: how many tests passed, failed and were skipped, and why each was skipped. A skip
 * without a reason is a failure; on CI so is a skip for a server that is missing.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import type { Reporter, SerializedError, TestModule } from "vitest/node"

interface Skipped {
  readonly test: string
  readonly reason: string
}

const reportFile = new URL("../.cache/test-report.json", import.meta.url)

const complaintOf = ({ reason, test }: Skipped): string | undefined => {
  if (reason === "") return `skipped without a reason: ${test}`
  return process.env["CI"] !== undefined && reason.startsWith("missing server")
    ? `skipped on CI: ${test} (${reason})`
    : undefined
}

export default class TestReport implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    let passed = 0
    let failed = errors.length
    const skipped: Array<Skipped> = []
    for (const module of modules) {
      if (module.errors().length > 0) failed++
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === "passed") passed++
        else if (result.state === "failed") failed++
        else skipped.push({ test: test.fullName, reason: result.state === "skipped" ? (result.note ?? "") : "" })
      }
    }
    const complaints = skipped.flatMap((skip) => complaintOf(skip) ?? [])
    mkdirSync(new URL(".", reportFile), { recursive: true })
    writeFileSync(reportFile, `${JSON.stringify({ passed, failed, skipped, complaints }, undefined, 2)}\n`)
    for (const complaint of complaints) console.error(complaint)
    if (complaints.length > 0) process.exitCode = 1
  }
}

/**
 * Makes the Grafana dashboard, the Prometheus alert rules and the table of the documentation from the metric names.
 * `--check` fails when a file is not what the names say.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { Metrics } from "@skippy/core"

const { metrics } = Metrics
type MetricDefinition = Metrics.MetricDefinition

/** One picture: what it shows, by a query for each line. */
interface Panel {
  readonly title: string
  readonly unit: "reqps" | "s" | "percentunit" | "short"
  readonly queries: ReadonlyArray<readonly [expression: string, legend: string]>
  readonly kind?: "timeseries" | "state-timeline"
}

const rate = ({ name }: MetricDefinition, by: string, where = ""): string =>
  `sum by (${by}) (rate(${name}{service=~"$service"${where}}[$__rate_interval]))`

const quantiles = ({ name }: MetricDefinition): Panel["queries"] =>
  [0.5, 0.95, 0.99].map((share) => [
    `histogram_quantile(${share}, sum by (le, service) (rate(${name}_bucket{service=~"$service"}[$__rate_interval])))`,
    `{{service}} p${share * 100}`
  ])

/** The panels of the dashboard. */
export const panels: ReadonlyArray<Panel> = [
  { title: "Calls", unit: "reqps", queries: [[rate(metrics.calls, "service, outcome"), "{{service}} {{outcome}}"]] },
  {
    title: "Success rate",
    unit: "percentunit",
    queries: [
      [`${rate(metrics.calls, "service", `,outcome="success"`)} / ${rate(metrics.calls, "service")}`, "{{service}}"]
    ]
  },
  { title: "Call duration", unit: "s", queries: quantiles(metrics.callDuration) },
  { title: "Attempt duration", unit: "s", queries: quantiles(metrics.attemptDuration) },
  {
    title: "Circuit state",
    unit: "short",
    kind: "state-timeline",
    queries: [[`${metrics.circuitState.name}{service=~"$service"} == 1`, "{{service}} {{state}}"]]
  },
  {
    title: "Refusals",
    unit: "reqps",
    queries: [
      [rate(metrics.circuitRejections, "service"), "{{service}} circuit"],
      [rate(metrics.limiterRejections, "service, reason"), "{{service}} limiter {{reason}}"],
      [rate(metrics.bulkheadRejections, "service, reason"), "{{service}} bulkhead {{reason}}"]
    ]
  },
  {
    title: "Retries and hedges",
    unit: "reqps",
    queries: [
      [rate(metrics.retries, "service"), "{{service}} retries"],
      [rate(metrics.hedges, "service"), "{{service}} hedges"],
      [rate(metrics.budgetExhausted, "service, kind"), "{{service}} {{kind}} not allowed"]
    ]
  },
  { title: "Waiting for the limiter", unit: "s", queries: quantiles(metrics.limiterWait) },
  { title: "Waiting for the bulkhead", unit: "s", queries: quantiles(metrics.bulkheadWait) },
  {
    title: "Answers from the cache",
    unit: "reqps",
    queries: [
      [rate(metrics.cacheAnswers, "service, provenance"), "{{service}} {{provenance}}"],
      [rate(metrics.fallbacks, "service"), "{{service}} fallback"]
    ]
  },
  {
    title: "Quota that remains",
    unit: "short",
    queries: [
      [`${metrics.limiterRemaining.name}{service=~"$service"}`, "{{service}} remaining"],
      [`${metrics.limiterWaiting.name}{service=~"$service"}`, "{{service}} waiting"]
    ]
  },
  {
    title: "Inside of bulkheads and caches",
    unit: "short",
    queries: [
      [`${metrics.bulkheadRunning.name}{service=~"$service"}`, "{{service}} running"],
      [`${metrics.cacheEntries.name}{service=~"$service"}`, "{{service}} entries"]
    ]
  },
  {
    title: "Health",
    unit: "percentunit",
    queries: [[metrics.health.name, "{{component}}"]]
  },
  {
    title: "Alerts",
    unit: "short",
    queries: [[`sum by (level, status) (increase(${metrics.alerts.name}[$__rate_interval]))`, "{{level}} {{status}}"]]
  },
  { title: "Timeouts", unit: "reqps", queries: [[rate(metrics.timeouts, "service, kind"), "{{service}} {{kind}}"]] },
  {
    title: "Events lost",
    unit: "short",
    queries: [[`sum(increase(${metrics.eventsDropped.name}[$__rate_interval])) or vector(0)`, "dropped"]]
  }
]

const width = 12
const height = 8
const datasource = { type: "prometheus", uid: "${datasource}" }

const dashboard = {
  title: "Skippy",
  uid: "skippy",
  description: "Made from packages/core/src/observe/MetricNames.ts by scripts/metrics.ts.",
  schemaVersion: 39,
  tags: ["skippy"],
  time: { from: "now-1h", to: "now" },
  refresh: "10s",
  templating: {
    list: [
      { name: "datasource", type: "datasource", query: "prometheus", label: "Data source" },
      {
        name: "service",
        type: "query",
        label: "Service",
        datasource,
        query: `label_values(${metrics.calls.name}, service)`,
        multi: true,
        includeAll: true,
        refresh: 2
      }
    ]
  },
  panels: panels.map(({ kind = "timeseries", queries, title, unit }, index) => ({
    id: index + 1,
    title,
    type: kind,
    datasource,
    gridPos: { x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCodePoint(65 + at),
      datasource,
      expr,
      legendFormat
    }))
  }))
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly severity: "warning" | "critical"
  readonly summary: string
}

const rules: ReadonlyArray<Rule> = [
  {
    alert: "SkippyCircuitOpen",
    expr: `max by (service) (${metrics.circuitState.name}{state="Open"}) == 1`,
    for: "1m",
    severity: "critical",
    summary: "The circuit of {{ $labels.service }} is open: calls are refused or answered from the cache."
  },
  {
    alert: "SkippyCallsFailing",
    expr:
      `sum by (service) (rate(${metrics.calls.name}{outcome!~"success|interrupted"}[5m]))` +
      ` / sum by (service) (rate(${metrics.calls.name}[5m])) > 0.1`,
    for: "5m",
    severity: "warning",
    summary: "More than a tenth of the calls to {{ $labels.service }} fail."
  },
  {
    alert: "SkippyRetriesExhausted",
    expr: `sum by (service) (rate(${metrics.retriesStopped.name}{reason=~"attemptsExhausted|budget"}[5m])) > 0.1`,
    for: "5m",
    severity: "warning",
    summary: "Calls to {{ $labels.service }} fail although they were retried."
  },
  {
    alert: "SkippyLimiterStarved",
    expr: `sum by (service) (rate(${metrics.limiterRejections.name}[5m])) > 0`,
    for: "5m",
    severity: "warning",
    summary: "The quota of {{ $labels.service }} is too small for what is asked of it."
  },
  {
    alert: "SkippyStaleAnswers",
    expr: `sum by (service) (rate(${metrics.cacheAnswers.name}{provenance="staleIfError"}[5m])) > 0`,
    for: "10m",
    severity: "warning",
    summary: "Callers of {{ $labels.service }} have been getting old answers for ten minutes."
  },
  {
    alert: "SkippyUnhealthy",
    expr: `${metrics.health.name} == 0`,
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.component }} is down."
  },
  {
    alert: "SkippyJournalFailing",
    expr: `increase(${metrics.journalFailures.name}[10m]) > 0`,
    for: "0m",
    severity: "warning",
    summary: "The journal cannot be written; see the disk."
  },
  {
    alert: "SkippyStoreAway",
    expr: `${metrics.storeAway.name} == 1`,
    for: "1m",
    severity: "critical",
    summary: "The shared store {{ $labels.store }} does not answer; every process decides by itself."
  },
  {
    alert: "SkippyAlertsDoNotArrive",
    expr: `increase(${metrics.alertSinkFailures.name}[10m]) > 0`,
    for: "0m",
    severity: "warning",
    summary: "Alerts do not reach {{ $labels.sink }}."
  },
  {
    alert: "SkippyEventsDropped",
    expr: `increase(${metrics.eventsDropped.name}[5m]) > 0`,
    for: "0m",
    severity: "warning",
    summary: "A listener is too slow; counts and journal are incomplete."
  }
]

const alerts = `# Made from packages/core/src/observe/MetricNames.ts by scripts/metrics.ts.
groups:
  - name: skippy
    rules:
${rules
  .map(
    (rule) => `      - alert: ${rule.alert}
        expr: ${JSON.stringify(rule.expr)}
        for: ${rule.for}
        labels:
          severity: ${rule.severity}
        annotations:
          summary: ${JSON.stringify(rule.summary)}
`
  )
  .join("")}`

const table = `<!-- Made from packages/core/src/observe/MetricNames.ts by scripts/metrics.ts. Do not edit. -->

# Metric names

| metric | type | labels | what |
| --- | --- | --- | --- |
${Object.values<MetricDefinition>(metrics)
  .map(({ help, labels, name, type }) => `| \`${name}\` | ${type} | ${labels.join(", ")} | ${help} |`)
  .join("\n")}

Histograms have buckets at ${Metrics.secondsBoundaries.join(", ")} seconds.
`

const root = new URL("../", import.meta.url)
const files: Readonly<Record<string, string>> = {
  "grafana/dashboard.json": `${JSON.stringify(dashboard, undefined, 2)}\n`,
  "grafana/alerts.yml": alerts,
  "docs/metric-names.md": table
}

const check = process.argv.includes("--check")
mkdirSync(new URL("grafana", root), { recursive: true })
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, root)
  if (!check) writeFileSync(file, text)
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${name} is not what the metric names say; run: npm run metrics`)
    process.exitCode = 1
  }
}

/**
 * The policies of one service as plain data: from code, a file or an admin page. `decode` reports every problem at once,
 * each with the path, the value and the fix.
 *
 * @module
 */
import { Duration, Effect, Option, Predicate, Schema, SchemaGetter, SchemaIssue } from "effect"

const durationFix = `give a duration such as "30 seconds", or milliseconds, not negative`

/** A duration as `"30 seconds"`, as milliseconds, or as a `Duration`. */
export const DurationInput = Schema.Union([Schema.String, Schema.Finite, Schema.Duration])
  .annotate({
    message: durationFix
  })
  .pipe(
    Schema.decodeTo(Schema.Duration, {
      decode: SchemaGetter.transformEffect((input: unknown) =>
        Effect.mapError(
          Effect.fromOption(parseDuration(input)),
          () => new SchemaIssue.InvalidValue({ message: durationFix })
        )
      ),
      encode: SchemaGetter.transform((duration: Duration.Duration) => duration)
    })
  )

const parseDuration = (input: unknown): Option.Option<Duration.Duration> => {
  if (Duration.isDuration(input)) return Option.some(input)
  if (Predicate.isNumber(input)) return input >= 0 ? Option.some(Duration.millis(input)) : Option.none()
  return Predicate.isString(input) && !input.trimStart().startsWith("-")
    ? Schema.decodeOption(Schema.DurationFromString)(input)
    : Option.none()
}

const numberThat = (fix: string, ok: (value: number) => boolean) =>
  Schema.Finite.annotate({ message: fix }).check(Schema.makeFilter((value: number) => (ok(value) ? undefined : fix)))

const Count = numberThat("give a whole number of at least 1", (n) => Number.isSafeInteger(n) && n >= 1)
const CountOrNone = numberThat("give a whole number, 0 or more", (n) => Number.isSafeInteger(n) && n >= 0)
const Share = numberThat("give a share above 0 and up to 1, such as 0.5", (n) => n > 0 && n <= 1)
const NotNegative = numberThat("give a number of at least 0", (n) => Number.isFinite(n) && n >= 0)
const Factor = numberThat("give a number of at least 1", (n) => Number.isFinite(n) && n >= 1)

const opt = Schema.optional

/** `false` leaves the policy out. */
const orOff = <S extends Schema.Top>(schema: S) => Schema.optional(Schema.Union([Schema.Literal(false), schema]))

/** Retry: see `Retry.Options`. */
export const RetryConfig = Schema.Struct({
  maxAttempts: opt(Count),
  baseDelay: opt(DurationInput),
  factor: opt(Factor),
  maxDelay: opt(DurationInput),
  jitter: opt(Schema.Literals(["none", "full", "equal", "decorrelated"])),
  maxRetryAfter: opt(DurationInput)
})

/** Retry budget: see `RetryBudget.Options`. */
export const BudgetConfig = Schema.Struct({
  ratio: opt(NotNegative),
  minPerSecond: opt(NotNegative),
  timeToLive: opt(DurationInput)
})

/** One limit: so many in so long. `burst` is for the token bucket. */
export const LimitConfig = Schema.Struct({
  algorithm: opt(Schema.Literals(["tokenBucket", "fixedWindow", "slidingWindow"])),
  limit: Count,
  per: DurationInput,
  burst: opt(Count)
})

/** Rate limiter: see `RateLimiter.Options`. */
export const RateLimitConfig = Schema.Struct({
  limits: Schema.Array(LimitConfig),
  maxWait: opt(DurationInput),
  maxPenalty: opt(DurationInput),
  maxQueue: opt(CountOrNone)
})

/** Bulkhead: see `Bulkhead.Options`. */
export const BulkheadConfig = Schema.Struct({
  concurrency: opt(Count),
  maxQueue: opt(CountOrNone),
  maxWait: opt(DurationInput)
})

/** Circuit breaker: see `CircuitBreaker.Options`. */
export const CircuitBreakerConfig = Schema.Struct({
  consecutiveFailures: opt(Schema.Union([Schema.Literal(false), Count])),
  failureRate: opt(Schema.Struct({ threshold: Share, minimumCalls: opt(Count) })),
  slowCallRate: opt(Schema.Struct({ threshold: Share, slowerThan: DurationInput, minimumCalls: opt(Count) })),
  window: opt(
    Schema.Union([Schema.Struct({ count: Count }), Schema.Struct({ duration: DurationInput, buckets: opt(Count) })])
  ),
  openFor: opt(DurationInput),
  /** Multiplies the open time of each opening in a row, with jitter of up to a tenth. Default 1: always the same. */
  openFactor: opt(Factor),
  maxOpenFor: opt(DurationInput),
  probes: opt(Count),
  successThreshold: opt(Count),
  probeTimeout: opt(DurationInput),
  mode: opt(Schema.Literals(["enforce", "metricsOnly", "disabled"]))
})

/** Hedge: see `Hedge.Options`. `after` is a fixed delay, `quantile` a share of the recent latencies. */
export const HedgeConfig = Schema.Struct({
  after: opt(DurationInput),
  quantile: opt(Share),
  max: opt(Count)
})

/** Cache: see `StaleCache.Options`. */
export const CacheConfig = Schema.Struct({
  ttl: opt(DurationInput),
  staleWhileRevalidate: opt(DurationInput),
  staleIfError: opt(DurationInput),
  capacity: opt(Count)
})

/** A lane: a way of its own for some operations. */
export const LaneConfig = Schema.Struct({
  /** On top of what all calls of the service share. */
  rateLimit: orOff(RateLimitConfig),
  /** On top of what all calls of the service share. */
  bulkhead: orOff(BulkheadConfig),
  /** Instead of the service's own. */
  timeout: orOff(DurationInput),
  /** Instead of the service's own. */
  deadline: orOff(DurationInput)
})

/** All policies of one service. What is left out has its default, `false` leaves the policy out. */
export const PolicyConfig = Schema.Struct({
  deadline: orOff(DurationInput),
  retry: orOff(RetryConfig),
  budget: orOff(BudgetConfig),
  hedge: orOff(HedgeConfig),
  rateLimit: orOff(RateLimitConfig),
  bulkhead: orOff(BulkheadConfig),
  circuitBreaker: orOff(CircuitBreakerConfig),
  timeout: orOff(DurationInput),
  cache: orOff(CacheConfig),
  /** By name; a call names its lane. */
  lanes: Schema.optional(Schema.Record(Schema.String, LaneConfig))
})
/** All policies of one service, checked. */
export type PolicyConfig = typeof PolicyConfig.Type
/** All policies of one service, as written. */
export type PolicyConfigInput = typeof PolicyConfig.Encoded

/** One thing that is wrong with a configuration. */
export const ConfigProblem = Schema.Struct({
  /** Where: `retry.maxAttempts`. */
  path: Schema.String,
  /** What was given. */
  value: Schema.String,
  /** What to do. */
  fix: Schema.String
})
/** One thing that is wrong with a configuration. */
export type ConfigProblem = typeof ConfigProblem.Type

/** A configuration that cannot work, with all its problems. */
export class PolicyConfigError extends Schema.TaggedError<PolicyConfigError>()("PolicyConfigError", {
  service: Schema.String,
  problems: Schema.Array(ConfigProblem)
}) {
  readonly category = "invalid"

  override get message(): string {
    const lines = this.problems.map(({ fix, path, value }) => `  ${path} is ${value}; ${fix}`)
    return `the policies of "${this.service}" cannot work:\n${lines.join("\n")}`
  }
}

const valueAt = (input: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((at, key) => (Predicate.hasProperty(at, key) ? at[key] : undefined), input)

const show = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (Duration.isDuration(value)) return Duration.format(value)
  return JSON.stringify(value)
}

const fixes: Readonly<Record<string, string>> = {
  "Expected no excess property": "there is no such option; check its spelling or remove it"
}

const problemsOf = (error: Schema.SchemaError, input: unknown): ReadonlyArray<ConfigProblem> => {
  const { issues } = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue)
  const byPath = new Map<string, ConfigProblem>()
  for (const issue of issues) {
    const keys = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part))
    const path = keys.map(String).join(".") || "the configuration"
    if (byPath.has(path)) continue
    byPath.set(path, { path, value: show(valueAt(input, keys)), fix: fixes[issue.message] ?? issue.message })
  }
  return Array.from(byPath.values())
}

const decodeConfig = Schema.decodeUnknownEffect(PolicyConfig)

type Section<T> = Exclude<T, false | undefined>

/** A configuration in which nothing is left open. */
export interface Policies {
  readonly deadline: Duration.Duration | false
  readonly retry: Section<PolicyConfig["retry"]> | false
  readonly budget: Section<PolicyConfig["budget"]> | false
  readonly hedge: Section<PolicyConfig["hedge"]> | false
  readonly rateLimit: Section<PolicyConfig["rateLimit"]> | false
  readonly bulkhead: Section<PolicyConfig["bulkhead"]> | false
  readonly circuitBreaker: Section<PolicyConfig["circuitBreaker"]> | false
  readonly timeout: Duration.Duration | false
  readonly cache: Section<PolicyConfig["cache"]> | false
  readonly lanes: Readonly<Record<string, LanePolicies>>
}

/** A lane in which nothing is left open but what the service says. */
export interface LanePolicies {
  readonly rateLimit: Section<PolicyConfig["rateLimit"]> | false
  readonly bulkhead: Section<PolicyConfig["bulkhead"]> | false
  /** `undefined`: the service's own. */
  readonly timeout: Duration.Duration | false | undefined
  /** `undefined`: the service's own. */
  readonly deadline: Duration.Duration | false | undefined
}

const layered = <T extends object>(over: T | false | undefined, under: T | false | undefined): T | false => {
  if (over === undefined) return under ?? false
  return over === false || under === undefined || under === false ? over : { ...under, ...over }
}

type Lanes = Readonly<Record<string, typeof LaneConfig.Type>>

const mergeLanes = (over: Lanes, under: Lanes): Policies["lanes"] =>
  Object.fromEntries(
    Object.keys({ ...under, ...over }).map((name) => [
      name,
      {
        rateLimit: layered(over[name]?.rateLimit, under[name]?.rateLimit),
        bulkhead: layered(over[name]?.bulkhead, under[name]?.bulkhead),
        timeout: over[name]?.timeout ?? under[name]?.timeout,
        deadline: over[name]?.deadline ?? under[name]?.deadline
      }
    ])
  )

/** One configuration over another, section by section and option by option; `false` leaves a policy out. */
export const merge = (over: PolicyConfig, under: PolicyConfig): Policies => ({
  deadline: over.deadline ?? under.deadline ?? false,
  retry: layered(over.retry, under.retry),
  budget: layered(over.budget, under.budget),
  hedge: layered(over.hedge, under.hedge),
  rateLimit: layered(over.rateLimit, under.rateLimit),
  bulkhead: layered(over.bulkhead, under.bulkhead),
  circuitBreaker: layered(over.circuitBreaker, under.circuitBreaker),
  timeout: over.timeout ?? under.timeout ?? false,
  cache: layered(over.cache, under.cache),
  lanes: mergeLanes(over.lanes ?? {}, under.lanes ?? {})
})

/** Checks a configuration; all its problems come in one error. */
export const decode = (service: string, input: unknown): Effect.Effect<PolicyConfig, PolicyConfigError> =>
  Effect.mapError(
    decodeConfig(input, { errors: "all", onExcessProperty: "error" }),
    (error) => new PolicyConfigError({ service, problems: problemsOf(error, input) })
  )

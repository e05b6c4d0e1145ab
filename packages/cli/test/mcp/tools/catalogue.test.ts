import { encode } from "gpt-tokenizer/encoding/o200k_base"
import { describe as suite, expect, it } from "vitest"
import { describe } from "../../../src/mcp/Described.ts"
import { tools } from "../../../src/mcp/tools/index.ts"

/** A parameter with its default; `undefined` for one that may be absent; `needed` for one that may not. */
const needed = Symbol("needed")
type Parameters = Readonly<Record<string, unknown>>

/** The contract: names, parameters and defaults of TOOLS.md. */
const contract: Readonly<Record<string, Parameters>> = {
  gdrive_search_files: { query: needed, max_results: 10 },
  gdrive_download_file: { file_id: needed, output_path: needed },
  gdrive_read_document: { file_id: needed },
  gdrive_create_folder: { folder_name: needed, parent_folder_id: "root" },
  gdrive_move_file: { file_id: needed, destination_folder_id: needed },
  gdrive_list_folder_contents: { folder_id: "root", max_results: 100 },
  gdrive_trash_file: { file_id: needed },
  gdrive_rename_file: { file_id: needed, new_name: needed },
  gdrive_batch_move_files: { file_ids: needed, destination_folder_id: needed },
  gdrive_get_folder_id_by_name: { folder_name: needed, parent_folder_id: undefined },
  gdrive_organize_by_pattern: { file_pattern: needed, destination_folder_id: needed, max_files: 50 },
  gdrive_upload_file: { local_file_path: needed, destination_folder_id: "root", new_name: undefined },
  gdrive_share_file: { file_id: needed, permission_type: "anyone", role: "reader", email_address: undefined },
  gdrive_get_file_metadata: { file_id: needed, include_permissions: false },
  gdrive_copy_file: { file_id: needed, new_name: undefined, destination_folder_id: undefined },
  gdrive_batch_upload: { local_directory: needed, destination_folder_id: "root", file_pattern: "*" },
  gphotos_create_picker_session: {},
  gphotos_check_session: { session_id: needed },
  gphotos_get_selected_media: { session_id: needed, max_results: 100 },
  gphotos_download_selected: { base_url: needed, output_path: needed, mime_type: "image/jpeg" },
  gphotos_delete_session: { session_id: needed },
  github_create_pr: {
    repo_name: needed,
    title: needed,
    body: undefined,
    head_branch: needed,
    base_branch: "main"
  },
  github_create_issue: {
    repo_name: needed,
    title: needed,
    body: undefined,
    labels: undefined,
    assignees: undefined
  },
  github_list_prs: { repo_name: needed, state: "open", max_results: 10 },
  pexels_search_photos: {
    query: needed,
    per_page: 15,
    page: 1,
    orientation: undefined,
    size: undefined,
    color: undefined
  },
  pexels_get_photo: { photo_id: needed },
  pexels_download_photo: { photo_id: needed, output_path: needed, size: "original" },
  pexels_curated_photos: { per_page: 15, page: 1 },
  http_get: { url: needed, headers: undefined },
  http_post: { url: needed, data: needed, headers: undefined },
  system_health_check: {},
  get_system_metrics: {},
  validate_skippy_configuration: {},
  get_circuit_breaker_status: {},
  get_resilience_dashboard: {},
  reset_circuit_breaker: { service_name: needed },
  get_cache_statistics: {},
  clear_cache: { pattern: "*" },
  get_recent_alerts: { hours: 24 },
  send_alert: { title: needed, message: needed, level: "WARNING", service: undefined },
  get_metrics_summary: {}
}

/** What changes something, and how; all others only look. */
const changes: Readonly<Record<string, "adds" | "replaces">> = {
  gdrive_download_file: "adds",
  gdrive_create_folder: "adds",
  gdrive_move_file: "replaces",
  gdrive_trash_file: "replaces",
  gdrive_rename_file: "replaces",
  gdrive_batch_move_files: "replaces",
  gdrive_organize_by_pattern: "replaces",
  gdrive_upload_file: "adds",
  gdrive_share_file: "replaces",
  gdrive_copy_file: "adds",
  gdrive_batch_upload: "adds",
  gphotos_create_picker_session: "adds",
  gphotos_download_selected: "adds",
  gphotos_delete_session: "replaces",
  github_create_pr: "adds",
  github_create_issue: "adds",
  pexels_download_photo: "adds",
  http_post: "replaces",
  reset_circuit_breaker: "replaces",
  clear_cache: "replaces",
  send_alert: "adds"
}

interface Parameter {
  readonly description?: string
  readonly default?: unknown
}

/** JSON Schema that says nothing. */
const noise = ['additionalProperties":true', "9007199254740991", "Infinity", '"NaN"']

const told = tools.map(describe)

/** As a client reads it. */
const read = (schema: unknown) =>
  schema as { type: string; properties?: Record<string, Parameter>; required?: ReadonlyArray<string> }

suite("the list of tools", () => {
  it("has the names of the contract, each once, in an order that stays", () => {
    const names = told.map(({ name }) => name)
    expect(new Set(names)).toEqual(new Set(Object.keys(contract)))
    expect(names).toHaveLength(new Set(names).size)
    const ofGroup = Map.groupBy(tools, ({ group }) => group)
    expect(Array.from(ofGroup.values()).flat()).toEqual(tools)
  })

  it.each(told)("$name has the parameters and defaults of the contract, each described, and no others", (tool) => {
    const { properties = {}, required = [] } = read(tool.inputSchema)
    const parameters = Object.entries(properties).map(([name, parameter]) => [
      name,
      required.includes(name) ? needed : parameter.default
    ])
    expect(Object.fromEntries(parameters)).toEqual(contract[tool.name])
    expect(read(tool.inputSchema)).toMatchObject({ type: "object", additionalProperties: false })
    for (const { description } of Object.values(properties)) expect(description).toMatch(/\S{2}/)
  })

  it.each(told)("$name says in words what it is, and answers an object in snake case", (tool) => {
    expect(tool.title).toMatch(/^[A-Z]/)
    expect(tool.description).toMatch(/^[A-Z].*\.$/)
    const { properties = {}, type } = read(tool.outputSchema)
    expect(type).toBe("object")
    expect(Object.keys(properties)).not.toHaveLength(0)
    for (const name of Object.keys(properties)) expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
    for (const text of noise) expect(JSON.stringify(tool)).not.toContain(text)
  })

  it.each(told)("$name tells truly whether it looks, adds or replaces", ({ annotations, name }) => {
    expect(annotations).toMatchObject({
      readOnlyHint: changes[name] === undefined,
      destructiveHint: changes[name] === "replaces"
    })
    if (annotations.readOnlyHint) expect(annotations.idempotentHint).toBe(true)
  })

  it.each(told.filter(({ outputSchema }) => "from_cache" in (read(outputSchema).properties ?? {})))(
    "$name answers from a cache, so it tells how old that is, and only looks",
    ({ annotations, outputSchema }) => {
      expect(read(outputSchema).required).toEqual(expect.arrayContaining(["from_cache", "age_seconds", "stale"]))
      expect(annotations.readOnlyHint).toBe(true)
    }
  )

  it("takes less than 15,000 tokens of a client's context", () => {
    expect(encode(JSON.stringify({ tools: told })).length).toBeLessThan(15_000)
  })
})

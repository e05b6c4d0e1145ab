/**
 * What documentation and tests need to know of the command line: its commands, what they answer, its exit codes, and the
 * tools of its MCP server.
 *
 * @module
 */
export { config, load, names } from "./command/Root.ts"
export { Results } from "./command/Operation.ts"
export { describe as describeTool, type Described } from "./mcp/Described.ts"
export { tools } from "./mcp/tools/index.ts"
export { DemoEvent } from "./demo/DemoEvent.ts"
export { exitCodes, meanings } from "./output/ExitCode.ts"
export { FailureReport } from "./output/Failure.ts"
export { version } from "./runtime/Version.ts"

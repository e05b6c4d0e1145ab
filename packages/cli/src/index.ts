/**
 * What documentation and tests need to know of the command line: its commands, what they answer, and its exit codes.
 *
 * @module
 */
export { config, load, names } from "./command/Root.ts"
export { Results } from "./command/Operation.ts"
export { exitCodes, meanings } from "./output/ExitCode.ts"
export { FailureReport } from "./output/Failure.ts"
export { version } from "./runtime/Version.ts"

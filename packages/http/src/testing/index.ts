/**
 * Emulators of the APIs, for tests of programs that use them: stateful, with the documented answers and limits and with
 * faults that can be scripted. This entry needs Node, because of the servers.
 *
 * @module
 */
export * as ByteRange from "./ByteRange.ts"
export type { Emulator, EmulatorAnswer, EmulatorHead, EmulatorRequest, Pieces, Sink } from "./Emulator.ts"
export * as EmulatorClient from "./EmulatorClient.ts"
export * as EmulatorServer from "./EmulatorServerNode.ts"
export * as Fault from "./Fault.ts"
export * as FileEmulator from "./FileEmulator.ts"
export * as GitHubEmulator from "./GitHubEmulator.ts"
export * as PexelsEmulator from "./PexelsEmulator.ts"
export type { RecordedRequest } from "./Recorder.ts"

/**
 * Emulators of Google's APIs, for tests of programs that use them.
 *
 * @module
 */
export * as DriveEmulator from "./DriveEmulator.ts"
export * as DriveFaults from "./drive/DriveFaults.ts"
export * as PhotosEmulator from "./PhotosEmulator.ts"
export * as TokenMachine from "./auth/TokenMachine.ts"

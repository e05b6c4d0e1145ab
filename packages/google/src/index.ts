/**
 * Google Drive and Google Photos as protected, typed services.
 *
 * @module
 */
export { AuthError, AuthErrorReason } from "./auth/AuthError.ts"
export * as Login from "./auth/Login.ts"
export * as TokenFile from "./auth/TokenFile.ts"
export { type AccessToken, TokenProvider } from "./auth/TokenProvider.ts"
export * as Tokens from "./auth/Tokens.ts"
export * as DriveAnswer from "./drive/Answer.ts"
export * as DriveChangeAnswer from "./drive/changes/Answer.ts"
export type { BatchFailure as DriveBatchFailure } from "./drive/changes/Changes.ts"
export * as DriveChangeInput from "./drive/changes/Input.ts"
export { MoveEntry, MoveRecord } from "./drive/changes/MoveRecord.ts"
export type { Options as DriveConnection } from "./drive/Connection.ts"
export { Drive } from "./drive/Drive.ts"
export { DriveError, DriveErrorReason } from "./drive/DriveError.ts"
export {
  DriveTest,
  type TestHandle as DriveTestHandle,
  type TestOptions as DriveTestOptions
} from "./drive/DriveTest.ts"
export * as DriveInput from "./drive/Input.ts"
export type { DriveFailure } from "./drive/Operations.ts"
export * as Query from "./drive/Query.ts"
export * as DriveUploadAnswer from "./drive/upload/Answer.ts"
export * as DriveUploadInput from "./drive/upload/Input.ts"
export type { Progress as DriveUploadProgress } from "./drive/upload/Progress.ts"
export { UploadError, UploadErrorReason } from "./drive/upload/UploadError.ts"
export type {
  BatchUploadOptions as DriveBatchUploadOptions,
  UploadOptions as DriveUploadOptions,
  UploadsFailure as DriveUploadsFailure
} from "./drive/upload/Uploads.ts"
export * as DriveQuota from "./drive/Quota.ts"
export * as PhotosAnswer from "./photos/Answer.ts"
export type { Options as PhotosConnection } from "./photos/Connection.ts"
export * as PhotosInput from "./photos/Input.ts"
export type { PhotosFailure } from "./photos/Operations.ts"
export { Photos } from "./photos/Photos.ts"
export { PhotosError, PhotosErrorReason } from "./photos/PhotosError.ts"
export {
  PhotosTest,
  type TestHandle as PhotosTestHandle,
  type TestOptions as PhotosTestOptions
} from "./photos/PhotosTest.ts"
export type { Selection as PhotosSelection, SelectionOptions as PhotosSelectionOptions } from "./photos/Waiting.ts"

/**
 * All tools, in the order of the groups: that of the list a client gets.
 *
 * @module
 */
import type { AnyTool } from "../Tool.ts"
import { driveTools } from "./drive.ts"
import { githubTools } from "./github.ts"
import { healthTools } from "./health.ts"
import { controlTools } from "./healthControl.ts"
import { httpTools } from "./http.ts"
import { pexelsTools } from "./pexels.ts"
import { photosTools } from "./photos.ts"

/** All tools, always in the same order. */
export const tools: ReadonlyArray<AnyTool> = [
  ...driveTools,
  ...photosTools,
  ...githubTools,
  ...pexelsTools,
  ...httpTools,
  ...healthTools,
  ...controlTools
]

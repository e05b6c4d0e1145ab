/**
 * What each group of commands is for; help of `skippy` shows it without loading them.
 *
 * @module
 */

/** By name, in the order of help. */
export const summaries = {
  drive: "Files of Google Drive: find, read, download, upload, move, share",
  photos: "Photos somebody picks from Google Photos",
  github: "Pull requests, issues and repositories of GitHub",
  pexels: "Photos of Pexels: search, look at, download",
  http: "Any public address: get, post, download",
  auth: "Sign in to Google, and see which credentials there are",
  config: "Settings: show them with where they come from, check them, begin a file",
  doctor: "Check everything the command line stands on, with a fix for each problem",
  policy: "What a call to a service goes through",
  status: "Circuits, limits and caches of all services, and what to do",
  health: "The health of this machine and of the services",
  metrics: "How many calls, how long they took, what was refused: for people and for Prometheus",
  alert: "Alerts: see them, send one, keep some quiet",
  journal: "What calls did: the last ones, one attempt by attempt, sums",
  breaker: "Circuits: see them, open, close and reset them",
  cache: "Answers that are kept: how many, and forget them",
  limit: "What remains of the limits of all services",
  mcp: "The MCP server: everything above as tools of a model",
  sandbox: "The emulators, for other programs",
  demo: "See it at work: four services have a bad day, on this machine"
} as const

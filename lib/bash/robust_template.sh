# shellcheck shell=bash
# What every Skippy script starts with: strict mode, logging, one instance at a time, retries, cleanup. Source it:
#
#   source "$(dirname "$0")/../../lib/bash/robust_template.sh"
#   parse_common_options "$@"; set -- "${ARGS[@]}"
#   acquire_lock my-job
#   on_exit rm -f "$partial"
#   retry curl --fail "$url"
#
# Environment: SKIPPY_PATH (base folder, default ~/.skippy), SKIPPY_LOG_LEVEL (DEBUG, INFO, WARNING, ERROR, CRITICAL; default
# INFO), SKIPPY_RETRY_MAX_ATTEMPTS (default 3), SKIPPY_RETRY_BASE_DELAY (seconds, default 1.0), NO_COLOR.

set -Eeuo pipefail

SKIPPY_PATH="${SKIPPY_PATH:-$HOME/.skippy}"
SCRIPT_NAME="$(basename "${0:-skippy}")"
DRY_RUN="${DRY_RUN:-false}"
ARGS=()

# --- logging: to stderr, coloured on a terminal only; also to LOG_FILE when a script sets it ---

_level_number() {
  case "$1" in
    DEBUG) echo 10 ;;
    INFO) echo 20 ;;
    WARNING) echo 30 ;;
    ERROR) echo 40 ;;
    CRITICAL) echo 50 ;;
    *) echo 20 ;;
  esac
}

_level_colour() {
  case "$1" in
    DEBUG) printf '\033[2m' ;;
    WARNING) printf '\033[33m' ;;
    ERROR | CRITICAL) printf '\033[31m' ;;
    *) printf '' ;;
  esac
}

# log LEVEL MESSAGE...
log() {
  local level="$1"
  shift
  [ "$(_level_number "$level")" -ge "$(_level_number "${SKIPPY_LOG_LEVEL:-INFO}")" ] || return 0
  local line
  line="$(date -u +%Y-%m-%dT%H:%M:%SZ) $level $SCRIPT_NAME: $*"
  if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    printf '%s%s\033[0m\n' "$(_level_colour "$level")" "$line" >&2
  else
    printf '%s\n' "$line" >&2
  fi
  if [ -n "${LOG_FILE:-}" ]; then printf '%s\n' "$line" >>"$LOG_FILE" 2>/dev/null || true; fi
}

# die MESSAGE...: says what is wrong and stops with 1 (or EXIT_CODE).
die() {
  log ERROR "$@"
  exit "${EXIT_CODE:-1}"
}

# rotate_log FILE MAX_BYTES KEEP: FILE becomes FILE.1, FILE.1 becomes FILE.2 ... when it is too large.
rotate_log() {
  local file="$1" max="$2" keep="$3" n
  [ -f "$file" ] && [ "$(stat -c %s "$file")" -gt "$max" ] || return 0
  for ((n = keep - 1; n >= 1; n--)); do
    if [ -f "$file.$n" ]; then mv -f "$file.$n" "$file.$((n + 1))"; fi
  done
  mv -f "$file" "$file.1"
}

# --- cleanup: runs once, whatever ends the script, and keeps its exit code ---

_CLEANUPS=()

# on_exit COMMAND...: runs it at the end; the last registered runs first.
on_exit() {
  local quoted
  printf -v quoted '%q ' "$@"
  _CLEANUPS=("$quoted" "${_CLEANUPS[@]}")
}

_cleanup() {
  local status=$? command
  trap - EXIT INT TERM
  set +e
  for command in "${_CLEANUPS[@]}"; do eval "$command"; done
  exit "$status"
}

trap _cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- one instance at a time ---

# acquire_lock NAME: stops with 75 when another instance runs. The kernel holds the lock, so it ends with the process, however
# that dies: a lock is never stale, and of two starters exactly one gets it.
acquire_lock() {
  local name="${1:-$SCRIPT_NAME}" folder="$SKIPPY_PATH/locks"
  command -v flock >/dev/null || die "acquire_lock needs flock (Debian package util-linux)"
  mkdir -p "$folder"
  exec {LOCK_FD}>>"$folder/$name.lock"
  if ! flock --nonblock "$LOCK_FD"; then
    log ERROR "another instance runs (process $(cat "$folder/$name.lock" 2>/dev/null || echo unknown)); try again when it is done"
    exit 75
  fi
  printf '%s\n' "$$" >"$folder/$name.lock"
}

# without_lock COMMAND...: runs a program that does not inherit the lock, so that it cannot outlive its script with it.
without_lock() {
  if [ -n "${LOCK_FD:-}" ]; then "$@" {LOCK_FD}>&-; else "$@"; fi
}

# --- retry ---

# retry [--attempts N] [--delay SECONDS] [--max-delay SECONDS] COMMAND...: all attempts counted; each wait is twice the one
# before, less up to half of it by chance. Ends with the exit code of the last attempt.
retry() {
  local attempts="${SKIPPY_RETRY_MAX_ATTEMPTS:-3}" delay="${SKIPPY_RETRY_BASE_DELAY:-1.0}" max=60 attempt=1 status wait
  while [ $# -gt 0 ]; do
    case "$1" in
      --attempts) attempts="$2" ; shift 2 ;;
      --delay) delay="$2" ; shift 2 ;;
      --max-delay) max="$2" ; shift 2 ;;
      --) shift ; break ;;
      *) break ;;
    esac
  done
  [[ "$attempts" =~ ^[1-9][0-9]*$ ]] || die "retry: --attempts is \"$attempts\"; give a whole number of at least 1"
  while true; do
    status=0
    "$@" || status=$?
    [ "$status" -ne 0 ] || return 0
    if [ "$attempt" -ge "$attempts" ]; then
      log WARNING "$1 failed with $status after $attempt attempts"
      return "$status"
    fi
    wait="$(awk -v d="$delay" -v n="$attempt" -v m="$max" -v r="$RANDOM" \
      'BEGIN { w = d * 2 ^ (n - 1); if (w > m) w = m; printf "%.3f", w / 2 + w / 2 * r / 32767 }')"
    log WARNING "$1 failed with $status; attempt $((attempt + 1)) of $attempts in ${wait}s"
    sleep "$wait"
    attempt=$((attempt + 1))
  done
}

# --- dry run and common options ---

# run COMMAND...: runs it, or only says so with --dry-run.
run() {
  if [ "$DRY_RUN" = true ]; then
    log INFO "would run: $*"
  else
    "$@"
  fi
}

# parse_common_options ARGUMENTS...: takes --dry-run, --verbose, --quiet and --help (which calls usage); the rest is in ARGS.
parse_common_options() {
  ARGS=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --dry-run) DRY_RUN=true ;;
      --verbose) SKIPPY_LOG_LEVEL=DEBUG ;;
      --quiet) SKIPPY_LOG_LEVEL=ERROR ;;
      -h | --help) usage ; exit 0 ;;
      --) shift ; ARGS+=("$@") ; return 0 ;;
      *) ARGS+=("$1") ;;
    esac
    shift
  done
}

#!/usr/bin/env bash
# Looks at disk, memory, CPU and the Skippy folder, and answers like a monitoring plugin.

# shellcheck source-path=SCRIPTDIR source=../../lib/bash/robust_template.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib/bash/robust_template.sh"

usage() {
  cat <<'EOT'
usage: health_check.sh [--quiet] [--verbose]

Checks disk (warns at 85 %, critical at 95 %), memory (80/95), CPU (70/90) and that the Skippy folder can be written.
One line for each check goes to stdout and to {SKIPPY_PATH}/logs/health_check.log.

Exit code: 0 ok, 1 warning, 2 critical, 3 a check could not be made.

Environment: SKIPPY_PATH; SKIPPY_DISK_WARN, SKIPPY_DISK_CRITICAL, SKIPPY_MEMORY_WARN, SKIPPY_MEMORY_CRITICAL, SKIPPY_CPU_WARN,
SKIPPY_CPU_CRITICAL in per cent; SKIPPY_PROC (default /proc).
EOT
}

PROC="${SKIPPY_PROC:-/proc}"
SAMPLE_SECONDS=0.2
worst=0

# report CHECK STATE MESSAGE...: STATE is the exit code it stands for. Not knowing is worse than ok and better than a warning.
report() {
  local check="$1" state="$2" names=(OK WARNING CRITICAL UNKNOWN) line
  shift 2
  line="$(date -u +%Y-%m-%dT%H:%M:%SZ) ${names[$state]} $check: $*"
  printf '%s\n' "$line"
  if [ -n "$health_log" ]; then printf '%s\n' "$line" >>"$health_log"; fi
  case "$state" in
    2) worst=2 ;;
    1) [ "$worst" -eq 2 ] || worst=1 ;;
    3) [ "$worst" -ne 0 ] || worst=3 ;;
  esac
}

# judge CHECK PERCENT WARN CRITICAL ADVICE
judge() {
  if ! [[ "$2" =~ ^[0-9]+$ ]]; then
    report "$1" 3 "could not be measured"
  elif [ "$2" -ge "$4" ]; then
    report "$1" 2 "$2 % used (critical at $4 %); $5"
  elif [ "$2" -ge "$3" ]; then
    report "$1" 1 "$2 % used (warning at $3 %); $5"
  else
    report "$1" 0 "$2 % used"
  fi
}

disk_percent() { df --output=pcent "$SKIPPY_PATH" 2>/dev/null | awk 'NR == 2 { sub("%", ""); print $1 + 0 }'; }

memory_percent() {
  awk '/^MemTotal:/ { total = $2 } /^MemAvailable:/ { free = $2; known = 1 }
    END { if (total > 0 && known) printf "%d", (total - free) * 100 / total }' "$PROC/meminfo" 2>/dev/null
}

cpu_times() { awk '/^cpu / { idle = $5 + $6; for (i = 2; i <= 9; i++) all += $i; print idle, all }' "$PROC/stat" 2>/dev/null; }

cpu_percent() {
  local before after
  before="$(cpu_times)" || return 0
  sleep "$SAMPLE_SECONDS"
  after="$(cpu_times)" || return 0
  awk -v a="$before" -v b="$after" 'BEGIN {
    split(a, x); split(b, y); all = y[2] - x[2]
    if (all > 0) printf "%d", 100 - (y[1] - x[1]) * 100 / all; else if (y[2] > 0) print 0 }'
}

parse_common_options "$@"
[ "${#ARGS[@]}" -eq 0 ] || EXIT_CODE=3 die "unknown argument \"${ARGS[0]}\"; see --help"

health_log=""
if mkdir -p "$SKIPPY_PATH/logs" 2>/dev/null && [ -w "$SKIPPY_PATH/logs" ]; then
  health_log="$SKIPPY_PATH/logs/health_check.log"
  rotate_log "$health_log" 1048576 5
  report folder 0 "$SKIPPY_PATH can be written"
else
  report folder 2 "$SKIPPY_PATH/logs cannot be written; create it or set SKIPPY_PATH"
fi
judge disk "$(disk_percent || true)" "${SKIPPY_DISK_WARN:-85}" "${SKIPPY_DISK_CRITICAL:-95}" "free space under $SKIPPY_PATH"
judge memory "$(memory_percent || true)" "${SKIPPY_MEMORY_WARN:-80}" "${SKIPPY_MEMORY_CRITICAL:-95}" "stop what is not needed"
judge cpu "$(cpu_percent || true)" "${SKIPPY_CPU_WARN:-70}" "${SKIPPY_CPU_CRITICAL:-90}" "look for busy processes"
exit "$worst"

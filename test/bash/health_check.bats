#!/usr/bin/env bats

setup() {
  root="$(cd "$BATS_TEST_DIRNAME/../.." && pwd)"
  check="$root/scripts/utility/health_check.sh"
  export SKIPPY_PATH="$BATS_TEST_TMPDIR/skippy" NO_COLOR=1 SKIPPY_PROC="$BATS_TEST_TMPDIR/proc"
  export SKIPPY_DISK_WARN=101 SKIPPY_DISK_CRITICAL=102
  mkdir -p "$SKIPPY_PROC"
  memory 1000 500
  printf 'cpu  10 0 10 80 0 0 0 0 0 0\n' >"$SKIPPY_PROC/stat"
}

memory() { printf 'MemTotal: %s kB\nMemAvailable: %s kB\n' "$1" "$2" >"$SKIPPY_PROC/meminfo"; }

@test "everything is well: 0, and every line is in the log" {
  run "$check"
  [ "$status" -eq 0 ]
  [ "$(grep -c ' OK ' <<<"$output")" -eq 4 ]
  [ "$output" = "$(cat "$SKIPPY_PATH/logs/health_check.log")" ]
}

@test "memory above its thresholds: 1 and 2, with advice" {
  memory 1000 200
  run "$check"
  [ "$status" -eq 1 ]
  [[ "$output" == *"WARNING memory: 80 % used (warning at 80 %); stop what is not needed"* ]]
  memory 1000 50
  run "$check"
  [ "$status" -eq 2 ]
  [[ "$output" == *"CRITICAL memory: 95 % used"* ]]
}

@test "a full disk is critical" {
  SKIPPY_DISK_WARN=0 SKIPPY_DISK_CRITICAL=0 run "$check"
  [ "$status" -eq 2 ]
  [[ "$output" == *"CRITICAL disk:"* ]]
}

@test "what cannot be measured is unknown: 3" {
  rm "$SKIPPY_PROC/meminfo"
  run "$check"
  [ "$status" -eq 3 ]
  [[ "$output" == *"UNKNOWN memory: could not be measured"* ]]
}

@test "a folder that cannot be made is critical, and the other checks go on" {
  printf x >"$BATS_TEST_TMPDIR/file"
  SKIPPY_PATH="$BATS_TEST_TMPDIR/file" run "$check"
  [ "$status" -eq 2 ]
  [[ "$output" == *"CRITICAL folder:"*"set SKIPPY_PATH"* ]]
  [[ "$output" == *" OK memory:"* ]]
}

@test "an unknown argument is named" {
  run "$check" --frobnicate
  [ "$status" -eq 3 ]
  [[ "$output" == *'unknown argument "--frobnicate"; see --help'* ]]
}

@test "it measures the real machine" {
  unset SKIPPY_PROC
  run "$check"
  [[ "$output" != *UNKNOWN* ]]
}

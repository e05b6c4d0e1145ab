#!/usr/bin/env bats

setup() {
  root="$(cd "$BATS_TEST_DIRNAME/../.." && pwd)"
  export SKIPPY_PATH="$BATS_TEST_TMPDIR/skippy" NO_COLOR=1
  library="$root/lib/bash/robust_template.sh"
}

script() {
  printf '#!/usr/bin/env bash\nsource "%s"\n%s\n' "$library" "$1" >"$BATS_TEST_TMPDIR/script.sh"
}

@test "retry makes as many attempts as it is told, each wait about twice the one before" {
  script 'sleep() { echo "slept $1"; }; retry --attempts 4 --delay 1 false'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 1 ]
  waits="$(grep -c '^slept' <<<"$output")"
  [ "$waits" -eq 3 ]
  grep '^slept' <<<"$output" | awk '{ w = 2 ^ (NR - 1); if ($2 < w / 2 - 0.001 || $2 > w + 0.001) exit 1 }'
}

@test "retry stops at the first success and keeps the last exit code" {
  script 'sleep() { :; }; n=0; f() { n=$((n + 1)); [ "$n" -ge 2 ] || return 7; }; retry f; echo "attempts $n"; retry --attempts 2 bash -c "exit 9"'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [[ "$output" == *"attempts 2"* ]]
  [ "$status" -eq 9 ]
}

@test "retry refuses a number of attempts that makes no sense" {
  script 'retry --attempts 0 true'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 1 ]
  [[ "$output" == *'--attempts is "0"; give a whole number of at least 1'* ]]
}

@test "of many starters at once exactly one gets the lock" {
  script 'acquire_lock job; echo got >>"$SKIPPY_PATH/got"; sleep 1'
  for _ in $(seq 10); do bash "$BATS_TEST_TMPDIR/script.sh" 2>/dev/null & done
  wait || true
  [ "$(wc -l <"$SKIPPY_PATH/got")" -eq 1 ]
}

@test "the second instance says who runs and stops with 75" {
  script 'acquire_lock job; sleep 5'
  bash "$BATS_TEST_TMPDIR/script.sh" & first=$!
  until [ -s "$SKIPPY_PATH/locks/job.lock" ]; do sleep 0.02; done
  run bash "$BATS_TEST_TMPDIR/script.sh"
  kill "$first" 2>/dev/null || true
  [ "$status" -eq 75 ]
  [[ "$output" == *"another instance runs (process $first)"* ]]
}

@test "a lock is gone with a process that was killed" {
  script 'acquire_lock job; without_lock sleep 5'
  bash "$BATS_TEST_TMPDIR/script.sh" & first=$!
  until [ -s "$SKIPPY_PATH/locks/job.lock" ]; do sleep 0.02; done
  kill -9 "$first"
  wait "$first" 2>/dev/null || true
  script 'acquire_lock job; echo mine'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 0 ]
  [ "$output" = mine ]
}

@test "cleanup runs once, last registered first, and keeps the exit code" {
  script 'on_exit echo first; on_exit echo second; exit 5'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 5 ]
  [ "$output" = "$(printf 'second\nfirst')" ]
}

@test "cleanup runs on INT and TERM too" {
  script 'on_exit touch "$SKIPPY_PATH.cleaned"; echo ready >"$SKIPPY_PATH.ready"; while :; do sleep 0.05; done'
  for signal in TERM INT; do
    rm -f "$SKIPPY_PATH.cleaned" "$SKIPPY_PATH.ready"
    # A background job of a script ignores INT unless it is given its own job control.
    set -m
    bash "$BATS_TEST_TMPDIR/script.sh" & process=$!
    set +m
    until [ -f "$SKIPPY_PATH.ready" ]; do sleep 0.02; done
    kill "-$signal" "$process"
    status=0
    wait "$process" || status=$?
    [ -f "$SKIPPY_PATH.cleaned" ]
    [ "$status" -eq "$([ "$signal" = TERM ] && echo 143 || echo 130)" ]
  done
}

@test "a failing command ends the script" {
  script 'false; echo unreachable'
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 1 ]
  [ "$output" = "" ]
}

@test "there are no colours where nobody looks, and levels are respected" {
  script 'log DEBUG quiet; log WARNING loud'
  unset NO_COLOR
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [[ "$output" == *"WARNING script.sh: loud" ]]
  [[ "$output" != *quiet* ]]
  [[ "$output" != *$'\033'* ]]
}

@test "--dry-run says what it would do" {
  script 'parse_common_options "$@"; run touch "$SKIPPY_PATH.made"; echo "rest ${ARGS[*]}"'
  run bash "$BATS_TEST_TMPDIR/script.sh" --dry-run one two
  [ ! -e "$SKIPPY_PATH.made" ]
  [[ "$output" == *"would run: touch"* ]]
  [[ "$output" == *"rest one two"* ]]
}

@test "logs are rotated when they are too large, and no more are kept than asked for" {
  script 'cd "$SKIPPY_PATH"; for n in 1 2 3 4 5; do printf "%050d\n" "$n" >a.log; rotate_log a.log 10 3; done; ls a.log.*; cat a.log.1'
  mkdir -p "$SKIPPY_PATH"
  run bash "$BATS_TEST_TMPDIR/script.sh"
  [ "$status" -eq 0 ]
  [ "$(ls "$SKIPPY_PATH"/a.log.* | wc -l)" -eq 3 ]
  [[ "$output" == *5 ]]
}

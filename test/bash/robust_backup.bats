#!/usr/bin/env bats

setup() {
  root="$(cd "$BATS_TEST_DIRNAME/../.." && pwd)"
  backup="$root/scripts/backup/robust_backup.sh"
  export SKIPPY_PATH="$BATS_TEST_TMPDIR/skippy" NO_COLOR=1
  source="$BATS_TEST_TMPDIR/data"
  destination="$BATS_TEST_TMPDIR/backups"
  mkdir -p "$source/deep"
  printf 'one\n' >"$source/a file"
  head -c 200000 /dev/urandom >"$source/deep/b"
}

archives() { find "$destination" -name '*.tar.gz' | sort; }
leftovers() { find "$destination" -name '*.partial' | wc -l; }

@test "what was backed up can be restored, byte by byte" {
  run "$backup" "$source" "$destination"
  [ "$status" -eq 0 ]
  [ "$(leftovers)" -eq 0 ]
  run "$backup" --restore "$(archives)" "$BATS_TEST_TMPDIR/restored"
  [ "$status" -eq 0 ]
  diff -r "$source" "$BATS_TEST_TMPDIR/restored/data"
}

@test "only the newest are kept" {
  for _ in 1 2 3 4; do "$backup" --quiet --keep 2 "$source" "$destination"; done
  [ "$(archives | wc -l)" -eq 2 ]
  [ "$(find "$destination" -name '*.sha256' | wc -l)" -eq 2 ]
}

@test "a damaged archive is not restored" {
  "$backup" --quiet "$source" "$destination"
  printf 'x' | dd of="$(archives)" bs=1 seek=100 conv=notrunc status=none
  run "$backup" --restore "$(archives)" "$BATS_TEST_TMPDIR/restored"
  [ "$status" -eq 1 ]
  [[ "$output" == *"it is damaged"* ]]
  [ ! -e "$BATS_TEST_TMPDIR/restored" ]
}

@test "nothing is restored over something" {
  "$backup" --quiet "$source" "$destination"
  run "$backup" --restore "$(archives)" "$source"
  [ "$status" -eq 2 ]
  [[ "$output" == *"is not empty"* ]]
}

@test "a disk that fills up costs nothing: no partial file, the older backup is whole" {
  "$backup" --quiet --keep 1 "$source" "$destination"
  before="$(archives)"
  # No file may grow beyond 64 KiB, as on a disk with so much left.
  run bash -c "trap '' XFSZ; ulimit -f 64; '$backup' --keep 1 '$source' '$destination'"
  [ "$status" -eq 1 ]
  [[ "$output" == *"no backup was made"* ]]
  [ "$(archives)" = "$before" ]
  [ "$(leftovers)" -eq 0 ]
  "$backup" --quiet --restore "$before" "$BATS_TEST_TMPDIR/restored"
}

slow_tar() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\nfor last in "$@"; do :; done\ncase "$1" in --create) touch "%s"; sleep 3 ;; esac\nexec %s "$@"\n' \
    "$BATS_TEST_TMPDIR/started" "$(command -v tar)" >"$BATS_TEST_TMPDIR/bin/tar"
  chmod +x "$BATS_TEST_TMPDIR/bin/tar"
}

@test "kill -9 in the middle leaves no backup that is not whole, and the next run works" {
  slow_tar
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$backup" "$source" "$destination" 2>/dev/null & process=$!
  until [ -f "$BATS_TEST_TMPDIR/started" ]; do sleep 0.02; done
  touch "$destination/data-20200101T000000.0.tar.gz.partial"
  kill -9 "$process"
  wait "$process" 2>/dev/null || true
  [ "$(archives | wc -l)" -eq 0 ]
  run "$backup" "$source" "$destination"
  [ "$status" -eq 0 ]
  [ "$(archives | wc -l)" -eq 1 ]
  [ ! -e "$destination/data-20200101T000000.0.tar.gz.partial" ]
  "$backup" --quiet --restore "$(archives)" "$BATS_TEST_TMPDIR/restored"
}

@test "a signal in the middle removes what was half written" {
  slow_tar
  set -m
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$backup" "$source" "$destination" 2>/dev/null & process=$!
  set +m
  until [ -f "$BATS_TEST_TMPDIR/started" ]; do sleep 0.02; done
  kill -TERM "-$process"
  status=0
  wait "$process" || status=$?
  [ "$status" -eq 143 ]
  [ "$(archives | wc -l)" -eq 0 ]
  [ "$(leftovers)" -eq 0 ]
}

@test "two backups of one destination do not run together" {
  slow_tar
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" "$backup" "$source" "$destination" 2>/dev/null & process=$!
  until [ -f "$BATS_TEST_TMPDIR/started" ]; do sleep 0.02; done
  run "$backup" "$source" "$destination"
  kill "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || true
  [ "$status" -eq 75 ]
}

@test "--dry-run changes nothing" {
  run "$backup" --dry-run "$source" "$destination"
  [ "$status" -eq 0 ]
  [ ! -e "$destination" ]
  [[ "$output" == *"would write"* ]]
}

@test "wrong arguments are named" {
  run "$backup" "$source/none" "$destination"
  [ "$status" -eq 2 ]
  [[ "$output" == *"there is no folder $source/none"* ]]
  run "$backup" "$source" "$source/backups"
  [ "$status" -eq 2 ]
  [[ "$output" == *"is inside of"* ]]
  run "$backup" --keep 0 "$source" "$destination"
  [ "$status" -eq 2 ]
  [[ "$output" == *'--keep is "0"'* ]]
}

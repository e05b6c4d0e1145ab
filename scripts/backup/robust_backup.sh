#!/usr/bin/env bash
# Backs up a folder so that a backup that is there is whole.

# shellcheck source-path=SCRIPTDIR source=../../lib/bash/robust_template.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib/bash/robust_template.sh"

usage() {
  cat <<'EOT'
usage: robust_backup.sh [--dry-run] [--keep N] SOURCE DESTINATION
       robust_backup.sh --restore ARCHIVE TARGET

Writes DESTINATION/<name>-<UTC time>.tar.gz and its .sha256. The archive has a .partial name until it is complete, read back
and on the disk. Older archives of the same name go, all but the N newest (default 7), only after a backup has succeeded.

--restore checks the sum and unpacks into TARGET, which must be empty or not exist.

Exit code: 0 done, 1 failed (nothing was changed), 2 wrong arguments, 75 another backup of this destination runs.
EOT
}

wrong() { EXIT_CODE=2 die "$@"; }

# The sum is kept beside the archive and names it without a folder, so both can be moved together.
check_sum() { (cd "$(dirname "$1")" && sha256sum --check --status "$(basename "$1").sha256"); }

restore() {
  local archive="$1" target="$2"
  [ -f "$archive" ] || wrong "there is no archive $archive"
  if [ -d "$target" ] && [ -n "$(ls -A "$target")" ]; then wrong "$target is not empty; restore into an empty folder"; fi
  check_sum "$archive" || die "$archive does not match its .sha256; it is damaged, take another one"
  run mkdir -p "$target"
  run tar --extract --gzip --file "$archive" --directory "$target"
  log INFO "restored $archive into $target"
}

# Names sort by time, so the first are the oldest.
archives_of() { find "$2" -maxdepth 1 -name "$1-[0-9]*.tar.gz" | sort; }

backup() {
  local source="$1" destination="$2" keep="$3" name archive partial old
  [ -d "$source" ] || wrong "there is no folder $source"
  source="$(cd "$source" && pwd -P)"
  run mkdir -p "$destination" || die "$destination cannot be created"
  if [ -d "$destination" ]; then destination="$(cd "$destination" && pwd -P)"; fi
  case "$destination/" in "$source"/*) wrong "$destination is inside of $source; a backup must not contain itself" ;; esac
  name="$(basename "$source")"
  acquire_lock "backup-$(printf '%s' "$destination/$name" | sha256sum | cut -c1-16)"
  archive="$destination/$name-$(date -u +%Y%m%dT%H%M%S.%N).tar.gz"
  partial="$archive.partial"

  if [ "$DRY_RUN" = true ]; then
    log INFO "would write $archive and keep the $keep newest"
    return 0
  fi
  # Whoever left these is gone: this process has the lock.
  find "$destination" -maxdepth 1 \( -name "$name-[0-9]*.tar.gz.partial" -o -name "$name-[0-9]*.sha256.partial" \) -delete
  on_exit rm -f "$partial" "$archive.sha256.partial"

  without_lock tar --create --gzip --file "$partial" --directory "$(dirname "$source")" "$name" ||
    die "tar failed; no backup was made and the older ones are untouched"
  without_lock tar --list --gzip --file "$partial" >/dev/null || die "what was written cannot be read back; no backup was made"
  printf '%s  %s\n' "$(sha256sum <"$partial" | cut -d' ' -f1)" "$(basename "$archive")" >"$archive.sha256.partial"
  sync "$partial" "$archive.sha256.partial"
  # The sum comes first: an archive without one has never been seen.
  mv "$archive.sha256.partial" "$archive.sha256"
  mv "$partial" "$archive"
  check_sum "$archive" || die "$archive does not match its sum; the disk cannot be trusted"
  log INFO "wrote $archive ($(stat -c %s "$archive") bytes)"

  archives_of "$name" "$destination" | head -n "-$keep" | while IFS= read -r old; do
    rm -f "$old" "$old.sha256"
    log INFO "removed $old; $keep newer ones are kept"
  done
}

keep=7
mode=backup
parse_common_options "$@"
rest=()
set -- "${ARGS[@]}"
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) [ $# -ge 2 ] || wrong "--keep needs a number" ; keep="$2" ; shift ;;
    --restore) mode=restore ;;
    -*) wrong "unknown option \"$1\"; see --help" ;;
    *) rest+=("$1") ;;
  esac
  shift
done
[[ "$keep" =~ ^[1-9][0-9]*$ ]] || wrong "--keep is \"$keep\"; give a whole number of at least 1"
[ "${#rest[@]}" -eq 2 ] || wrong "give two folders, or --restore with an archive and a folder; see --help"
if [ "$mode" = restore ]; then restore "${rest[@]}"; else backup "${rest[@]}" "$keep"; fi

# shellcheck shell=bash
# The directories of the machine over which nodes mount their own. Those that it lacked go with its last cluster, and not
# before: removing one takes away what other clusters have mounted there.
MADE=$CLUSTERS/.made

make_places() { # PATH...
  (
    flock 8
    for path in "$@"; do make_place "$path"; done
  ) 8< "$CLUSTERS"
}

make_place() { # PATH   with those above it that are missing
  [ ! -d "$1" ] || return 0
  make_place "$(dirname "$1")"
  mkdir "$1"
  echo "$1" >> "$MADE"
}

# What somebody has put something into stays.
remove_places() {
  local path
  [ -f "$MADE" ] || return 0
  (
    flock 8
    [ -z "$(ls "$CLUSTERS")" ] || exit 0
    tac "$MADE" | while read -r path; do rmdir "$path" 2> /dev/null || true; done
    rm "$MADE"
  ) 8< "$CLUSTERS"
}

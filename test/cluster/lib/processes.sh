# shellcheck shell=bash
# Daemons with a log and a pid file. A pid is believed only while its process is in this cluster's network namespace,
# since the kernel uses pids again.

in_network() { nsenter --net="/run/netns/$NETWORK" "$@"; }

start() { # NAME COMMAND...
  local name=$1
  shift
  setsid nsenter --net="/run/netns/$NETWORK" "$@" >> "$ROOT/log/$name.log" 2>&1 9>&- < /dev/null &
  echo $! > "$ROOT/run/$name.pid"
  disown # bash would report its end
}

is_running() { # NAME
  local pid
  pid=$(cat "$ROOT/run/$1.pid" 2> /dev/null) && is_ours "$pid"
}

is_ours() { # PID
  [ "$(stat -Lc %i "/proc/$1/ns/net" 2> /dev/null)" = "$(stat -Lc %i "/run/netns/$NETWORK" 2> /dev/null)" ] &&
    [ "$(stat -c %T -f "/run/netns/$NETWORK" 2> /dev/null)" = nsfs ]
}

stop() { # NAME [SIGNAL]   the daemon and what it started; returns when all of that is gone
  local pid
  pid=$(cat "$ROOT/run/$1.pid" 2> /dev/null) || return 0
  if is_ours "$pid"; then end_tree "$pid" "${2:-TERM}"; fi
  rm -f "$ROOT/run/$1.pid"
}

end_tree() { # PID SIGNAL
  local pids
  pids=$(tree_of "$1")
  # shellcheck disable=SC2086
  kill -"$2" $pids 2> /dev/null || true
  # shellcheck disable=SC2086
  if ! until_gone 100 $pids; then
    kill -KILL $pids 2> /dev/null || true
    until_gone 100 $pids || echo "still there: $pids" >&2
  fi
}

tree_of() { # PID   the process and its descendants, except this script
  local child
  for child in $(pgrep -P "$1"); do [ "$child" = $$ ] || tree_of "$child"; done
  echo "$1"
}

until_gone() { # TENTHS PID...
  local tenths=$1 pid
  shift
  for pid in "$@"; do
    while kill -0 "$pid" 2> /dev/null && [[ $(ps -o stat= -p "$pid") != Z* ]]; do
      [ $((tenths -= 1)) -gt 0 ] || return 1
      sleep 0.1
    done
  done
}

# wait_for SECONDS WHAT COMMAND...: until it succeeds. With WHILE=NAME no longer than that daemon lives.
wait_for() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    if [ -n "${WHILE:-}" ] && ! kill -0 "$(cat "$ROOT/run/$WHILE.pid")" 2> /dev/null; then
      echo "$what: ended, see $ROOT/log/$WHILE.log" >&2
      return 1
    fi
    if [ $SECONDS -ge $until ]; then
      echo "$what: not within its time" >&2
      return 1
    fi
    sleep 0.2
  done
}

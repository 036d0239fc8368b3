# shellcheck shell=bash
# Images go onto every node, and onto nodes that are made later.

load() { # IMAGE.tar...
  local tar node jobs=()
  mkdir -p "$ROOT/images"
  for tar in "$@"; do cp --reflink=auto -f "$tar" "$ROOT/images/$(basename "$tar")"; done
  for node in $(nodes); do
    is_running "$node" || continue
    import "$node" "$@" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job"; done
}

load_present_images() { # NODE
  local tar
  for tar in "$ROOT"/images/*.tar; do
    [ ! -f "$tar" ] || [ "$tar" -ot "$ROOT/$1/imported" ] || import "$1" "$tar"
  done
  touch "$ROOT/$1/imported"
}

import() { # NODE IMAGE.tar...
  local node=$1 tar
  shift
  for tar in "$@"; do
    in_node "$node" ctr -a "$ROOT/$node/state/containerd.sock" -n k8s.io images import --local "$tar" > /dev/null 2>> "$ROOT/log/images.log"
  done
}

# shellcheck shell=bash
# Images go onto every node, and onto nodes that are made later.

load() { # IMAGE.tar...
  local tar node job failed='' copies=() jobs=()
  mkdir -p "$ROOT/images"
  for tar in "$@"; do
    copies+=("$ROOT/images/$(basename "$tar")")
    cp --reflink=auto -f "$tar" "${copies[-1]}"
  done
  for node in $(nodes); do
    is_running "$node" || continue
    import "$node" "${copies[@]}" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=yes; done
  [ -n "$failed" ] || return 0
  rm -f "${copies[@]}"
  return 1
}

load_present_images() { # NODE
  local tar new=()
  for tar in "$ROOT"/images/*.tar; do
    [ ! -f "$tar" ] || [ "$tar" -ot "$ROOT/$1/imported" ] || new+=("$tar")
  done
  [ ${#new[@]} -eq 0 ] || import "$1" "${new[@]}"
}

import() { # NODE IMAGE.tar...
  local node=$1 tar
  shift
  for tar in "$@"; do
    in_node "$node" ctr -a "$ROOT/$node/state/containerd.sock" -n k8s.io images import --local "$tar" \
      > /dev/null 2> "$ROOT/log/images-$node.log" || {
      cat "$ROOT/log/images-$node.log" >&2
      return 1
    }
  done
  touch "$ROOT/$node/imported"
}

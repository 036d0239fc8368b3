# shellcheck shell=bash
# A node: a mount and a PID namespace, and in it a containerd and a kubelet that can be restarted by themselves.

start_node() { # NODE
  local folder=$ROOT/$1 path mounts=("$ROOT/shared" "$SHARED_FOLDER")
  if is_running "$1"; then return; fi # a second one would hide the first
  mkdir -p "$folder"
  kubeconfig "$folder/kubeconfig" "$1"
  containerd_config "$folder" > "$folder/containerd.toml"
  kubelet_config "$1" > "$folder/kubelet.yaml"
  rm -f "$folder/ready"
  for path in "${NODE_FOLDERS[@]}"; do mounts+=("$folder/files$path" "$path"); done
  make_places "$SHARED_FOLDER" "${NODE_FOLDERS[@]}"
  start "$1" unshare --mount --pid --fork --kill-child --mount-proc --propagation private \
    "$HERE/lib/node-init" "$folder" "${mounts[@]}"
  WHILE=$1 wait_for 20 "the namespaces of $1" test -f "$folder/ready"
  start_daemons "$1"
}

start_daemons() { # NODE
  local folder=$ROOT/$1
  start_in_node "$1" containerd containerd -c "$folder/containerd.toml" -l warn
  WHILE=$1-containerd wait_for 60 "containerd of $1" in_node "$1" ctr -a "$folder/state/containerd.sock" version
  load_present_images "$1"
  start_in_node "$1" kubelet kube kubelet --config "$folder/kubelet.yaml" --kubeconfig "$folder/kubeconfig" \
    --hostname-override "$1" --node-ip "$NODE_ADDRESSES.${1#node}" --cert-dir "$folder/pki" --v=2
  WHILE=$1-kubelet wait_for 60 "the kubelet of $1" in_network bash -c ": < /dev/tcp/127.0.0.1/$(kubelet_port "$1")"
}

# What an upgrade of the node's software does: pods keep running.
restart_node() { # NODE
  stop_in_node "$1" kubelet
  stop_in_node "$1" containerd
  start_daemons "$1"
}

# What a power cut does: all processes and mounts of the node are gone, its files stay. Also frees its loop devices,
# which in truth would be gone with the machine.
stop_node() { # NODE
  local init devices=''
  init=$(init_of "$1" 2> /dev/null) && devices=$(filesystems_of "$init")
  [ -z "$init" ] || kill -KILL "$init" 2> /dev/null || true
  stop "$1" KILL
  remove_cgroups "$1"
  rm -rf --one-file-system "$ROOT/run/$1-"*.pid "$ROOT/$1/state" "$ROOT/$1/files/run"
  detach_loops "$ROOT/$1" "$devices"
}

start_in_node() { # NODE NAME COMMAND...
  local node=$1 name=$2 init
  shift 2
  init=$(init_of "$node")
  start "$node-$name" nsenter -t "$init" -m -p "$@"
}

# Only the daemon itself: containerd is what the pods' shims were started by.
stop_in_node() { # NODE NAME
  local pid
  is_running "$1-$2" || return 0
  pid=$(pgrep -P "$(cat "$ROOT/run/$1-$2.pid")")
  kill -TERM "$pid"
  until_gone 300 "$pid" || kill -KILL "$pid"
  rm -f "$ROOT/run/$1-$2.pid"
}

in_node() { # NODE COMMAND...
  local node=$1 init
  shift
  init=$(init_of "$node") || { echo "$node is not running" >&2; return 1; }
  nsenter -t "$init" -m -p -n "$@"
}

init_of() { # NODE   the process that is PID 1 in the node
  is_running "$1" && pgrep -P "$(cat "$ROOT/run/$1.pid")"
}

nodes() { # the names of the nodes that were made
  local folder
  for folder in "$ROOT"/node*/; do [ ! -d "$folder" ] || basename "$folder"; done
}

# runc puts a container's cgroup at /k8s.io/<id>, whoever's it is; containerd's state tells the ids of this node's.
remove_cgroups() { # NODE
  local container tree
  for container in "$ROOT/$1/state/io.containerd.runtime.v2.task/k8s.io"/*/; do
    for tree in /sys/fs/cgroup /sys/fs/cgroup/*/; do
      rmdir "$tree/k8s.io/$(basename "$container")" 2> /dev/null || true
    done
  done
}

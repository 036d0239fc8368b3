# shellcheck shell=bash
# One network namespace for the control plane and all nodes, with a bridge for the pods. Nothing leads out of it.

make_network() {
  local i
  ip netns add "$NETWORK"
  ip -n "$NETWORK" link set lo up
  ip -n "$NETWORK" addr add $API_ADDRESS/32 dev lo
  for i in $(seq $MOST_NODES); do ip -n "$NETWORK" addr add $NODE_ADDRESSES.$i/32 dev lo; done
  ip netns exec "$NETWORK" sysctl -qw net.ipv4.ip_forward=1
  mkdir -p "$ROOT/cni"
  cat > "$ROOT/cni/10-bridge.conflist" << J
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods", "isGateway": true, "ipam": {"type": "host-local", "dataDir": "$ROOT/addresses",
    "ranges": [[{"subnet": "$PODS"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "loopback"}]}
J
}

remove_network() {
  local pid mine
  [ -e "/run/netns/$NETWORK" ] || return 0
  mine=" $(ancestors $$) "
  for pid in $(ip netns pids "$NETWORK"); do
    [[ $mine == *" $pid "* ]] || kill -KILL "$pid" 2> /dev/null || true
  done
  ip netns del "$NETWORK"
}

# `down` may run inside the namespace (`cluster exec`), and must not end who called it.
ancestors() { # PID
  local pid=$1
  while [ "${pid:-0}" -gt 1 ]; do
    printf '%s ' "$pid"
    pid=$(ps -o ppid= -p "$pid" | tr -d ' ')
  done
}

# shellcheck shell=bash
# The whole cluster up and down.

up() { # [NODES]
  local count=${1:-1}
  [[ $count =~ ^[1-$MOST_NODES]$ ]] || { echo "up: 1 to $MOST_NODES nodes" >&2; exit 2; }
  if [ -e "$ROOT" ] || [ -e "/run/netns/$NETWORK" ]; then
    echo "Cluster $NAME is there already: cluster down" >&2
    exit 1
  fi
  ensure_packages runc:runc iptables:iptables conntrack:conntrack openssl:openssl ip:iproute2 pgrep:procps \
    /usr/lib/cni/bridge:containernetworking-plugins
  "$HERE/build" kube pause containerd
  "$HERE/images" basic
  trap 'failed_up' EXIT
  mkdir -p "$ROOT"/{log,run,images}
  make_network
  make_credentials
  cp --reflink=auto "$CACHE"/images/{pause,busybox}.tar "$ROOT/images/"
  start_control_plane
  for i in $(seq "$count"); do start_node "node$i"; done
  for i in $(seq "$count"); do wait_for 60 "node$i" kubectl get node "node$i"; done
  kubectl wait --for=condition=Ready nodes --all --timeout=120s
  trap - EXIT
  echo "KUBECONFIG=$KUBECONFIG (in the cluster's network: $HERE/cluster exec COMMAND)"
}

failed_up() {
  tail -n 5 "$ROOT"/log/*.log >&2 || true
  down
}

down() {
  local node
  for node in $(nodes); do stop_node "$node"; done
  for daemon in scheduler controller-manager apiserver etcd; do stop "$daemon" KILL; done
  remove_network
  rmdir /sys/fs/cgroup/k8s.io /sys/fs/cgroup/*/k8s.io 2> /dev/null || true # goes only when no other cluster is there
  rm -rf --one-file-system "$ROOT"
  remove_places
  rmdir "$CLUSTERS" 2> /dev/null || true
}

# What every cluster with snapshots has, beside any driver.
snapshots() {
  local manifests=$CACHE/snapshots tag
  "$HERE/build" sidecars provisioner
  "$HERE/images" sidecars
  load "$CACHE/images/snapshot-controller.tar"
  cat "$manifests"/*_*.yaml "$manifests/rbac-snapshot-controller.yaml" | kubectl apply -f - > /dev/null
  tag=$("$HERE/images" names | sed -n 's/^snapshot-controller [^:]*:\([^ ]*\) .*/\1/p')
  sed "s/IMAGE_TAG/$tag/" "$HERE/snapshot-controller.yaml" | kubectl apply -f - > /dev/null
  kubectl -n kube-system rollout status deployment/snapshot-controller --timeout=120s
}

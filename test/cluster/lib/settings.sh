# shellcheck shell=bash
# Where this cluster lives. CLUSTER_NAME tells it from others on the same machine: each has a folder and a network
# namespace of its own. Addresses may be the same in all of them, since no namespace is linked to another.
NAME=${CLUSTER_NAME:-tome}
[[ $NAME =~ ^[a-z0-9][a-z0-9-]{0,19}$ ]] || { echo "CLUSTER_NAME: at most 20 of a-z, 0-9 and -" >&2; exit 2; }

CACHE=${CLUSTER_CACHE:-$HOME/.cache/tome-cluster}
BIN=${CLUSTER_BIN:-$CACHE/bin}
CLUSTERS=/var/lib/tome-cluster
ROOT=$CLUSTERS/$NAME
NETWORK=tome-$NAME

SERVICES=10.96.0.0/16
API_ADDRESS=10.96.0.1 # the first of SERVICES, where pods look for the API server
PODS=10.244.0.0/16
NODE_ADDRESSES=10.97.0 # node3 is .3
MOST_NODES=9

# Per node, in its own mount namespace: the kubelet's directory, the driver's pools, the directories of managed volumes, and
# what containerd, runc and the kubelet write to fixed places.
NODE_FOLDERS=(/var/lib/kubelet /var/lib/tome /srv/data /run/containerd /var/lib/cni /var/log/pods /var/log/containers)

# One directory of the cluster that all its nodes have here, as if each had mounted the same distributed filesystem.
SHARED_FOLDER=/srv/shared

export PATH=$BIN:$PATH:/usr/sbin:/sbin KUBECONFIG=$ROOT/admin.kubeconfig

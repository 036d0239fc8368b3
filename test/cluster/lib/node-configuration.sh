# shellcheck shell=bash
# What containerd and the kubelet of a node are told. Fixed places that two nodes would fight for are off or moved.

containerd_config() { # FOLDER
  cat << T
version = 3
root = '$1/containerd'
state = '$1/state'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.internal.v1.opt']
[grpc]
address = '$1/state/containerd.sock'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = 'localhost/pause:1'
[plugins.'io.containerd.cri.v1.runtime']
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['/usr/lib/cni']
conf_dir = '$ROOT/cni'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
T
}

# All nodes are in one network namespace, so each has ports of its own.
kubelet_config() { # NODE
  cat << Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$ROOT/$1/state/containerd.sock
volumePluginDir: $ROOT/no-plugins
port: $(kubelet_port "$1")
healthzPort: 0
readOnlyPort: 0
failCgroupV1: false
cgroupsPerQOS: false
enforceNodeAllocatable: []
cgroupDriver: cgroupfs
failSwapOn: false
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $ROOT/pki/ca.crt}}
authorization: {mode: AlwaysAllow}
clusterDNS: []
imageMinimumGCAge: 24h
evictionHard: {memory.available: 50Mi}
volumeStatsAggPeriod: 10s
syncFrequency: 10s
nodeStatusUpdateFrequency: 5s
localStorageCapacityIsolation: $(tells_disks)
Y
}

# With it the kubelet tells how full disks and volumes are; where it cannot make out the disk it is on, it would not start.
tells_disks() { case $(stat -f -c %T "$ROOT") in ext2/ext3 | xfs) echo true ;; *) echo false ;; esac; }

kubelet_port() { echo $((10250 + ${1#node})); } # NODE

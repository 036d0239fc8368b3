# shellcheck shell=bash
# etcd, API server, controller manager and scheduler.

start_control_plane() {
  start etcd kube etcd --data-dir "$ROOT/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380
  start_apiserver
  start controller-manager kube kube-controller-manager --kubeconfig "$ROOT/controller-manager.kubeconfig" \
    --use-service-account-credentials --root-ca-file "$ROOT/pki/ca.crt" \
    --service-account-private-key-file "$ROOT/pki/service-account.key" --leader-elect=false \
    --attach-detach-reconcile-sync-period 5s --node-monitor-grace-period 20s \
    --flex-volume-plugin-dir "$ROOT/no-plugins"
  start scheduler kube kube-scheduler --kubeconfig "$ROOT/scheduler.kubeconfig" --leader-elect=false
}

start_apiserver() {
  is_running apiserver && return
  start apiserver kube kube-apiserver --etcd-servers http://127.0.0.1:2379 \
    --bind-address 0.0.0.0 --secure-port 443 --advertise-address $API_ADDRESS --service-cluster-ip-range $SERVICES \
    --tls-cert-file "$ROOT/pki/api.crt" --tls-private-key-file "$ROOT/pki/api.key" \
    --client-ca-file "$ROOT/pki/ca.crt" --token-auth-file "$ROOT/pki/tokens.csv" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$ROOT/pki/service-account.pub" \
    --service-account-signing-key-file "$ROOT/pki/service-account.key" \
    --kubelet-preferred-address-types InternalIP --kubelet-client-certificate "$ROOT/pki/kubelet-client.crt" \
    --kubelet-client-key "$ROOT/pki/kubelet-client.key" --shutdown-delay-duration 0s ${API_ARGS:-}
  WHILE=apiserver wait_for 120 'the API server' kubectl get --raw /readyz
}

stop_apiserver() { stop apiserver KILL; }

kubectl() { in_network kube kubectl "$@"; }

# shellcheck shell=bash
# A certificate authority, the API server's certificates, and a token per component.

make_credentials() {
  mkdir -p "$ROOT/pki"
  (cd "$ROOT/pki" && make_certificates && make_tokens)
  kubeconfig "$KUBECONFIG" admin
  kubeconfig "$ROOT/controller-manager.kubeconfig" controller-manager
  kubeconfig "$ROOT/scheduler.kubeconfig" scheduler
}

make_certificates() {
  key ca
  openssl req -x509 -new -nodes -key ca.key -subj /CN=tome-ca -days 3650 -out ca.crt
  key api
  openssl req -new -key api.key -subj /CN=kube-apiserver -out api.csr
  sign api -extfile <(echo "subjectAltName=DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$API_ADDRESS")
  key kubelet-client
  openssl req -new -key kubelet-client.key -subj /O=system:masters/CN=kube-apiserver-kubelet-client -out kubelet-client.csr
  sign kubelet-client
  key service-account
  openssl rsa -in service-account.key -pubout -out service-account.pub 2> /dev/null
}

key() { openssl genrsa -out "$1.key" 2048 2> /dev/null; }

sign() { # NAME OPTION...
  local name=$1
  shift
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$name.crt" "$@" 2> /dev/null
}

make_tokens() {
  local i
  {
    echo 'admin,admin,admin,"system:masters"'
    echo 'controller-manager,system:kube-controller-manager,controller-manager'
    echo 'scheduler,system:kube-scheduler,scheduler'
    for i in $(seq $MOST_NODES); do echo "node$i,system:node:node$i,node$i,\"system:nodes\""; done
  } > tokens.csv
}

kubeconfig() { # FILE TOKEN
  cat > "$1" << Y
apiVersion: v1
kind: Config
clusters: [{name: $NAME, cluster: {server: "https://127.0.0.1", certificate-authority: $ROOT/pki/ca.crt}}]
users: [{name: $2, user: {token: "$2"}}]
contexts: [{name: $NAME, context: {cluster: $NAME, user: $2}}]
current-context: $NAME
Y
}

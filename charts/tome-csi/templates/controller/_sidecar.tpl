{{/*
One CSI sidecar. name: of the container; values: its values; port: of its metrics and health; args: what only it takes;
releasesLease: whether it can give its lease back when it ends.
The image's own entry point is the program.
*/}}
{{- define "tome.sidecar" -}}
{{- $root := .root -}}
- name: {{ .name }}
  image: {{ include "tome.image" (list $root .values.image) }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  args:
    - --csi-address=/csi/csi.sock
    - --http-endpoint=:{{ .port }}
    - --kube-api-qps={{ .values.kubeApiQps }}
    - --kube-api-burst={{ .values.kubeApiBurst }}
    {{- if $root.Values.controller.leaderElection.enabled }}
    - --leader-election
    {{- if .releasesLease }}
    # The next leader takes over as soon as this one ends, instead of after the lease.
    - --feature-gates=ReleaseLeaderElectionOnExit=true
    {{- end }}
    {{- end }}
    {{- range .args }}
    - {{ . }}
    {{- end }}
    {{- range .values.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  env:
    - name: POD_NAME
      valueFrom: { fieldRef: { fieldPath: metadata.name } }
    - name: NAMESPACE
      valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
  ports:
    - name: {{ .portName }}
      containerPort: {{ .port }}
  {{- if $root.Values.controller.leaderElection.enabled }}
  livenessProbe:
    httpGet: { path: /healthz/leader-election, port: {{ .portName }} }
    initialDelaySeconds: 10
    periodSeconds: 20
    timeoutSeconds: 10
  {{- end }}
  securityContext:
    {{- toYaml $root.Values.controller.securityContext | nindent 4 }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  volumeMounts:
    - name: socket
      mountPath: /csi
{{- end }}

{{/* The sidecars that are switched on, as containers. */}}
{{- define "tome.sidecars" -}}
{{- $port := .Values.metrics.port | int -}}
{{- with .Values.controller.provisioner }}
{{- include "tome.sidecar" (dict "root" $ "name" "csi-provisioner" "releasesLease" true "portName" "provisioner" "port" (add $port 1) "values" . "args" (list
  (printf "--timeout=%s" .timeout)
  (printf "--worker-threads=%v" .workerThreads)
  "--extra-create-metadata"
  "--enable-capacity"
  "--capacity-ownerref-level=2"
  (printf "--capacity-poll-interval=%s" .capacityPollInterval)
  (printf "--kube-api-capacity-qps=%v" .kubeApiQps)
  (printf "--kube-api-capacity-burst=%v" .kubeApiBurst)
)) }}
{{- end }}
{{- with .Values.controller.resizer }}
{{ include "tome.sidecar" (dict "root" $ "name" "csi-resizer" "releasesLease" true "portName" "resizer" "port" (add $port 2) "values" . "args" (list
  (printf "--timeout=%s" .timeout)
  (printf "--workers=%v" .workerThreads)
  "--handle-volume-inuse-error=false"
)) }}
{{- end }}
{{- if include "tome.snapshots" . }}
{{- with .Values.controller.snapshotter }}
{{- /* It would not end on SIGTERM with group snapshots on, if it had to give its lease back: their workers never stop. */}}
{{ include "tome.sidecar" (dict "root" $ "name" "csi-snapshotter" "portName" "snapshotter" "port" (add $port 3) "values" . "args" (list
  (printf "--timeout=%s" .timeout)
  (printf "--worker-threads=%v" .workerThreads)
  "--extra-create-metadata"
)) }}
{{- end }}
{{- end }}
{{- if .Values.attach.enabled }}
{{- with .Values.controller.attacher }}
{{ include "tome.sidecar" (dict "root" $ "name" "csi-attacher" "releasesLease" true "portName" "attacher" "port" (add $port 4) "values" . "args" (list
  (printf "--timeout=%s" .timeout)
  (printf "--worker-threads=%v" .workerThreads)
)) }}
{{- end }}
{{- end }}
{{- end }}

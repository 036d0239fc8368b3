{{- define "tome.controller.config" -}}
{{- dict
  "driverName" .Values.driverName
  "socket" "/csi/csi.sock"
  "httpPort" .Values.metrics.port
  "maxVolumesPerNode" .Values.maxVolumesPerNode
  "logLevel" .Values.logLevel
  "namespace" .Release.Namespace
| toPrettyJson }}
{{- end }}

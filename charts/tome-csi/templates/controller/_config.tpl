{{- define "tome.controller.config" -}}
{{- $config := dict
  "driverName" .Values.driverName
  "socket" "/csi/csi.sock"
  "httpPort" .Values.metrics.port
  "maxVolumesPerNode" .Values.maxVolumesPerNode
  "logLevel" .Values.logLevel
  "namespace" .Release.Namespace
-}}
{{- with .Values.filesystems }}{{ $_ := set $config "filesystems" . }}{{ end -}}
{{- toPrettyJson $config }}
{{- end }}

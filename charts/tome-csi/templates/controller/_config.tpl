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
{{- if .Values.imports.enabled }}
{{- $imports := dict "image" (include "tome.image" (list . .Values.image)) "imagePullPolicy" .Values.image.pullPolicy -}}
{{- $_ := set $imports "imagePullSecrets" .Values.imagePullSecrets -}}
{{- $_ := set $config "imports" (set $imports "resources" .Values.imports.resources) -}}
{{- end }}
{{- toPrettyJson $config }}
{{- end }}
